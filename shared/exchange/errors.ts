/** The database is away, restarting, or gave no connection in time. Retryable; nothing is known to have been written. */
export class SqlUnavailableError extends Error {
  override name = 'SqlUnavailableError';
  readonly retryable = true;
}
