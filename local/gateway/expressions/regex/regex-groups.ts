/** The groups of a regular expression, numbered as .NET does: those without names first. */
export class RegexGroups {
  readonly numbers = new Set([0]);
  readonly names = new Map<string, number>();
  settled = false;
  #unnamed = 1;

  nextUnnamed(): number {
    this.numbers.add(this.#unnamed);
    return this.#unnamed++;
  }

  note(name: number | string): void {
    if (this.settled) return;
    if (typeof name === 'number') this.numbers.add(name);
    else this.names.set(name, this.names.get(name) ?? -1);
  }

  /** Numbers the named groups, and starts to number the unnamed again. */
  settle(): void {
    let next = this.#unnamed;
    for (const name of this.names.keys()) {
      while (this.numbers.has(next)) next++;
      this.names.set(name, next);
      this.numbers.add(next);
    }
    this.#unnamed = 1;
    this.settled = true;
  }
}
