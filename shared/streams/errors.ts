/** Somebody else moved the stream's head in between: what was read is out of date. */
export class ConflictError extends Error {
  override name = 'ConflictError';
}

/** The store did not answer, or was too busy. Retryable; the write may have happened or not. */
export class StoreUnavailableError extends Error {
  override name = 'StoreUnavailableError';
  readonly retryable = true;
}

/** An effect that will fail however often it is tried: the stream is parked. */
export class PermanentError extends Error {
  override name = 'PermanentError';
  readonly key: string;

  constructor(key: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.key = key;
  }
}

/** An effect that failed and may succeed later. `retryAfterMs` is the least to wait, when the other side said so. */
export class TransientError extends Error {
  override name = 'TransientError';
  readonly retryAfterMs: number;

  constructor(message: string, options: ErrorOptions & { retryAfterMs?: number } = {}) {
    super(message, options);
    this.retryAfterMs = options.retryAfterMs ?? 0;
  }
}

/** Not tried at all: it is not this entry's turn yet for a reason of its own (a rate limit). Counts as no attempt. */
export class PostponedError extends Error {
  override name = 'PostponedError';
  readonly until: number;

  constructor(message: string, until: number) {
    super(message);
    this.until = until;
  }
}

/** An operator's action that does not fit what the stream is waiting for. */
export class NotParkedError extends Error {
  override name = 'NotParkedError';
}
