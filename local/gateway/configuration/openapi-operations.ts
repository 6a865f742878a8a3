import type { Json } from './artefact-folder.ts';
import { text } from './operation-information.ts';
import type { Operation, OperationParameter, OperationResponse, Representation } from './model.ts';

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
  const of = (place: string) => parameters.filter((one) => one['in'] === place).map(parameterOf);
  const responses = Object.entries((described['responses'] ?? {}) as Record<string, Json>);
  const id = text(described, 'operationId') ?? `${method}-${path}`;
  const requestBody = resolve(described['requestBody'] ?? {});
  return {
    id: id.replaceAll(/[^A-Za-z0-9-]+/g, '-').replaceAll(/^-+|-+$/g, ''),
    name: text(described, 'summary') ?? id,
    method: method.toUpperCase(),
    urlTemplate: path,
    policy: undefined,
    parameters: { path: of('path'), query: of('query'), headers: of('header') },
    request: representations(document, requestBody['content'] as Json | undefined),
    responses: responses.map(([status, response]): OperationResponse => {
      const resolved = resolve(response);
      return {
        status: status === 'default' ? 200 : Number(status.replaceAll(/x/gi, '0')),
        representations: representations(document, resolved['content'] as Json | undefined),
      };
    }),
  };
}

const list = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);

function parameterOf(parameter: Json): OperationParameter {
  const schema = (parameter['schema'] ?? parameter) as Json;
  return {
    name: text(parameter, 'name') ?? '',
    required: parameter['required'] === true,
    type: text(schema, 'type') ?? 'string',
    values: (schema['enum'] as string[] | undefined) ?? [],
  };
}

function representations(document: Json, content: Json | undefined): Representation[] {
  return Object.entries((content ?? {}) as Record<string, Json>).map(([contentType, media]) => {
    const schema = resolveReference(document, media['schema'] as Json | undefined);
    const [firstExample] = Object.values((media['examples'] as Record<string, Json> | undefined) ?? {});
    const example = media['example'] ?? resolveReference(document, firstExample)['value'] ?? schema['example'];
    return {
      contentType,
      sample: example === undefined ? undefined : typeof example === 'string' ? example : JSON.stringify(example),
      schema: media['schema']
        ? { ...(media['schema'] as Json), components: document['components'], definitions: document['definitions'] }
        : undefined,
    };
  });
}

/** Follows `#/components/...`; a reference elsewhere is left alone. */
function resolveReference(document: Json, value: Json | undefined, depth = 0): Json {
  const reference = value?.['$ref'];
  if (typeof reference !== 'string' || !reference.startsWith('#/') || depth > 20) return value ?? {};
  const target = reference
    .slice(2)
    .split('/')
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'))
    .reduce<unknown>((at, part) => (at as Json | undefined)?.[part], document);
  return resolveReference(document, target as Json | undefined, depth + 1);
}
