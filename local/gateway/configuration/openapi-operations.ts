import { text, type Json } from './artefact-folder.ts';
import type { Operation, OperationParameter, OperationResponse } from './model.ts';
import { requestBodies, resolveReference, responseBodies, schemaWithin } from './openapi-bodies.ts';

const methods = ['get', 'put', 'post', 'delete', 'options', 'head', 'patch', 'trace'];

/** The operations that an OpenAPI document (2 or 3) describes. */
export function operationsFromOpenApi(document: Json): Operation[] {
  const paths = (document['paths'] ?? {}) as Record<string, Json>;
  return Object.entries(paths).flatMap(([path, item]) =>
    methods.flatMap((method) => {
      const described = item[method] as Json | undefined;
      return described ? [operation(document, path, method, item, described)] : [];
    }),
  );
}

function operation(document: Json, path: string, method: string, item: Json, described: Json): Operation {
  const resolve = (value: unknown) => resolveReference(document, value as Json);
  const parameters = [...list(item['parameters']), ...list(described['parameters'])].map(resolve);
  const of = (place: string) =>
    parameters
      .filter((one) => one['in'] === place)
      .map((parameter) => parameterOf(document, text(parameter, 'name') ?? '', parameter));
  const responses = Object.entries((described['responses'] ?? {}) as Record<string, Json>);
  const id = text(described, 'operationId') ?? `${method}-${path}`;
  return {
    id: id.replaceAll(/[^A-Za-z0-9-]+/g, '-').replaceAll(/^-+|-+$/g, ''),
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

const list = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);

function parameterOf(document: Json, name: string, parameter: Json): OperationParameter {
  const [media] = Object.values((parameter['content'] ?? {}) as Record<string, Json>);
  const described = (media?.['schema'] ?? parameter['schema'] ?? parameter) as Json;
  const schema = resolveReference(document, described);
  return {
    name,
    required: parameter['required'] === true,
    type: text(schema, 'type') ?? 'string',
    values: (schema['enum'] as string[] | undefined) ?? [],
    // What OpenAPI 2 says of a parameter stands among its other properties, where `required` is no list.
    schema: schemaWithin(document, described === parameter ? { ...parameter, required: undefined } : described),
    definition: name,
    gap: undefined,
  };
}
