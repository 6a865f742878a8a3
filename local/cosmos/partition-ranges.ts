import type { Container, HashRange } from './container.ts';
import { CosmosError } from './errors.ts';
import type { JsonObject } from './json.ts';

/** The hash space ends at FF, of which a hash of version 2 uses the part below 3FFF... */
export function rangesOf(_container: Container): (HashRange & { id: string })[] {
  return [{ id: '0', min: '', max: 'FF' }];
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
  return rangesOf(container).map(({ id, min, max }, at, all) => ({
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
