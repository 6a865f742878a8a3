import { maxSchema } from './check.ts';

type Json = Readonly<Record<string, unknown>>;

/** What a document keeps its shared parts in, and how many steps lead to one of them. */
const stores: Readonly<Record<string, number>> = { components: 3, definitions: 2 };

/** What others refer into only because a tool has put there what was in a file of its own: exactly that is taken. */
const exact = new Set(['paths']);

const sizes = new WeakMap<object, number>();

/**
 * A schema with only those shared parts of its document that it refers to: each operation of a large document would
 * otherwise compile, and keep, all of it. One that is larger than may be is left as it is, to be refused.
 */
export function withReferredParts(schema: Json): Json {
  const whole = schema['paths'] === undefined ? schema : without(schema, exact);
  if (Object.keys(stores).reduce((sum, name) => sum + sizeOf(schema[name]), 0) > maxSchema) return whole;
  const own = without(whole, new Set(Object.keys(stores)));
  const parts = new Map<string, unknown>();
  const waiting = references(own);
  for (let reference = waiting.pop(); reference !== undefined; reference = waiting.pop()) {
    const steps = reference.split('/').slice(1);
    const depth = exact.has(steps[0] ?? '') ? steps.length : stores[steps[0] ?? ''];
    if (depth === undefined) continue;
    if (steps.length < depth) return whole;
    const place = steps.slice(0, depth);
    const key = place.join('/');
    if (parts.has(key)) continue;
    const part = place.map(unescaped).reduce<unknown>((at, step) => (isObject(at) ? at[step] : undefined), schema);
    parts.set(key, part);
    waiting.push(...references(part));
  }
  return put(own, parts);
}

function without(schema: Json, names: ReadonlySet<string>): Json {
  return Object.fromEntries(Object.entries(schema).filter(([name]) => !names.has(name)));
}

/** Everything in a value that looks like a reference within the document. */
function references(value: unknown): string[] {
  const found: string[] = [];
  const visit = (at: unknown): void => {
    if (typeof at === 'string' && at.startsWith('#/')) found.push(at);
    else if (typeof at === 'object' && at !== null) for (const inner of Object.values(at)) visit(inner);
  };
  visit(value);
  return found;
}

function put(own: Json, parts: ReadonlyMap<string, unknown>): Json {
  const root: Record<string, unknown> = { ...own };
  for (const [key, part] of parts) {
    const steps = key.split('/').map(unescaped);
    let at = root;
    for (const step of steps.slice(0, -1)) at = (at[step] ??= {}) as Record<string, unknown>;
    at[steps.at(-1) ?? ''] = part;
  }
  return root;
}

function sizeOf(store: unknown): number {
  if (!isObject(store)) return 0;
  const known = sizes.get(store) ?? JSON.stringify(store).length;
  sizes.set(store, known);
  return known;
}

const unescaped = (step: string): string => decoded(step).replaceAll('~1', '/').replaceAll('~0', '~');

function decoded(step: string): string {
  try {
    return decodeURIComponent(step);
  } catch {
    return step;
  }
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null;
}
