import { sections, type Policy } from '../policy.ts';
import { requestBuilder, requestShape } from './send-request.ts';

export const sendOneWayRequest: Policy = {
  name: 'send-one-way-request',
  sections,
  attributes: { mode: 'optional', timeout: 'optional' },
  children: requestShape,
  compile(element) {
    const build = requestBuilder(element);
    return async (exchange) => {
      const request = await build(exchange);
      // It outlives the client's request, and what becomes of it is nobody's concern but the trace's.
      const sent = exchange.runtime.sender.send({ ...request, signal: undefined }).then(
        (answer) => void answer.body.on('error', noted).resume(),
        (error: unknown) => exchange.trace?.note(exchange.section, 'send-one-way-request', String(error)),
      );
      void sent;
    };
  },
};

/** The answer is thrown away, so a break in it changes nothing. */
function noted(): void {}
