import type { Posted } from '../../shared/webhooks/post.ts';
import type { Random } from './random.ts';
import type { World } from './world.ts';

/** The partner at the other end of the webhooks. */
export interface Partner {
  answer: (headers: Record<string, string>, body: string) => Posted;
  /** Event ids in the order in which each was first accepted, by subject. */
  accepted: ReadonlyMap<string, string[]>;
}

/** Refuses now and then, and keeps account of what it accepted. */
export function simulatedPartner(world: World, random: Random): Partner {
  const accepted = new Map<string, string[]>();
  const moody = random.chance(0.3) ? random.next() * 0.3 : 0;
  return {
    accepted,
    answer: (_headers, body) => {
      const status = random.chance(moody) ? 503 : 204;
      const { id, subject } = JSON.parse(body) as { id: string; subject: string };
      const known = accepted.get(subject) ?? [];
      accepted.set(subject, known);
      if (status === 204 && !known.includes(id)) known.push(id);
      const at = new Date(world.now()).toISOString();
      const retryAfterMs = status === 503 && random.chance(0.5) ? random.below(60_000) : 0;
      return { attempt: { at, milliseconds: 1, status, error: null, response: '' }, retryAfterMs };
    },
  };
}
