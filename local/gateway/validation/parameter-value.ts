import type { OperationParameter } from '../configuration/model.ts';
import { shortened } from './check.ts';
import { rawLists, rawObject, withoutPrefix, type RawValue } from './raw-parameter.ts';
import { schemaInside, typesOf, type SchemaAt } from './schema-types.ts';

/** What the text of a parameter may mean, likeliest first, or why it means nothing. */
type Readings = { values: unknown[] } | { problem: string };

/** The values that a parameter's text may have by its description: where that allows several types, there are several. */
export function parameterValues(values: readonly string[], parameter: OperationParameter): Readings {
  const { style, schema } = parameter;
  const at = { schema: schema ?? {}, document: schema ?? {} };
  const types = typesIn(at, parameter.type);
  const [text = ''] = values;
  if (style?.name === 'json') {
    const read = parsed(text);
    return read.length > 0 ? { values: read } : unfit(text, types);
  }
  const raw: RawValue[] = [];
  if (types.includes('array')) raw.push(...rawLists(values, style));
  if (types.includes('object')) raw.push(...[rawObject(text, style)].filter((one) => one !== undefined));
  const plain = withoutPrefix(text, style);
  if (values.length === 1 && (raw.length === 0 || types.some((type) => type !== 'array'))) raw.push(plain);
  return readings(raw, at, parameter.type, types, plain);
}

/** The same of an object whose properties came one by one. */
export function objectValues(raw: RawValue, { schema = {} }: OperationParameter): Readings {
  return readings([raw], { schema, document: schema }, 'object', ['object'], JSON.stringify(raw));
}

function readings(
  raw: readonly RawValue[],
  at: SchemaAt,
  fallback: string,
  types: readonly string[],
  text: string,
): Readings {
  const read = raw.flatMap((one) => [interpret(one, at, fallback, false), interpret(one, at, fallback, true)]);
  const found = new Map(read.filter((one) => one !== undefined).map((one) => [JSON.stringify(one), one]));
  if (found.size > 0) return { values: [...found.values()] };
  const item = types.includes('array') ? firstUnfit(raw, at) : undefined;
  return item === undefined ? unfit(text, types) : unfit(item, typesOf(schemaInside(at, 0)));
}

function unfit(text: string, types: readonly string[]): { problem: string } {
  return { problem: `Could not convert string to ${types.find((type) => type !== 'null')}: ${shortened(text)}.` };
}

/** Of a list, the item that cannot be read. */
function firstUnfit(raw: readonly RawValue[], at: SchemaAt): string | undefined {
  const lists = raw.filter((one) => Array.isArray(one)) as RawValue[][];
  const items = lists.at(-1)?.filter((item): item is string => typeof item === 'string') ?? [];
  return items.find((item) => interpret(item, schemaInside(at, 0), 'string', false) === undefined);
}

function typesIn(at: SchemaAt, fallback: string): string[] {
  const types = typesOf(at);
  return types.length > 0 ? types : [fallback];
}

/** A value with its texts turned into what the schema wants: `asText` where it leaves the choice. */
function interpret(raw: RawValue, at: SchemaAt, fallback: string, asText: boolean, inList = false): unknown {
  if (typeof raw !== 'string') {
    const inner = Array.isArray(raw)
      ? raw.map((item: RawValue) => interpret(item, schemaInside(at, 0), 'string', asText, true))
      : Object.entries(raw).map(([key, value]) => interpret(value, schemaInside(at, key), 'string', asText));
    if (inner.includes(undefined)) return undefined;
    return Array.isArray(raw) ? inner : Object.fromEntries(Object.keys(raw).map((key, i) => [key, inner[i]]));
  }
  // What has been taken from a list is not taken apart again: schemas of lists may be their own items.
  const types = typesIn(at, fallback).filter((type) => type !== 'array' || !inList);
  const found = types.flatMap((type) => scalar(raw, type, at));
  const texts = found.filter((value) => typeof value === 'string');
  return (asText ? texts : found.filter((value) => typeof value !== 'string'))[0] ?? found[0];
}

/** The value that a text has as one of a type; none when it cannot be one. */
function scalar(text: string, type: string, at: SchemaAt): unknown[] {
  switch (type) {
    case 'integer':
      return /^-?\d+$/.test(text) ? [Number(text)] : [];
    case 'number':
      return /^-?\d+(?:\.\d+)?(?:e[+-]?\d+)?$/i.test(text) ? [Number(text)] : [];
    case 'boolean':
      return /^(?:true|false)$/i.test(text) ? [text.toLowerCase() === 'true'] : [];
    case 'object':
      return parsed(text);
    case 'array':
      return [interpret(text.split(','), at, 'array', false)].filter((value) => value !== undefined);
    case 'null':
      return text === 'null' ? [null] : [];
    default:
      return [text];
  }
}

function parsed(text: string): unknown[] {
  try {
    return [JSON.parse(text)];
  } catch (error) {
    if (error instanceof SyntaxError) return [];
    throw error;
  }
}
