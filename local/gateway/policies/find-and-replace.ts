import { sections, type Policy } from '../policy.ts';
import { replaceBody } from './set-body.ts';

export const findAndReplace: Policy = {
  name: 'find-and-replace',
  sections,
  attributes: { from: 'required', to: 'required' },
  compile(element) {
    const from = element.requiredText('from');
    const to = element.requiredText('to');
    const onRequest = element.scope.section === 'inbound' || element.scope.section === 'backend';
    return async (exchange) => {
      const message = onRequest ? exchange.request : exchange.response;
      if (!message || message.body.isEmpty) return;
      await message.body.buffer();
      const text = (message.body.bytes ?? Buffer.alloc(0)).toString('utf8');
      replaceBody(message, Buffer.from(text.replaceAll(from(exchange), () => to(exchange))));
    };
  },
};
