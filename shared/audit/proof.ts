import type { KeyObject } from 'node:crypto';
import type { AuditLog } from './audit-log.ts';
import { checkLink, type AuditEvent, type ChainTip } from './chain.ts';
import type { CheckpointStore } from './checkpoint-store.ts';
import { hashed, isSigned, leafPath, type Checkpoint } from './checkpoint.ts';
import { rootFrom } from './merkle.ts';

/** Everything needed to check, with the signer's public key alone, that an event was recorded by a certain time. */
export interface InclusionProof {
  /** The event, and those of its chain behind it up to the checkpoint. */
  events: AuditEvent[];
  leaf: { index: number; path: string[] };
  checkpoint: Checkpoint;
}

/** Proves an event by the first checkpoint that covers it; undefined when there is none yet. */
export async function proveEvent(
  log: AuditLog,
  store: CheckpointStore,
  stream: string,
  sequence: number,
): Promise<InclusionProof | undefined> {
  const latest = await store.latest();
  for (let number = 1; number <= latest; number++) {
    const signed = await store.get(number);
    const index = signed?.leaves.findIndex((leaf) => leaf.stream === stream && leaf.sequence >= sequence) ?? -1;
    const leaf = signed?.leaves[index];
    if (!signed || !leaf) continue;
    const events: AuditEvent[] = [];
    for await (const page of log.chain(stream, sequence)) {
      events.push(...page.filter((event) => event.sequence <= leaf.sequence));
      if (events.at(-1)?.sequence === leaf.sequence) break;
    }
    return { events, leaf: { index, path: leafPath(signed.leaves, index) }, checkpoint: signed.checkpoint };
  }
  return undefined;
}

/** What is wrong with a proof; undefined when it holds. */
export function proofFault({ events, leaf, checkpoint }: InclusionProof, key: KeyObject): string | undefined {
  const [first] = events;
  if (!first) return 'it holds no event';
  if (!isSigned(checkpoint, key)) return 'the checkpoint is not signed with this key';
  let tip: ChainTip = { sequence: first.sequence - 1, hash: first.previousHash };
  for (const event of events) {
    if (event.stream !== first.stream) return 'it mixes streams';
    const next = checkLink(tip, event);
    if (typeof next === 'string') return next;
    tip = next;
  }
  const data = hashed({ stream: first.stream, sequence: tip.sequence, hash: tip.hash ?? '' });
  const path = leaf.path.map((node) => Buffer.from(node, 'hex'));
  const root = rootFrom(data, leaf.index, checkpoint.leaves, path)?.toString('hex');
  return root === checkpoint.root ? undefined : 'the event is not in the checkpoint';
}
