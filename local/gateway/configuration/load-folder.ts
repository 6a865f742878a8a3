import { parse as parseYaml, type YAMLParseError } from 'yaml';
import { LoadError } from '../errors.ts';
import { urlTemplateParts } from '../url-template.ts';
import { loadApiSchemas } from './api-schemas.ts';
import { ArtefactFolder, text, type Json } from './artefact-folder.ts';
import { NameMap } from './name-map.ts';
import { apiNote, folderNotes, operationNotes, unknownOperationNote } from './notes.ts';
import { loadSchema } from './service-schemas.ts';
import { backendOf, certificateOf, namedValueOf, productOf, subscriptionOf } from './resources.ts';
import { operationOf } from './operation-information.ts';
import { withDescription } from './operation-description.ts';
import { operationsFromOpenApi, serviceUrlOf } from './openapi-operations.ts';
import { serviceFromWsdl, type WsdlService } from './wsdl-operations.ts';
import type { Api, Backend, Configuration, Fragment, NamedValue, Operation, Product, Subscription } from './model.ts';

/** Reads a folder in the layout of Microsoft's `apiops`. Throws LoadError for a file that cannot be read. */
export function loadFolder(root: string): Configuration {
  const folder = new ArtefactFolder(root);
  const named = <T>(kind: string, file: string, make: (name: string, properties: Json) => T): [string, T][] =>
    folder.folders(kind).flatMap((name) => {
      const properties = folder.information(kind, name, file);
      return properties ? [[name, make(name, properties)] as [string, T]] : [];
    });
  const notes: string[] = [];
  return {
    serviceName: text(folder.json('service.json') as Json | undefined, 'name') ?? 'local',
    policy: folder.policy('policy.xml'),
    apis: folder.folders('apis').flatMap((id) => loadApi(folder, id, notes) ?? []),
    products: folder.folders('products').flatMap((id) => loadProduct(folder, id) ?? []),
    fragments: folder.folders('policyFragments').flatMap((id) => loadFragment(folder, id) ?? []),
    namedValues: new NameMap<NamedValue>(named('namedValues', 'namedValueInformation.json', namedValueOf)),
    backends: new NameMap<Backend>(named('backends', 'backendInformation.json', backendOf)),
    subscriptions: new NameMap<Subscription>(named('subscriptions', 'subscriptionInformation.json', subscriptionOf)),
    schemas: new NameMap(
      folder
        .folders('schemas')
        .flatMap((id) => loadSchema(folder, id) ?? [])
        .map((one) => [one.id, one] as const),
    ),
    certificates: new NameMap(named('certificates', 'certificateInformation.json', certificateOf)),
    notes: [...notes, ...folderNotes(folder)],
  };
}

function loadFragment(folder: ArtefactFolder, id: string): Fragment | undefined {
  const source = folder.policy('policyFragments', id, 'policy.xml');
  if (source) return { id, source };
  // Older folders have the policy in the information file.
  const file = 'policyFragmentInformation.json';
  const value = text(folder.information('policyFragments', id, file), 'value');
  return value === undefined ? undefined : { id, source: { text: value, file: `policyFragments/${id}/${file}` } };
}

function loadProduct(folder: ArtefactFolder, id: string): Product | undefined {
  const properties = folder.information('products', id, 'productInformation.json');
  if (!properties) return undefined;
  const listed = (kind: string) => [
    ...folder.names('products', id, `${kind}.json`),
    ...folder.folders('products', id, kind),
  ];
  const policy = folder.policy('products', id, 'policy.xml');
  const groups = listed('groups').map(
    (name) => text(folder.information('groups', name, 'groupInformation.json'), 'displayName') ?? name,
  );
  return { ...productOf(id, properties), policy, apis: listed('apis'), groups };
}

function loadApi(folder: ArtefactFolder, id: string, notes: string[]): Api | undefined {
  const properties = folder.information('apis', id, 'apiInformation.json');
  const api = properties && apiOf(folder, id, properties, notes);
  notes.push(...[apiNote(folder, id, properties, api) ?? []].flat());
  notes.push(...operationNotes(folder, id, api?.operations ?? []));
  return api;
}

function apiOf(folder: ArtefactFolder, id: string, properties: Json, notes: string[]): Api {
  const versionSet = versionSetOf(folder, text(properties, 'apiVersionSetId'));
  const document = openApiOf(folder, id);
  const service = wsdlOf(folder, id);
  const described = [...operationsFromOpenApi(document), ...(service?.operations ?? [])];
  const keys = properties['subscriptionKeyParameterNames'] as Json | undefined;
  return {
    id: id.replace(/;rev=\d+$/, ''),
    name: text(properties, 'displayName') ?? id,
    path: (text(properties, 'path') ?? '').replace(/^\/+|\/+$/g, ''),
    protocols: (properties['protocols'] as string[] | undefined) ?? ['https'],
    serviceUrl: text(properties, 'serviceUrl') ?? serviceUrlOf(document) ?? service?.serviceUrl,
    subscriptionRequired: properties['subscriptionRequired'] !== false,
    keyHeader: text(keys, 'header') ?? 'Ocp-Apim-Subscription-Key',
    keyQuery: text(keys, 'query') ?? 'subscription-key',
    version: text(properties, 'apiVersion') ?? '',
    revision: text(properties, 'apiRevision') ?? /;rev=(\d+)$/.exec(id)?.[1] ?? '1',
    // The resource manager says it of the current one only, whose folder is named without its number.
    isCurrent: typeof properties['isCurrent'] === 'boolean' ? properties['isCurrent'] : !id.includes(';rev='),
    versionScheme: versionSet?.scheme,
    versionParameter: versionSet?.parameter ?? '',
    policy: folder.policy('apis', id, 'policy.xml'),
    operations: loadOperations(folder, id, described, notes),
  };
}

function versionSetOf(
  folder: ArtefactFolder,
  id: string | undefined,
): { scheme: Api['versionScheme']; parameter: string } | undefined {
  const name = id?.split('/').at(-1);
  const properties = name && folder.information('versionSets', name, 'versionSetInformation.json');
  if (!properties) return undefined;
  const scheme = (['Segment', 'Query', 'Header'] as const).find((one) => one === properties['versioningScheme']);
  return { scheme, parameter: text(properties, 'versionHeaderName') ?? text(properties, 'versionQueryName') ?? '' };
}

function loadOperations(
  folder: ArtefactFolder,
  api: string,
  described: readonly Operation[],
  notes: string[],
): Operation[] {
  const schemas = loadApiSchemas(folder, api);
  const byId = new Map(described.map((operation) => [plainId(operation.id), operation]));
  const byRoute = new Map(described.map((operation) => [routeOf(operation), operation]));
  const used = new Set<Operation>();
  const listed = folder.folders('apis', api, 'operations').flatMap((id): Operation[] => {
    const policy = folder.policy('apis', api, 'operations', id, 'policy.xml');
    const properties = folder.information('apis', api, 'operations', id, 'operationInformation.json');
    const known = byId.get(plainId(id));
    if (!properties) {
      // Operations that only the specification describes still have their policy in a folder of their own.
      if (known) return [{ ...known, id, policy }];
      notes.push(unknownOperationNote(folder, api, id));
      return [];
    }
    const operation = operationOf(id, properties, policy, schemas);
    const same = byRoute.get(routeOf(operation)) ?? byRoute.get(pathOf(operation)) ?? known;
    if (same) used.add(same);
    return [withDescription(operation, same)];
  });
  const ids = new Set(listed.map(({ id }) => id));
  const routes = new Set(listed.map(routeOf));
  return [...listed, ...described.filter((one) => !used.has(one) && !ids.has(one.id) && !routes.has(routeOf(one)))];
}

/** An import writes operationIds in its own way: letters and digits are what stays. */
const plainId = (id: string) => id.toLowerCase().replaceAll(/[^a-z0-9]/g, '');
const routeOf = ({ method, urlTemplate }: Operation) => `${method} ${urlTemplate}`;
/** An import moves the query parameters that are required into the template. */
const pathOf = ({ method, urlTemplate }: Operation) => `${method} ${urlTemplateParts(urlTemplate).path}`;

function openApiOf(folder: ArtefactFolder, api: string): Json {
  for (const file of ['specification.yaml', 'specification.yml', 'specification.json']) {
    const source = folder.text('apis', api, file);
    if (source !== undefined) return objectIn(source, folder.name('apis', api, file));
  }
  return {};
}

function wsdlOf(folder: ArtefactFolder, api: string): WsdlService | undefined {
  const path = ['apis', api, 'specification.wsdl'];
  const source = folder.text(...path);
  if (source === undefined) return undefined;
  try {
    return serviceFromWsdl(source);
  } catch (error) {
    const position = { file: folder.name(...path), line: 1, column: 1 };
    throw new LoadError(`this is no WSDL: ${(error as Error).message}`, position);
  }
}

/** Documents say in one place what many share, by aliases and by merging. */
const yamlOptions = { merge: true, maxAliasCount: 10_000 };

/** Reads JSON, or YAML, of which JSON is a part that takes many times as long to read. Throws LoadError. */
function objectIn(source: string, file: string): Json {
  let parsed: unknown;
  try {
    parsed = source.trimStart().startsWith('{') ? parseJson(source) : parseYaml(source, yamlOptions);
  } catch (error) {
    const { linePos: [at] = [] } = error as YAMLParseError;
    throw new LoadError(`this is no YAML: ${(error as Error).message.split('\n')[0]}`, {
      file,
      line: at?.line ?? 1,
      column: at?.col ?? 1,
    });
  }
  if (typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed)) return parsed as Json;
  throw new LoadError('this is no OpenAPI document', { file, line: 1, column: 1 });
}

function parseJson(source: string): unknown {
  try {
    return JSON.parse(source);
  } catch {
    // Comments and commas at the end are no JSON, but what people write: YAML knows most of them.
    return parseYaml(source, yamlOptions);
  }
}
