import type { Container, HashRange } from './container.ts';
import { CosmosError } from './errors.ts';
import type { JsonObject } from './json.ts';

/** Hashes use the part of the space below 3FFF...; by convention it ends at FF. */
const hashSpace = 1n << 126n;

export function rangesOf({ ranges }: Container): (HashRange & { id: string })[] {
  const bound = (at: number) =>
    ((hashSpace * BigInt(at)) / BigInt(ranges)).toString(16).padStart(32, '0').toUpperCase();
  return Array.from({ length: ranges }, (_, at) => ({
    id: String(at),
    min: at === 0 ? '' : bound(at),
    max: at === ranges - 1 ? 'FF' : bound(at + 1),
  }));
}

/** @throws CosmosError 410 for a range that is not there (any more), so that a client refreshes its routing. */
export function rangeById(container: Container, id: string): HashRange {
  const range = rangesOf(container).find((one) => one.id === id);
  if (!range)
    throw new CosmosError(410, 'Gone', `The requested partition key range ${id} is gone.`, { substatus: 1002 });
  return range;
}

export function rangeDefinitions(container: Container): JsonObject[] {
  const { _rid, _self } = container.definition;
  return rangesOf(container).map(({ id, min, max }, _, all) => ({
    _rid,
    id,
    _etag: '"0"',
    minInclusive: min,
    maxExclusive: max,
    ridPrefix: Number(id),
    _self: `${_self}pkranges/${id}/`,
    throughputFraction: 1 / all.length,
    status: 'online',
    parents: [],
    _ts: 0,
  }));
}
