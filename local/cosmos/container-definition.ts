import { badRequest, notSupported } from './errors.ts';
import { equalValues, isObject, parseJson, type JsonObject, type Value } from './json.ts';
import { header, type CosmosRequest } from './request.ts';

const etagPath = '/"_etag"/?';
const defaultIndexing = {
  indexingMode: 'consistent',
  automatic: true,
  includedPaths: [{ path: '/*' }],
  excludedPaths: [{ path: etagPath }],
};

/** What a client sent, with the defaults of the service. `current` is what a replacement may not contradict. */
export function normalizedContainer(content: JsonObject, current?: JsonObject): JsonObject {
  for (const policy of ['vectorEmbeddingPolicy', 'fullTextPolicy', 'clientEncryptionPolicy', 'computedProperties'])
    if (content[policy]) throw notSupported(`The container property ${policy}`);
  const partitionKey = partitionKeyDefinition(content['partitionKey'] ?? current?.['partitionKey']);
  const { defaultTtl, uniqueKeyPolicy } = content;
  const uniqueKeys = isObject(uniqueKeyPolicy) ? (uniqueKeyPolicy['uniqueKeys'] ?? []) : [];
  if (!Array.isArray(uniqueKeys) || !uniqueKeys.every((key) => isObject(key) && Array.isArray(key['paths'])))
    throw badRequest('The unique key policy is invalid: its keys must be lists of paths.');
  if (
    defaultTtl !== undefined &&
    defaultTtl !== null &&
    (!Number.isInteger(defaultTtl) || defaultTtl === 0 || Number(defaultTtl) < -1)
  )
    throw badRequest(
      `The default time to live '${JSON.stringify(defaultTtl)}' is invalid: -1 or a positive number of seconds.`,
    );
  if (current && !equalValues(partitionKey, current['partitionKey']))
    throw badRequest('The partition key of a container cannot be changed.');
  if (current && content['id'] !== current['id']) throw badRequest('The id of a container cannot be changed.');
  return {
    geospatialConfig: { type: 'Geography' },
    conflictResolutionPolicy: {
      mode: 'LastWriterWins',
      conflictResolutionPath: '/_ts',
      conflictResolutionProcedure: '',
    },
    ...content,
    partitionKey,
    indexingPolicy: indexingPolicy(content['indexingPolicy']),
  };
}

/** A client from before partitioned containers sends none: all its items lie under a key that they do not have. */
function partitionKeyDefinition(given: Value): JsonObject {
  if (given === undefined) return { paths: ['/_partitionKey'], kind: 'Hash', version: 2, systemKey: true };
  const { paths, kind, ...rest } = isObject(given) ? given : {};
  const valid = Array.isArray(paths) && paths.length > 0 && paths.length <= 3;
  if (!valid || !paths.every((path) => typeof path === 'string' && path.startsWith('/')))
    throw badRequest('The partition key definition is missing or invalid: one to three paths that begin with /.');
  return { ...rest, paths, kind: paths.length > 1 || kind === 'MultiHash' ? 'MultiHash' : 'Hash', version: 2 };
}

function indexingPolicy(given: Value): JsonObject {
  const policy: JsonObject = { ...defaultIndexing, ...(isObject(given) ? given : {}) };
  const { includedPaths, excludedPaths } = policy;
  if (
    !Array.isArray(includedPaths) ||
    !Array.isArray(excludedPaths) ||
    ![...includedPaths, ...excludedPaths].every(isObject)
  )
    throw badRequest('The indexing policy is invalid: its paths must be lists of objects.');
  if (!excludedPaths.some((excluded) => isObject(excluded) && excluded['path'] === etagPath))
    policy['excludedPaths'] = [...excludedPaths, { path: etagPath }];
  return policy;
}

/** The throughput that a create request asks for, as the content of an offer. */
export function throughputOf(request: CosmosRequest): JsonObject | undefined {
  const fixed = header(request, 'x-ms-offer-throughput');
  if (fixed !== undefined) return { offerThroughput: Number(fixed) };
  const autoscale = header(request, 'x-ms-cosmos-offer-autopilot-settings');
  if (autoscale === undefined) return undefined;
  const settings = parseJson(autoscale, 'The autoscale settings are invalid.');
  const maxThroughput = isObject(settings) ? settings['maxThroughput'] : undefined;
  if (typeof maxThroughput !== 'number') throw badRequest('The autoscale settings need a maxThroughput.');
  return { offerThroughput: maxThroughput / 10, offerAutopilotSettings: { maxThroughput } };
}
