import type { Bell } from './bell.ts';
import type { StreamStore } from './stream-store.ts';

/**
 * Rings the streams that are due and that nobody rang: what a crash between a write and its ring, or a lost message,
 * left behind. Ringing one that needs none is harmless.
 * @returns how many it rang
 */
export async function sweep(
  ports: { store: StreamStore; bells: Record<string, Bell>; now: () => number },
  limit = 200,
): Promise<number> {
  const due = await ports.store.due(ports.now(), limit);
  for (const { stream, queue } of due) {
    const bell = ports.bells[queue];
    if (!bell) throw new Error(`stream ${stream} belongs to queue ${queue}, which has no bell`);
    await bell.ring(stream);
  }
  return due.length;
}
