import { PolicyError } from '../errors.ts';
import { forward } from '../forward.ts';
import type { Policy } from '../policy.ts';

const defaultSeconds = 300;

export const forwardRequest: Policy = {
  name: 'forward-request',
  sections: ['backend'],
  attributes: {
    timeout: 'optional',
    'timeout-ms': 'optional',
    'continue-timeout': 'optional',
    'http-version': 'optional',
    'follow-redirects': 'optional',
    'buffer-request-body': 'optional',
    'buffer-response': 'optional',
    'fail-on-error-status-code': 'optional',
  },
  constants: ['http-version', 'buffer-response', 'fail-on-error-status-code'],
  compile(element) {
    const seconds = element.integer('timeout', { min: 0 }, defaultSeconds);
    const milliseconds = element.has('timeout-ms') ? element.integer('timeout-ms', { min: 0 }, 0) : undefined;
    if (element.has('timeout') && milliseconds) element.fail('<forward-request> takes timeout or timeout-ms, not both');
    const patience = element.has('continue-timeout') ? element.integer('continue-timeout', { min: 0 }, 0) : undefined;
    const version = element.choice('http-version', ['1', '2', '2or1'], '1');
    const followRedirects = element.boolean('follow-redirects', false);
    const buffersRequest = element.boolean('buffer-request-body', false);
    const buffersResponse = element.boolean('buffer-response', true);
    const failsOnError = element.boolean('fail-on-error-status-code', false);
    return async (exchange) => {
      if (buffersRequest(exchange) || followRedirects(exchange)) await exchange.request.body.buffer();
      await forward(exchange, {
        timeout: milliseconds?.(exchange) ?? seconds(exchange) * 1000,
        version: version(exchange),
        continueTimeout: patience && patience(exchange) * 1000,
        followRedirects: followRedirects(exchange),
        buffersResponse: buffersResponse(exchange),
      });
      if (failsOnError(exchange)) failOnStatus(exchange.response?.status ?? 0);
    };
  },
};

function failOnStatus(status: number): void {
  if (status < 400 || status > 599) return;
  throw new PolicyError(`Backend service returned ${status}.`, {
    source: 'forward-request',
    reason: 'BackendErrorStatusCode',
    status,
    keepsResponse: true,
  });
}
