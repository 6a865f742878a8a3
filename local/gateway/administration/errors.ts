/** A refusal in the form of the resource manager. */
export class AdministrationError extends Error {
  override name = 'AdministrationError';
  readonly status: number;
  readonly code: string;
  readonly details: readonly string[];

  constructor(status: number, code: string, message: string, details: readonly string[] = []) {
    super(message);
    this.status = status;
    this.code = code;
    this.details = details;
  }
}

export function notFound(what: string): AdministrationError {
  return new AdministrationError(404, 'ResourceNotFound', `${what} not found.`);
}
