import { badRequest } from './errors.ts';

export type Json = null | boolean | number | string | Json[] | JsonObject;
export interface JsonObject {
  [key: string]: Json;
}
/** What an expression or a path may give: Cosmos DB tells a missing value (`undefined`) from a null. */
export type Value = Json | undefined;

/** @throws CosmosError 400 with this message. */
export function parseJson(text: string, message: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch {
    throw badRequest(message);
  }
}

/** A property that should be a text, for messages and links; anything else as JSON. */
export function textOf(value: Value): string {
  return typeof value === 'string' ? value : (JSON.stringify(value) ?? 'undefined');
}

export function isObject(value: Value): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** An own property of an object or an element of an array; anything else is undefined. */
export function member(of: Value, key: Value): Value {
  if (typeof of !== 'object' || of === null) return undefined;
  if (Array.isArray(of)) return typeof key === 'number' ? of[key] : undefined;
  return typeof key === 'string' && Object.hasOwn(of, key) ? of[key] : undefined;
}

/** Cosmos DB orders types first: undefined, null, booleans, numbers, strings, arrays, objects. */
export function typeRank(value: Value): number {
  if (value === undefined) return 0;
  if (value === null) return 1;
  if (typeof value === 'boolean') return 2;
  if (typeof value === 'number') return 3;
  if (typeof value === 'string') return 4;
  return Array.isArray(value) ? 5 : 6;
}

export function compareValues(a: Value, b: Value): number {
  const rank = typeRank(a);
  const difference = rank - typeRank(b);
  if (difference) return difference;
  if (rank < 2) return 0;
  if (rank === 4) return (a as string) < (b as string) ? -1 : a === b ? 0 : 1;
  if (rank < 4) return Number(a) - Number(b);
  const [x, y] = [JSON.stringify(a), JSON.stringify(b)];
  return x < y ? -1 : x === y ? 0 : 1;
}

export function equalValues(a: Value, b: Value): boolean {
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (Array.isArray(a))
    return Array.isArray(b) && a.length === b.length && a.every((item, i) => equalValues(item, b[i]));
  if (Array.isArray(b)) return false;
  const keys = Object.keys(a);
  return (
    keys.length === Object.keys(b).length && keys.every((key) => Object.hasOwn(b, key) && equalValues(a[key], b[key]))
  );
}

/** The same text for equal values, in whatever order the properties of objects come. */
export function canonicalText(value: Json): string {
  return JSON.stringify(value, (_, inner: Json) =>
    isObject(inner) ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1))) : inner,
  );
}

/** `/a/"b c"/0` as its steps. */
export function pathSteps(path: string): string[] {
  return (path.match(/"(?:[^"\\]|\\.)*"|[^/]+/g) ?? []).map((step) =>
    step.startsWith('"') ? (JSON.parse(step) as string) : step,
  );
}

export function valueAt(root: Value, steps: readonly string[]): Value {
  let value = root;
  for (const step of steps) value = member(value, Array.isArray(value) ? Number(step) : step);
  return value;
}
