import type { Bell } from './bell.ts';
import type { StreamStore } from './stream-store.ts';

/**
 * Between two rings of a sweep, ms. Each ring takes one of the receiver's sessions for a moment: all at once they would
 * take every one, and the callbacks of the moment would wait behind what is in no hurry.
 */
const paceMs = 15;

type Bells = Record<string, Bell>;

/**
 * Rings the streams that are due and that nobody rang: what a crash between a write and its ring, or a lost message,
 * left behind. Ringing one that needs none is harmless.
 * @returns how many it rang
 */
export async function sweep(
  ports: { store: StreamStore; bells: Bells; now: () => number },
  limit = 200,
): Promise<number> {
  const due = await ports.store.due(ports.now(), limit);
  await ringInTurn(ports, due);
  return due.length;
}

/** Rings many streams that are in no hurry, with a pause between each and the next. */
export async function ringInTurn(
  { bells, now }: { bells: Bells; now: () => number },
  streams: readonly { stream: string; queue: string }[],
  options: { reconcile?: boolean } = {},
): Promise<void> {
  const start = now();
  for (const [turn, { stream, queue }] of streams.entries()) {
    const bell = bells[queue];
    if (!bell) throw new Error(`stream ${stream} belongs to queue ${queue}, which has no bell`);
    await bell.ring(stream, { ...options, at: start + turn * paceMs });
  }
}
