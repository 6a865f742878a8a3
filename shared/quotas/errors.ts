/** The store of the quotas is away. Retryable. */
export class QuotaUnavailableError extends Error {
  override name = 'QuotaUnavailableError';
  readonly retryable = true;
}
