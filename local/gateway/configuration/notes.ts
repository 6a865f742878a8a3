import { namedValueReference } from '../named-values.ts';
import type { ArtefactFolder, Json } from './artefact-folder.ts';
import { text } from './artefact-folder.ts';
import type { Api, Configuration, Operation } from './model.ts';

/** Kinds of APIs that instances have and this gateway does not run. */
const otherKinds: Readonly<Record<string, string>> = {
  graphql: 'a GraphQL API',
  websocket: 'a WebSocket API',
  grpc: 'a gRPC API',
  mcp: 'an MCP server',
};

/** Why requests to what is in a folder of `apis` find nothing; undefined for what is served. */
export function apiNote(folder: ArtefactFolder, id: string, properties?: Json, api?: Api): string | undefined {
  const name = folder.name('apis', id);
  if (!properties) return `${name}: it has no apiInformation.json and is not served`;
  const kind = otherKinds[text(properties, 'type') ?? text(properties, 'apiType') ?? ''];
  if (kind) return `${name}: ${kind}, which is not run here: its requests are answered with 404`;
  if (api?.operations.length === 0)
    return `${name}: neither a specification nor operations/ describes an operation: its requests are answered with 404`;
  return undefined;
}

/** An operation of which there is a folder, and nothing that says where it is. */
export function unknownOperationNote(folder: ArtefactFolder, api: string, id: string): string {
  return `${folder.name('apis', api, 'operations', id)}: no specification describes this operation: its policy is not run`;
}

/** Operations that no request reaches. */
export function operationNotes(folder: ArtefactFolder, api: string, operations: readonly Operation[]): string[] {
  const first = new Map<string, string>();
  return operations.flatMap(({ method, urlTemplate }) => {
    const one = `${method} ${urlTemplate}`;
    const shape = one.replaceAll(/\{(\*?)[^}]*\}/g, '{$1}').toLowerCase();
    const earlier = first.get(shape);
    if (earlier === undefined) first.set(shape, one);
    const name = `${folder.name('apis', api)}: ${one}`;
    if (urlTemplate.includes('#')) return [`${name}: no path of a request has a #: it is never called`];
    return earlier === undefined ? [] : [`${name}: ${earlier} fits the same requests and takes them`];
  });
}

/** What of a folder is not served, and what it takes. */
export function folderNotes(folder: ArtefactFolder): string[] {
  return folder
    .folders('workspaces')
    .map(
      (one) => `${folder.name('workspaces', one)}: a workspace runs in a gateway of its own: give its folder as --apim`,
    );
}

/** What the gateway starts without, and where it can be given. */
export function missingNotes(configuration: Configuration): string[] {
  const { namedValues, subscriptions, apis } = configuration;
  const wanted = wantedNames(configuration);
  const empty = [...namedValues.values()]
    .filter(({ value, displayName }) => value === undefined && wanted.has(displayName))
    .map(({ displayName }) => displayName);
  const asks = apis.some(({ subscriptionRequired }) => subscriptionRequired);
  const hasKey = [...subscriptions.values()].some(({ primaryKey, secondaryKey }) => primaryKey + secondaryKey !== '');
  return [
    ...(empty.length > 0
      ? [`no value is known of the named values ${empty.join(', ')}: --overrides may give them`]
      : []),
    ...(asks && !hasKey ? ['APIs ask for a key, and no subscription has one: --overrides may give one'] : []),
  ];
}

/** The display names that policies and backends mention; loggers have secrets, too, which nothing here needs. */
function wantedNames({ policy, apis, products, fragments, backends }: Configuration): ReadonlySet<string> {
  const sources = [
    policy,
    ...products.map((product) => product.policy),
    ...apis.flatMap((api) => [api.policy, ...api.operations.map((operation) => operation.policy)]),
    ...fragments.map(({ source }) => source),
  ];
  const texts = [...sources.map((source) => source?.text ?? ''), JSON.stringify([...backends.values()])];
  return new Set(texts.flatMap((text) => [...text.matchAll(namedValueReference)].map(([, name]) => name ?? '')));
}
