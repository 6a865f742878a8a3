import { app } from '@azure/functions';
import { ProblemError } from '../shared/contract/errors.ts';
import { operations } from '../shared/contract/operations.ts';
import { correlationOf, problemResponse } from './problem-response.ts';

/** The methods that the contract has for a path. */
function methodsOf(path: string): string[] {
  const matching = operations.filter((operation) =>
    new RegExp(`^${operation.path.replaceAll(/\{\w+\}/g, '[^/]+')}$`).test(path),
  );
  return matching.map(({ method }) => method);
}

// What no other route takes. Without it the platform answers with an empty 404, a wrong method included. The host tries
// routes in the order of the functions' names, so this name has to be the last. TRACE is left to the platform: the
// library cannot make a Request of it and would answer 500.
app.http('zz-unmatched', {
  methods: ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'],
  route: '{*path}',
  authLevel: 'anonymous',
  handler: (request, context) => {
    const correlationId = correlationOf(request.headers);
    const allowed = methodsOf(new URL(request.url).pathname);
    const error =
      allowed.length > 0
        ? new ProblemError('method-not-allowed', { headers: { allow: allowed.join(', ') } })
        : new ProblemError('not-found', { detail: 'There is nothing at this path.' });
    return problemResponse(
      error,
      { 'x-correlation-id': correlationId },
      { operation: 'unmatched', correlationId, context },
    );
  },
});
