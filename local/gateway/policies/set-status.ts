import { PolicyError } from '../errors.ts';
import type { Exchange, GatewayResponse } from '../exchange.ts';
import { unfitInHead } from '../headers.ts';
import type { Policy } from '../policy.ts';
import type { PolicyElement } from '../policy-element.ts';

const unfit = new RegExp(`${unfitInHead.source}+`, 'g');

export const statusShape = { attributes: { code: 'required', reason: 'optional' } } as const;

/** What a `<set-status>` element does to a response, wherever it stands. */
export function statusChange(element: PolicyElement): (response: GatewayResponse, exchange: Exchange) => void {
  element.requiredText('code');
  const code = element.integer('code', { min: 200, max: 999 }, 200);
  const reason = element.text('reason');
  return (response, exchange) => {
    response.status = code(exchange);
    response.reason = reason?.(exchange).replaceAll(unfit, ' ') ?? '';
  };
}

export const setStatus: Policy = {
  name: 'set-status',
  sections: ['inbound', 'outbound', 'backend', 'on-error'],
  ...statusShape,
  compile(element) {
    const change = statusChange(element);
    return (exchange) => {
      if (!exchange.response)
        throw new PolicyError('There is no response yet.', { source: 'set-status', reason: 'NoResponse' });
      change(exchange.response, exchange);
    };
  },
};
