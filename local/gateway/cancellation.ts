/** Tells those who wait that nobody wants the outcome any more. Cheaper than an AbortSignal for each request. */
export class Cancellation {
  #waiting: Set<() => void> | undefined;
  #cancelled = false;

  get isCancelled(): boolean {
    return this.#cancelled;
  }

  cancel(): void {
    if (this.#cancelled) return;
    this.#cancelled = true;
    for (const tell of this.#waiting ?? []) tell();
    this.#waiting = undefined;
  }

  /** Returns what takes the subscription back. An earlier cancellation is told at once. */
  subscribe(tell: () => void): () => void {
    if (this.#cancelled) {
      tell();
      return () => {};
    }
    const waiting = (this.#waiting ??= new Set());
    waiting.add(tell);
    return () => void waiting.delete(tell);
  }
}
