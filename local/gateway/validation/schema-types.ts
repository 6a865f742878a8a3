import { resolveReference } from '../configuration/openapi-bodies.ts';

type Json = Readonly<Record<string, unknown>>;

/** A schema, and the document that its references lead into. */
export interface SchemaAt {
  schema: Json;
  document: Json;
}

/** The types that a schema allows, as far as it says so: those of its parts where it has none itself. */
export function typesOf({ schema, document }: SchemaAt, seen = new Set<unknown>()): string[] {
  const resolved = resolveReference(document, schema);
  const { type, nullable, enum: values, const: only } = resolved;
  const own = Array.isArray(type) ? (type as string[]) : typeof type === 'string' ? [type] : [];
  if (own.length > 0) return nullable === true ? [...own, 'null'] : own;
  const ofParts = partsOf(resolved, seen).flatMap((schema) => typesOf({ schema, document }, seen));
  if (ofParts.length > 0) return [...new Set(ofParts)];
  const listed = [...list(values), ...(only === undefined ? [] : [only])];
  if (listed.length > 0) return [...new Set(listed.map(typeOfValue))];
  if (resolved['properties'] !== undefined) return ['object'];
  return resolved['items'] === undefined ? [] : ['array'];
}

/** The schema of a property, of the items for a number, or of neither. */
export function schemaInside(
  { schema, document }: SchemaAt,
  key: string | number,
  seen = new Set<unknown>(),
): SchemaAt {
  const resolved = resolveReference(document, schema);
  const { properties, additionalProperties, items } = resolved as Record<string, Json | undefined>;
  const own =
    typeof key === 'number' ? items : properties && Object.hasOwn(properties, key) ? properties[key] : undefined;
  if (own !== undefined) return { schema: own as Json, document };
  for (const part of partsOf(resolved, seen)) {
    const found = schemaInside({ schema: part, document }, key, seen);
    if (Object.keys(found.schema).length > 0) return found;
  }
  const rest = typeof key === 'string' && typeof additionalProperties === 'object' ? additionalProperties : {};
  return { schema: rest, document };
}

/** The names of the properties that a schema describes. */
export function propertiesOf({ schema, document }: SchemaAt, seen = new Set<unknown>()): string[] {
  const resolved = resolveReference(document, schema);
  return [
    ...Object.keys(resolved['properties'] ?? {}),
    ...partsOf(resolved, seen).flatMap((part) => propertiesOf({ schema: part, document }, seen)),
  ];
}

/** What a schema is put together from, once: schemas may lead back to themselves. */
function partsOf(schema: Json, seen: Set<unknown>): Json[] {
  if (seen.has(schema)) return [];
  seen.add(schema);
  return ['anyOf', 'oneOf', 'allOf'].flatMap((keyword) => list(schema[keyword]) as Json[]);
}

const list = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);

function typeOfValue(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  return typeof value;
}
