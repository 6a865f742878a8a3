export interface Random {
  /** From 0 up to 1. */
  next: () => number;
  /** A whole number from 0 up to `bound`. */
  below: (bound: number) => number;
  chance: (probability: number) => boolean;
}

/** Mulberry32: small, fast, and the same on every machine, so that a seed replays a schedule. */
export function seededRandom(seed: number): Random {
  let state = seed | 0;
  const next = () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
  const below = (bound: number) => Math.floor(next() * bound);
  return {
    next,
    below,
    chance: (probability) => next() < probability,
  };
}
