import type { PolicyError } from './errors.ts';
import { Body } from './body.ts';
import { GatewayResponse } from './exchange.ts';
import { Headers } from './headers.ts';

const reasons: Readonly<Record<number, string>> = {
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  413: 'Payload Too Large',
  429: 'Too Many Requests',
  500: 'Internal Server Error',
  502: 'Bad Gateway',
  503: 'Service Unavailable',
  504: 'Gateway Timeout',
};

/** What the client gets when on-error makes no answer of its own, in the form of API Management. */
export function errorResponse(error: PolicyError, requestId: string): GatewayResponse {
  const message = error.publicMessage ?? (error.status === 500 ? 'Internal server error' : error.message);
  const body = { statusCode: error.status, message, ...(error.status >= 500 && { activityId: requestId }) };
  const headers = new Headers();
  headers.set('Content-Type', ['application/json']);
  for (const [name, value] of Object.entries(error.headers)) headers.set(name, [value]);
  return new GatewayResponse(
    error.status,
    reasons[error.status] ?? '',
    headers,
    new Body(Buffer.from(JSON.stringify(body))),
  );
}
