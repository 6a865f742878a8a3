import { text, type Json } from './artefact-folder.ts';
import type { Representation } from './model.ts';

const draft04 = 'http://json-schema.org/draft-04/schema#';
const draft2020 = 'https://json-schema.org/draft/2020-12/schema';

/** The bodies that an operation takes: `requestBody`, or the parameters `in: body` and `in: formData` of OpenAPI 2. */
export function requestBodies(document: Json, operation: Json, parameters: readonly Json[]): Representation[] {
  const body = parameters.find((parameter) => parameter['in'] === 'body');
  if (body) return mediaTypes(document, operation, 'consumes').map((type) => bodyOf(document, type, body));
  if (parameters.some((parameter) => parameter['in'] === 'formData'))
    return formTypes(document, operation).map((type) => bodyOf(document, type, {}));
  return bodies(document, resolveReference(document, operation['requestBody'] as Json | undefined));
}

/** The bodies of a response: `content`, or the `schema` of OpenAPI 2. */
export function responseBodies(document: Json, operation: Json, response: Json): Representation[] {
  if (!response['schema']) return bodies(document, response);
  return mediaTypes(document, operation, 'produces').map((type) => bodyOf(document, type, response));
}

function mediaTypes(document: Json, operation: Json, name: string): string[] {
  const types = operation[name] ?? document[name];
  return Array.isArray(types) ? types.map(String) : ['application/json'];
}

/** What a form may be sent as: a document that says nothing of it means the plain one. */
function formTypes(document: Json, operation: Json): string[] {
  const forms = mediaTypes(document, operation, 'consumes').filter((type) => /\bform\b/i.test(type));
  return forms.length > 0 ? forms : ['application/x-www-form-urlencoded'];
}

function bodies(document: Json, owner: Json): Representation[] {
  const content = Object.entries((owner['content'] ?? {}) as Record<string, Json>);
  // In YAML, a type without anything below it is null.
  return content.map(([contentType, media]) => bodyOf(document, contentType, (media as Json | null) ?? {}));
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
  const $schema = /^3\.[1-9]/.test(text(document, 'openapi') ?? '') ? draft2020 : draft04;
  const { components, definitions, paths } = document;
  return { $schema, ...schema, components, definitions, paths };
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
