import { schemaUri } from './check.ts';

type Schema = Readonly<Record<string, unknown>>;

/** What one check wants of a schema. */
interface Overrides {
  allowAdditional: boolean | undefined;
  /** A property's name as the check wants it. */
  nameOf: (name: string) => string;
  ignoreCase: boolean;
}

interface Rewriting extends Overrides {
  /** Before draft 2019-09, and in OpenAPI 3.0, what stands beside `$ref` does not count. */
  referenceStandsAlone: boolean;
}

const listed = new Set(['allOf', 'anyOf', 'oneOf', 'prefixItems']);
const named = new Set(['properties', 'patternProperties', 'definitions', '$defs', 'schemas', 'dependentSchemas']);
const data = new Set(['enum', 'const', 'default', 'example', 'examples', 'required', 'x-example']);
/** Keywords whose schemas are of a value of its own: only there can be said that a property is additional. */
const ownValue = new Set([
  ...['properties', 'patternProperties', 'items', 'prefixItems', 'additionalItems', 'contains'],
  ...['additionalProperties', 'unevaluatedItems'],
]);

/** The address of the dialect that a document says it is written in. */
export function dialectOf({ $schema }: Schema): string {
  return typeof $schema === 'string' ? $schema : '';
}

/**
 * A document of schemas in the one form that is compiled here: draft 2019-09, with what OpenAPI 3.0 and draft 4 say in
 * their own ways said as there, and with the overrides of a check.
 */
export function rewritten(document: Schema, overrides: Overrides): Schema {
  const { $schema: _dialect, ...rest } = document;
  const referenceStandsAlone = /draft-0[3467]/.test(dialectOf(document));
  return rewriteSchema(rest, { ...overrides, referenceStandsAlone }, false);
}

function rewrite(value: unknown, rewriting: Rewriting, isOwnValue: boolean): unknown {
  if (Array.isArray(value)) return value.map((item) => rewrite(item, rewriting, isOwnValue));
  if (typeof value !== 'object' || value === null) return value;
  return rewriteSchema(value as Schema, rewriting, isOwnValue);
}

function rewriteSchema(schema: Schema, rewriting: Rewriting, isOwnValue: boolean): Schema {
  const plain = rewriting.referenceStandsAlone && typeof schema['$ref'] === 'string' ? withoutSiblings(schema) : schema;
  const entries = Object.entries(plain).map(([keyword, value]) => [keyword, rewriteKeyword(keyword, value, rewriting)]);
  const schemaOut = Object.fromEntries(entries) as Record<string, unknown>;
  modernize(schemaOut);
  override(schemaOut, rewriting.allowAdditional, isOwnValue);
  return schemaOut;
}

/** Definitions stay: other references find them. */
function withoutSiblings({ $ref, components, definitions, $defs, paths }: Schema): Schema {
  return {
    $ref,
    ...(components !== undefined && { components }),
    ...(paths !== undefined && { paths }),
    definitions: definitions ?? {},
    $defs: $defs ?? {},
  };
}

function rewriteKeyword(keyword: string, value: unknown, rewriting: Rewriting): unknown {
  const { nameOf, ignoreCase } = rewriting;
  if (keyword === 'required' && Array.isArray(value)) return value.map((name) => nameOf(String(name)));
  if (keyword === '$ref' && typeof value === 'string')
    return value.startsWith('/schemas/') ? schemaUri(value.slice('/schemas/'.length)) : referenceNamed(value, nameOf);
  if (data.has(keyword) || typeof value !== 'object' || value === null) return value;
  if (keyword === 'dependentRequired' || keyword === 'dependencies')
    return mapped(value as Schema, nameOf, (one) =>
      Array.isArray(one) ? one.map((name) => nameOf(String(name))) : rewrite(one, rewriting, false),
    );
  if (keyword === 'propertyNames' && ignoreCase) return caselessNames(value as Schema, nameOf);
  if (listed.has(keyword) || Array.isArray(value)) return rewrite(value, rewriting, ownValue.has(keyword));
  if (!named.has(keyword)) return rewrite(value, rewriting, ownValue.has(keyword));
  const rename =
    keyword === 'properties' || keyword === 'dependentSchemas'
      ? nameOf
      : keyword === 'patternProperties' && ignoreCase
        ? (pattern: string) => `(?i:${pattern})`
        : (name: string) => name;
  return mapped(value as Schema, rename, (one) => rewrite(one, rewriting, ownValue.has(keyword)));
}

/** A reference into the properties of a schema names them as they are called after the rewriting. */
function referenceNamed(reference: string, nameOf: (name: string) => string): string {
  return reference.replaceAll(/\/properties\/([^/]+)/g, (_whole, name: string) => `/properties/${nameOf(name)}`);
}

function caselessNames(schema: Schema, nameOf: (name: string) => string): Schema {
  const { pattern, enum: values } = schema;
  return {
    ...schema,
    ...(typeof pattern === 'string' && { pattern: `(?i:${pattern})` }),
    ...(Array.isArray(values) && { enum: values.map((value) => nameOf(String(value))) }),
  };
}

function mapped(object: Schema, nameOf: (name: string) => string, of: (value: unknown) => unknown): Schema {
  return Object.fromEntries(Object.entries(object).map(([name, value]) => [nameOf(name), of(value)]));
}

/** `nullable`, and bounds that are said to be exclusive by `true`. */
function modernize(schema: Record<string, unknown>): void {
  if (typeof schema['id'] === 'string' && schema['$id'] === undefined && /^[a-z]+:/i.test(schema['id'])) {
    schema['$id'] = schema['id'];
    delete schema['id'];
  }
  if (schema['nullable'] === true && typeof schema['type'] === 'string') schema['type'] = [schema['type'], 'null'];
  if (typeof schema['nullable'] === 'boolean') delete schema['nullable'];
  for (const [bound, exclusive] of [
    ['minimum', 'exclusiveMinimum'],
    ['maximum', 'exclusiveMaximum'],
  ] as const) {
    if (typeof schema[exclusive] !== 'boolean') continue;
    if (schema[exclusive] && typeof schema[bound] === 'number') {
      schema[exclusive] = schema[bound];
      delete schema[bound];
    } else delete schema[exclusive];
  }
}

/**
 * Whether properties that are not described may be there. When they may not, that is said once for each value, after
 * all that is said of it: a schema that is put together by `allOf` would otherwise refuse what its parts describe.
 */
function override(schema: Record<string, unknown>, allow: boolean | undefined, isOwnValue: boolean): void {
  if (allow === undefined) return;
  const closed = schema['additionalProperties'] === false;
  if (allow) {
    if (closed) delete schema['additionalProperties'];
    if (schema['unevaluatedProperties'] === false) delete schema['unevaluatedProperties'];
    return;
  }
  if (!closed) delete schema['additionalProperties'];
  if (isOwnValue) schema['unevaluatedProperties'] = false;
  else delete schema['unevaluatedProperties'];
}
