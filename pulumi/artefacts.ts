/** Files of the gateway in the layout of Microsoft's apiops command line: path from the root to text. */
export type Artefacts = ReadonlyMap<string, string>;

/** One information file: the folder's name, and `properties` in the shape of the resource manager. */
export interface Entry {
  name: string;
  properties: Record<string, unknown>;
}

/** Entries of a folder (`backends`, `apis/exchange-v1/tags`), in the order of their names. */
export function entries(artefacts: Artefacts, folder: string, file: string): Entry[] {
  const pattern = new RegExp(`^${folder}/([^/]+)/${file}$`);
  return [...artefacts]
    .map(([path, text]) => ({ name: pattern.exec(path)?.[1], path, text }))
    .filter((found): found is { name: string; path: string; text: string } => found.name !== undefined)
    .map(({ name, path, text }) => ({ name, properties: propertiesOf(path, text) }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** Names in a list file such as `products/free/apis.json`; none where the file is absent. */
export function listedNames(artefacts: Artefacts, path: string): string[] {
  const text = artefacts.get(path);
  return text === undefined ? [] : (JSON.parse(text) as { name: string }[]).map(({ name }) => name);
}

/** The API's document and the format under which API Management imports it. */
export function specification(artefacts: Artefacts, api: string): { format: string; value: string } {
  const json = artefacts.get(`apis/${api}/specification.json`);
  if (json !== undefined) return { format: 'openapi+json', value: json };
  const yaml = artefacts.get(`apis/${api}/specification.yaml`);
  if (yaml !== undefined) return { format: 'openapi', value: yaml };
  throw new Error(`apis/${api} has no specification.json or specification.yaml`);
}

/** Policies of an API's operations, by operation. */
export function operationPolicies(artefacts: Artefacts, api: string): { operation: string; xml: string }[] {
  const pattern = new RegExp(`^apis/${api}/operations/([^/]+)/policy\\.xml$`);
  return [...artefacts]
    .map(([path, xml]) => ({ operation: pattern.exec(path)?.[1], xml }))
    .filter((found): found is { operation: string; xml: string } => found.operation !== undefined)
    .sort((a, b) => (a.operation < b.operation ? -1 : 1));
}

function propertiesOf(path: string, text: string): Record<string, unknown> {
  const { properties } = JSON.parse(text) as { properties?: Record<string, unknown> };
  if (properties === undefined) throw new Error(`${path} has no properties`);
  return properties;
}
