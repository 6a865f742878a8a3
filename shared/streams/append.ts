import type { Entry } from './head.ts';
import { ringGraceMs } from './head.ts';
import type { StreamPorts } from './ports.ts';

/**
 * Adds an entry to a stream and wakes its consumer. Once this returns, the entry is safe: a lost ring is the sweeper's
 * to repair. One round trip (a batch of key and head that reads nothing first), and one more for the ring when the
 * stream was idle; a stream that has entries waiting has been rung already.
 * @throws {StoreUnavailableError} the entry may be recorded or not; the same call again is safe
 */
export async function append(
  ports: Pick<StreamPorts, 'queue' | 'store' | 'bell' | 'now' | 'report'>,
  stream: string,
  entry: Omit<Entry, 'at'>,
): Promise<'appended' | 'duplicate'> {
  const now = ports.now();
  const appended = await ports.store.append(ports.queue, stream, { ...entry, at: now });
  // A sender repeats itself when it got no answer, which is when the first ring may be missing too.
  if (appended.status === 'duplicate' || needsRing(appended.head, now)) {
    await ports.bell.ring(stream).catch((error: Error) => ports.report({ kind: 'ring-lost', stream, error }));
  }
  return appended.status;
}

function needsRing({ pending, blockedUntil }: { pending: Entry[]; blockedUntil: number }, now: number): boolean {
  if (blockedUntil > now) return false;
  const oldest = pending[0];
  // More than one waiting means that whoever added the first has rung, unless that was so long ago that it must have died.
  return pending.length <= 1 || (oldest !== undefined && oldest.at <= now - ringGraceMs);
}
