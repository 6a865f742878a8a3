import { randomBytes } from 'node:crypto';
import { BoundedMap } from '../bounded-map.ts';
import type { Json } from '../configuration/artefact-folder.ts';

const MAX_KEPT = 1000;

/**
 * The long-running operations of the resource manager. Here each is done before its request is answered, so whoever
 * polls finds it succeeded. The last thousand are known.
 */
export class BackgroundOperations {
  readonly #endedAt = new BoundedMap<string>(MAX_KEPT);

  /** Takes note of an operation that has succeeded; gives its id. */
  add(now: number): string {
    const id = randomBytes(12).toString('hex');
    this.#endedAt.set(id, new Date(now).toISOString());
    return id;
  }

  /** The operation as the resource manager shows it; undefined if it is not known. */
  result(path: string, id: string): Json | undefined {
    const endTime = this.#endedAt.get(id);
    return endTime === undefined
      ? undefined
      : { id: path, name: id, status: 'Succeeded', startTime: endTime, endTime, percentComplete: 100 };
  }
}
