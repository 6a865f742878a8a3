import { Body } from '../body.ts';
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
      const sent = exchange.runtime.sender.send({ ...request, client: undefined }).then(
        (answer) => new Body(answer.body).discard(),
        (error: unknown) => exchange.trace?.note(exchange.section, 'send-one-way-request', String(error)),
      );
      void sent;
    };
  },
};
