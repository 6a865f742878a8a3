import { resolveReference } from '../configuration/openapi-bodies.ts';

type Json = Readonly<Record<string, unknown>>;

/** A schema, and the document that its references lead into. */
export interface SchemaAt {
  schema: Json;
  document: Json;
}

/** The types that a schema allows, as far as it says so: those of its parts where it has none itself. */
export function typesOf({ schema, document }: SchemaAt, depth = 0): string[] {
  const resolved = resolveReference(document, schema);
  const { type, nullable, enum: values, const: only } = resolved;
  const own = Array.isArray(type) ? (type as string[]) : typeof type === 'string' ? [type] : [];
  if (own.length > 0) return nullable === true ? [...own, 'null'] : own;
  if (depth > 20) return [];
  const parts = ['anyOf', 'oneOf', 'allOf'].flatMap((keyword) => list(resolved[keyword]));
  const ofParts = parts.flatMap((part) => typesOf({ schema: part as Json, document }, depth + 1));
  if (ofParts.length > 0) return [...new Set(ofParts)];
  const listed = [...list(values), ...(only === undefined ? [] : [only])];
  if (listed.length > 0) return [...new Set(listed.map(typeOfValue))];
  if (resolved['properties'] !== undefined) return ['object'];
  return resolved['items'] === undefined ? [] : ['array'];
}

/** The schema of a property, of the items for a number, or of neither. */
export function schemaInside({ schema, document }: SchemaAt, key: string | number, depth = 0): SchemaAt {
  const resolved = resolveReference(document, schema);
  const { properties, additionalProperties, items } = resolved as Record<string, Json | undefined>;
  const own =
    typeof key === 'number' ? items : properties && Object.hasOwn(properties, key) ? properties[key] : undefined;
  if (own !== undefined) return { schema: own as Json, document };
  const parts = depth > 20 ? [] : ['anyOf', 'oneOf', 'allOf'].flatMap((keyword) => list(resolved[keyword]));
  for (const part of parts) {
    const found = schemaInside({ schema: part as Json, document }, key, depth + 1);
    if (Object.keys(found.schema).length > 0) return found;
  }
  const rest = typeof key === 'string' && typeof additionalProperties === 'object' ? additionalProperties : {};
  return { schema: rest, document };
}

/** The names of the properties that a schema describes. */
export function propertiesOf({ schema, document }: SchemaAt, depth = 0): string[] {
  const resolved = resolveReference(document, schema);
  const parts = depth > 20 ? [] : ['anyOf', 'oneOf', 'allOf'].flatMap((keyword) => list(resolved[keyword]));
  return [
    ...Object.keys(resolved['properties'] ?? {}),
    ...parts.flatMap((part) => propertiesOf({ schema: part as Json, document }, depth + 1)),
  ];
}

const list = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);

function typeOfValue(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  return typeof value;
}
