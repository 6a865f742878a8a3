/** The address behind a URL is not one that partners may have us call. */
export class ForbiddenAddressError extends Error {
  override name = 'ForbiddenAddressError';
}
