import { randomInt } from 'node:crypto';

const largest = 2_147_483_647;

/** A .NET `Random`, which gives .NET Framework's own sequence for a seed. */
export class Random {
  readonly #seeds = Array.from({ length: 56 }, () => 0);
  #next = 0;
  #second = 21;

  constructor(seed: number = randomInt(largest)) {
    let last = 161_803_398 - (seed === -largest - 1 ? largest : Math.abs(seed));
    let made = 1;
    this.#seeds[55] = last;
    for (let i = 1; i < 55; i++) {
      const at = (21 * i) % 55;
      this.#seeds[at] = made;
      made = positive((last - made) | 0);
      last = this.#seeds[at];
    }
    for (let round = 1; round < 5; round++)
      for (let i = 1; i < 56; i++)
        this.#seeds[i] = positive(((this.#seeds[i] as number) - (this.#seeds[1 + ((i + 30) % 55)] as number)) | 0);
  }

  /** From 0 to 2147483646. */
  next(): number {
    this.#next = this.#next >= 55 ? 1 : this.#next + 1;
    this.#second = this.#second >= 55 ? 1 : this.#second + 1;
    let made = ((this.#seeds[this.#next] as number) - (this.#seeds[this.#second] as number)) | 0;
    if (made === largest) made--;
    made = positive(made);
    this.#seeds[this.#next] = made;
    return made;
  }

  /** From 0 to just below 1. */
  real(): number {
    return this.next() * (1 / largest);
  }

  /** From `low` to just below `high`. */
  between(low: number, high: number): number {
    const width = high - low;
    if (width <= largest) return Math.trunc(this.real() * width) + low;
    const made = this.next();
    const signed = this.next() % 2 === 0 ? -made : made;
    return Math.trunc(((signed + (largest - 1)) / (2 * largest - 1)) * width) + low;
  }
}

const positive = (value: number) => (value < 0 ? value + largest : value);
