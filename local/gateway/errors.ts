/** Where in a policy document something stands; lines and columns count from 1. */
export interface Position {
  file: string;
  line: number;
  column: number;
}

/** A policy, expression or artefact that cannot be loaded. Its message begins with `file:line:column`. */
export class LoadError extends Error {
  override name = 'LoadError';
  readonly position: Position | undefined;
  readonly problem: string;

  constructor(problem: string, position?: Position) {
    super(position ? `${position.file}:${position.line}:${position.column}: ${problem}` : problem);
    this.problem = problem;
    this.position = position;
  }
}

/** Several load errors of one configuration, one a line. */
export class ConfigurationError extends Error {
  override name = 'ConfigurationError';
  readonly problems: readonly LoadError[];

  constructor(problems: readonly LoadError[]) {
    super(problems.map((problem) => problem.message).join('\n'));
    this.problems = problems;
  }
}

/** A request that fails while its policies run: it jumps to on-error with these as `context.LastError`. */
export class PolicyError extends Error {
  override name = 'PolicyError';
  readonly source: string;
  readonly reason: string;
  /** What the client is answered when on-error does not say otherwise. */
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** The client's message where it differs from the one that policies see. */
  readonly publicMessage: string | undefined;
  /** Whether the answer there is stays: a backend's that was an error by its status. */
  readonly keepsResponse: boolean;

  constructor(
    message: string,
    details: {
      source: string;
      reason: string;
      status?: number;
      headers?: Record<string, string>;
      publicMessage?: string;
      keepsResponse?: boolean;
      cause?: unknown;
    },
  ) {
    super(message, { cause: details.cause });
    this.source = details.source;
    this.reason = details.reason;
    this.status = details.status ?? 500;
    this.headers = details.headers ?? {};
    this.publicMessage = details.publicMessage;
    this.keepsResponse = details.keepsResponse ?? false;
  }
}

/** An exception that .NET would throw while an expression runs. */
export class ExpressionError extends Error {
  override name = 'ExpressionError';
  /** The .NET type, such as `FormatException`. */
  readonly type: string;

  constructor(type: string, message: string) {
    super(message);
    this.type = type;
  }
}

/** The client has gone: nobody is left to answer. */
export class ClientGoneError extends Error {
  override name = 'ClientGoneError';
}

/** The client holds its body back. The gateway answers 408 itself: neither policies nor breakers learn of it. */
export class ClientStalledError extends ClientGoneError {
  override name = 'ClientStalledError';
}
