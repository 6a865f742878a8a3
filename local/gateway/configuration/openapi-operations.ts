import { text, type Json } from './artefact-folder.ts';
import type { Operation, OperationParameter, OperationResponse } from './model.ts';
import { styleOf } from './parameter-style.ts';
import { requestBodies, resolveReference, responseBodies, schemaWithin } from './openapi-bodies.ts';

const methods = ['get', 'put', 'post', 'delete', 'options', 'head', 'patch', 'trace'];

/** The operations that an OpenAPI document (2 or 3) describes. */
export function operationsFromOpenApi(document: Json): Operation[] {
  // Paths that the query tells apart stand in an extension.
  const paths = { ...(document['paths'] as object), ...(document['x-ms-paths'] as object) } as Record<string, Json>;
  return Object.entries(paths).flatMap(([path, given]) => {
    const item = resolveReference(document, given);
    return methods.flatMap((method) => {
      const described = path.startsWith('x-') ? undefined : (item[method] as Json | undefined);
      return described ? [operation(document, path, method, item, described)] : [];
    });
  });
}

/**
 * Where the API is, as an import takes it from the document: the first of `servers` with the defaults of its variables, or
 * `host` of OpenAPI 2. Undefined for an address that is relative to the document's own.
 */
export function serviceUrlOf(document: Json): string | undefined {
  const [server] = list(document['servers'] ?? document['x-servers']) as Json[];
  const variables = (server?.['variables'] ?? {}) as Record<string, Json>;
  const url = server
    ? text(server, 'url')?.replaceAll(/\{([^}]+)\}/g, (_, name: string) => text(variables[name], 'default') ?? '')
    : hostOf(document);
  return url !== undefined && /^https?:\/\//i.test(url) && URL.canParse(url) ? url : undefined;
}

function hostOf(document: Json): string | undefined {
  const host = text(document, 'host');
  const schemes = list(document['schemes']);
  const scheme = schemes.length === 0 || schemes.includes('https') ? 'https' : 'http';
  return host && `${scheme}://${host}${text(document, 'basePath') ?? ''}`;
}

function operation(document: Json, path: string, method: string, item: Json, described: Json): Operation {
  const resolve = (value: unknown) => resolveReference(document, value as Json);
  const parameters = parametersOf([...list(item['parameters']), ...list(described['parameters'])].map(resolve));
  const of = (place: string) =>
    parameters
      .filter((one) => one['in'] === place)
      .map((parameter) => parameterOf(document, text(parameter, 'name') ?? '', parameter));
  const responses = Object.entries((described['responses'] ?? {}) as Record<string, Json>);
  const own = `${method}-${path}`;
  const id = text(described, 'operationId') ?? own;
  return {
    // Of an id in another script nothing is left.
    id: plainId(id) || plainId(own),
    name: text(described, 'summary') ?? id,
    method: method.toUpperCase(),
    urlTemplate: path,
    policy: undefined,
    parameters: { path: of('path'), query: of('query'), headers: of('header') },
    request: requestBodies(document, described, parameters),
    responses: responses.map(([status, response]): OperationResponse => {
      const resolved = resolve(response);
      const headers = Object.entries((resolved['headers'] ?? {}) as Record<string, Json>);
      return {
        status: status === 'default' ? 200 : Number(status.replaceAll(/x/gi, '0')),
        code: status,
        headers: headers.map(([name, header]) => parameterOf(document, name, resolve(header))),
        representations: responseBodies(document, described, resolved),
      };
    }),
  };
}

const plainId = (id: string) => id.replaceAll(/[^A-Za-z0-9-]+/g, '-').replaceAll(/^-+|-+$/g, '');

/** An operation's own parameter stands for one of its path that has the same name and place. */
function parametersOf(all: readonly Json[]): Json[] {
  return [...new Map(all.map((one) => [`${text(one, 'in')} ${text(one, 'name')}`, one])).values()];
}

const list = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);

function parameterOf(document: Json, name: string, parameter: Json): OperationParameter {
  const [media] = Object.values((parameter['content'] ?? {}) as Record<string, Json>);
  const described = (media?.['schema'] ?? parameter['schema'] ?? parameter) as Json;
  const schema = resolveReference(document, described);
  return {
    name,
    required: parameter['required'] === true,
    type: text(schema, 'type') ?? 'string',
    style: styleOf(parameter),
    values: (schema['enum'] as string[] | undefined) ?? [],
    // What OpenAPI 2 says of a parameter stands among its other properties, where `required` is no list.
    schema: schemaWithin(document, described === parameter ? { ...parameter, required: undefined } : described),
    definition: name,
    gap: undefined,
  };
}
