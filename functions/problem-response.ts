import { randomUUID } from 'node:crypto';
import type { HttpResponseInit, InvocationContext } from '@azure/functions';
import { ProblemError } from '../shared/contract/errors.ts';
import { problemBody, problemMediaType, problems } from '../shared/contract/problems.ts';

/** The correlation id the gateway sent, or a new one. */
export function correlationOf(headers: Headers): string {
  const given = headers.get('x-correlation-id');
  return given && /^[\x21-\x7E]{1,128}$/.test(given) ? given : randomUUID();
}

/** The answer to anything thrown. What is no caller's fault is logged with its cause. */
export function problemResponse(
  error: unknown,
  headers: Record<string, string>,
  request: { operation: string; correlationId: string; context: InvocationContext },
): HttpResponseInit {
  const problem = toProblem(error);
  const { status } = problems[problem.problem];
  if (status >= 500) {
    const { operation, correlationId, context } = request;
    context.error(`${operation} answered ${status} (correlation ${correlationId})`, error);
  }
  const body = problemBody(problem.problem, {
    detail: problem.message,
    ...(problem.errors && { errors: problem.errors }),
    extensions: problem.extensions,
  });
  return {
    status,
    headers: { ...headers, ...problem.headers, 'content-type': problemMediaType },
    body: JSON.stringify(body),
  };
}

function toProblem(error: unknown): ProblemError {
  if (error instanceof ProblemError) return error;
  if (isRetryable(error)) return new ProblemError('unavailable', { headers: { 'retry-after': '5' }, cause: error });
  return new ProblemError('internal-error', { cause: error });
}

// Said by the type, not by its class: an adapter's error must not need an import here.
function isRetryable(error: unknown): boolean {
  return error instanceof Error && (error as Error & { retryable?: unknown }).retryable === true;
}
