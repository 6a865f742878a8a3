import type { Account, Database } from './account.ts';
import { normalizedContainer, throughputOf } from './container-definition.ts';
import { badRequest, methodNotAllowed, notFound, notSupported } from './errors.ts';
import type { Container } from './container.ts';
import { checkSession, deletePartitionAnswer, documentsAnswer, type Commit } from './documents.ts';
import type { JsonObject } from './json.ts';
import { rangeDefinitions } from './partition-ranges.ts';
import { definitionAnswer, header, isQuery, objectBody, queryOf, type Answer, type CosmosRequest } from './request.ts';
import { runQuery } from './sql/query.ts';

const refused: Record<string, string> = {
  sprocs: 'Stored procedures',
  triggers: 'Triggers',
  udfs: 'User-defined functions',
  users: 'Users and permissions',
  conflicts: 'Conflicts feed',
  clientencryptionkeys: 'Client encryption keys',
  attachments: 'Attachments',
};

/** Finds what a path names and answers for it. */
export function answerFor(request: CosmosRequest, account: Account, commit: Commit): Answer {
  const { segments } = request;
  const [first, databaseId, second, containerId] = segments;
  const foreign = segments.find((segment, at) => at % 2 === 0 && Object.hasOwn(refused, segment));
  if (foreign) throw notSupported(refused[foreign]!);
  if (first === undefined) return accountAnswer(request);
  if (first === 'offers') return offersAnswer(request, account, databaseId);
  if (first !== 'dbs') throw notFound();
  if (databaseId === undefined) return databasesAnswer(request, account);
  const database = account.database(databaseId);
  if (second === undefined) return databaseAnswer(request, account, database);
  if (second !== 'colls') throw notFound();
  if (containerId === undefined) return containersAnswer(request, account, database);
  const container = database.containers.get(containerId);
  if (!container) throw notFound();
  checkSession(request, container);
  const answer = containerPathAnswer(request, account, database, container, commit);
  return { ...answer, headers: { ...containerHeaders(database, container), ...answer.headers } };
}

/** What lies at or under a container. */
function containerPathAnswer(
  request: CosmosRequest,
  account: Account,
  database: Database,
  container: Container,
  commit: Commit,
): Answer {
  const [child, id, ...rest] = request.segments.slice(4);
  if (child === undefined) return containerAnswer(request, account, database, container);
  if (child === 'docs' && !rest.length) return documentsAnswer(request, container, id, commit);
  if (child === 'pkranges') return rangesAnswer(request, container);
  if (child === 'operations' && id === 'partitionkeydelete') return deletePartitionAnswer(request, container, commit);
  throw notFound();
}

function containerHeaders({ definition }: Database, container: Container): Record<string, string> {
  return {
    'x-ms-session-token': `0:-1#${container.lsn}`,
    'x-ms-alt-content-path': encodeURI(`dbs/${definition.id}/colls/${container.definition.id}`),
    'x-ms-content-path': container.definition._rid,
  };
}

function accountAnswer(request: CosmosRequest): Answer {
  const location = [{ name: 'Local', databaseAccountEndpoint: `http://${header(request, 'host')}/` }];
  const replicas = { minReplicaSetSize: 1, maxReplicasetSize: 4 };
  return definitionAnswer(200, {
    _self: '',
    id: 'local',
    _rid: 'local',
    media: '//media/',
    addresses: '//addresses/',
    _dbs: '//dbs/',
    _etag: '"0"',
    writableLocations: location,
    readableLocations: location,
    enableMultipleWriteLocations: false,
    continuousBackupEnabled: false,
    userReplicationPolicy: { asyncReplication: false, ...replicas },
    userConsistencyPolicy: { defaultConsistencyLevel: 'Session' },
    systemReplicationPolicy: replicas,
    readPolicy: { primaryReadCoefficient: 1, secondaryReadCoefficient: 1 },
    queryEngineConfiguration: '{}',
  });
}

function list(name: string, request: CosmosRequest, definitions: readonly JsonObject[]): Answer {
  const query = isQuery(request) ? queryOf(request) : { text: 'SELECT * FROM c', parameters: {} };
  const found = runQuery(query.text, definitions, query.parameters);
  const size = Number(header(request, 'x-ms-max-item-count') ?? -1);
  const from = Number(header(request, 'x-ms-continuation') ?? 0);
  const page = size > 0 ? found.slice(from, from + size) : found.slice(from);
  const more = from + page.length < found.length;
  return {
    status: 200,
    body: JSON.stringify({ _rid: '', [name]: page, _count: page.length }),
    headers: {
      'x-ms-item-count': String(page.length),
      ...(more && { 'x-ms-continuation': String(from + page.length) }),
    },
  };
}

function databasesAnswer(request: CosmosRequest, account: Account): Answer {
  if (request.method === 'POST' && !isQuery(request)) {
    const { id } = objectBody(request);
    return definitionAnswer(201, account.createDatabase(checkedId(id), throughputOf(request)).definition);
  }
  return list(
    'Databases',
    request,
    [...account.databases.values()].map(({ definition }) => definition),
  );
}

function databaseAnswer(request: CosmosRequest, account: Account, { definition }: Database): Answer {
  if (request.method === 'DELETE') {
    account.deleteDatabase(definition.id);
    return { status: 204 };
  }
  if (request.method !== 'GET') throw methodNotAllowed();
  return definitionAnswer(200, definition);
}

function containersAnswer(request: CosmosRequest, account: Account, database: Database): Answer {
  if (request.method === 'POST' && !isQuery(request)) {
    const content = normalizedContainer(objectBody(request));
    checkedId(content['id']);
    return definitionAnswer(
      201,
      account.createContainer(database, content, throughputOf(request) ?? undefined).definition,
    );
  }
  return list(
    'DocumentCollections',
    request,
    [...database.containers.values()].map(({ definition }) => definition),
  );
}

function containerAnswer(request: CosmosRequest, account: Account, database: Database, container: Container): Answer {
  if (request.method === 'DELETE') {
    account.deleteContainer(database, container.definition.id);
    return { status: 204 };
  }
  if (request.method === 'PUT') {
    account.replaceContainer(database, container, normalizedContainer(objectBody(request), container.definition));
    return definitionAnswer(200, container.definition);
  }
  if (request.method !== 'GET') throw methodNotAllowed();
  return definitionAnswer(200, container.definition, quota(container));
}

function quota(container: Container): Record<string, string> {
  return {
    'x-ms-resource-quota': 'documentsCount=-1;documentSize=10240;documentsSize=10485760;collectionSize=10485760;',
    'x-ms-resource-usage': `documentsCount=${container.size};documentSize=0;documentsSize=0;collectionSize=0;`,
    'x-ms-documentdb-collection-index-transformation-progress': '100',
  };
}

function rangesAnswer(request: CosmosRequest, container: Container): Answer {
  const ranges = rangeDefinitions(container);
  const etag = `"${ranges.length}"`;
  if (header(request, 'if-none-match') === etag) return { status: 304, headers: { etag } };
  const body = { _rid: container.definition._rid, PartitionKeyRanges: ranges, _count: ranges.length };
  return { status: 200, body: JSON.stringify(body), headers: { etag, 'x-ms-item-count': String(ranges.length) } };
}

function offersAnswer(request: CosmosRequest, account: Account, id: string | undefined): Answer {
  if (id === undefined) return list('Offers', request, [...account.offers.values()]);
  if (request.method === 'PUT') return definitionAnswer(200, account.replaceOffer(id, objectBody(request)));
  const offer = account.offers.get(id);
  if (!offer) throw notFound();
  return definitionAnswer(200, offer);
}

function checkedId(id: unknown): string {
  if (typeof id !== 'string' || !id || id.length > 255 || /[/\\?#]|\s$/.test(id) || !id.isWellFormed())
    throw badRequest("The input content is invalid because the required properties - 'id; ' - are missing or invalid");
  return id;
}
