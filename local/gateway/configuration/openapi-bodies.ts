import { text, type Json } from './artefact-folder.ts';
import type { Representation } from './model.ts';

const draft04 = 'http://json-schema.org/draft-04/schema#';
const draft2020 = 'https://json-schema.org/draft/2020-12/schema';

/** The bodies that an operation takes: `requestBody`, or the parameter `in: body` of OpenAPI 2. */
export function requestBodies(document: Json, operation: Json, parameters: readonly Json[]): Representation[] {
  const body = parameters.find((parameter) => parameter['in'] === 'body');
  if (body) return mediaTypes(document, operation, 'consumes').map((type) => bodyOf(document, type, body));
  return bodies(document, resolveReference(document, operation['requestBody'] as Json | undefined));
}

/** The bodies of a response: `content`, or the `schema` of OpenAPI 2. */
export function responseBodies(document: Json, operation: Json, response: Json): Representation[] {
  if (!response['schema']) return bodies(document, response);
  return mediaTypes(document, operation, 'produces').map((type) => bodyOf(document, type, response));
}

function mediaTypes(document: Json, operation: Json, name: string): string[] {
  return (operation[name] ?? document[name] ?? ['application/json']) as string[];
}

function bodies(document: Json, owner: Json): Representation[] {
  const content = Object.entries((owner['content'] ?? {}) as Record<string, Json>);
  return content.map(([contentType, media]) => bodyOf(document, contentType, media));
}

function bodyOf(document: Json, contentType: string, media: Json): Representation {
  const described = media['schema'] as Json | undefined;
  const schema = resolveReference(document, described);
  const [firstExample] = Object.values((media['examples'] as Record<string, Json> | undefined) ?? {});
  const example = media['example'] ?? resolveReference(document, firstExample)['value'] ?? schema['example'];
  const name = text(described, '$ref') ?? text(schema, 'title') ?? '';
  return {
    contentType,
    sample: example === undefined ? undefined : typeof example === 'string' ? example : JSON.stringify(example),
    schema: described && schemaWithin(document, described),
    xmlSchema: undefined,
    definition: name.split('/').at(-1) ?? '',
    gap: undefined,
  };
}

/** A schema with the parts of its document that it may refer to. */
export function schemaWithin(document: Json, schema: Json): Json {
  const $schema = text(document, 'openapi')?.startsWith('3.1') ? draft2020 : draft04;
  const { components, definitions } = document;
  return { $schema, ...schema, components, definitions };
}

/** Follows `#/components/...`; a reference elsewhere is left alone. */
export function resolveReference(document: Json, value: Json | undefined, depth = 0): Json {
  const reference = value?.['$ref'];
  if (typeof reference !== 'string' || !reference.startsWith('#/') || depth > 20) return value ?? {};
  const target = reference
    .slice(2)
    .split('/')
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'))
    .reduce<unknown>((at, part) => (at as Json | undefined)?.[part], document);
  return resolveReference(document, target as Json | undefined, depth + 1);
}
