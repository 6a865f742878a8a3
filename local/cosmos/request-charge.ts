import type { Container } from './container.ts';
import type { ItemResult } from './items.ts';
import type { Json, JsonObject } from './json.ts';

/**
 * Request units near the documented model: a point read of 1 KB is 1, of 100 KB about 10; writing 1 KB is about 5
 * plus what the index costs, and writing over it twice that. Good for budgets, not to the last digit.
 */
export function requestCharge(container: Container, item: ItemResult | undefined): number {
  const { document, previous, status } = item ?? {};
  const text = (document ?? previous)?.text;
  if (text === undefined) return 1;
  const kilobytes = Math.max(1, text.length / 1024);
  const isRead = status === 304 || (status === 200 && !previous);
  if (isRead) return rounded(1 + (kilobytes - 1) / 11);
  const write = 5 + (kilobytes - 1) * 0.45 + indexedValues(container, (document ?? previous)!.body) * 0.1;
  return rounded(document && previous ? write * 2 - 0.5 : write);
}

/** A query: a fixed part, what it sends and what it had to look at. */
export function queryCharge(bytes: number, scanned: number): number {
  return rounded(2.3 + (bytes / 1024) * 0.3 + scanned * 0.02);
}

const rounded = (charge: number) => Math.round(charge * 100) / 100;

function indexedValues(container: Container, body: JsonObject): number {
  const policy = container.definition['indexingPolicy'] as {
    indexingMode?: string;
    includedPaths?: { path: string }[];
    excludedPaths?: { path: string }[];
  };
  if (policy.indexingMode === 'none') return 0;
  const covers = (paths: { path: string }[] | undefined, name: string) =>
    paths?.some(({ path }) => path === '/*' || path === `/${name}/*` || path === `/${name}/?`) ?? false;
  const exactly = (paths: { path: string }[] | undefined, name: string) =>
    paths?.some(({ path }) => path === `/${name}/*` || path === `/${name}/?`) ?? false;
  let count = 0;
  for (const [name, value] of Object.entries(body)) {
    if (name.startsWith('_') || exactly(policy.excludedPaths, name)) continue;
    if (covers(policy.excludedPaths, name) && !exactly(policy.includedPaths, name)) continue;
    if (covers(policy.includedPaths, name)) count += leaves(value);
  }
  return count;
}

function leaves(value: Json): number {
  if (typeof value !== 'object' || value === null) return 1;
  return Object.values(value).reduce<number>((count, item) => count + leaves(item), 0);
}
