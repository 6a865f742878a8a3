/** One thing that is wrong with a request. */
export interface Problem {
  /** The property, parameter, header or document that it is about. */
  target: string;
  message: string;
}

/** A refusal in the form of the resource manager. */
export class AdministrationError extends Error {
  override name = 'AdministrationError';
  readonly status: number;
  readonly code: string;
  readonly problems: readonly Problem[];

  constructor(status: number, code: string, message: string, problems: readonly Problem[] = []) {
    super(message);
    this.status = status;
    this.code = code;
    this.problems = problems;
  }
}

export function notFound(what: string): AdministrationError {
  return new AdministrationError(404, 'ResourceNotFound', `${what} not found.`);
}

/** Everything that is wrong, at once. */
export function invalid(problems: readonly Problem[]): AdministrationError {
  return new AdministrationError(400, 'ValidationError', 'One or more fields contain incorrect values:', problems);
}

export function notAllowed(message: string): AdministrationError {
  return new AdministrationError(405, 'MethodNotAllowed', message);
}
