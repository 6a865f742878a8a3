import { problems, type BrokenRule, type ProblemName } from './problems.ts';

/** An answer that is no success: thrown anywhere below a handler, sent as problem+json. */
export class ProblemError extends Error {
  override name = 'ProblemError';
  readonly problem: ProblemName;
  readonly errors: BrokenRule[] | undefined;
  readonly headers: Record<string, string>;
  readonly extensions: Record<string, unknown>;

  constructor(
    problem: ProblemName,
    parts: {
      /** What happened this time, for the caller's eyes. */
      detail?: string;
      errors?: BrokenRule[];
      headers?: Record<string, string>;
      extensions?: Record<string, unknown>;
      cause?: unknown;
    } = {},
  ) {
    super(parts.detail ?? problems[problem].title, { cause: parts.cause });
    this.problem = problem;
    this.errors = parts.errors;
    this.headers = parts.headers ?? {};
    this.extensions = parts.extensions ?? {};
  }
}
