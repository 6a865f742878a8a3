import { sections, type Policy } from '../policy.ts';

/** Event Hubs takes no larger message. */
const maxBytes = 200 * 1024;

export const logToEventhub: Policy = {
  name: 'log-to-eventhub',
  sections,
  attributes: { 'logger-id': 'required', 'partition-id': 'optional', 'partition-key': 'optional' },
  partly: { '@logger-id': 'any name; the last 1,000 messages are at /events of the management port, none is sent' },
  holdsText: true,
  holdsMarkup: true,
  compile(element) {
    const logger = element.requiredText('logger-id');
    if (element.has('partition-id') && element.has('partition-key'))
      element.fail('<log-to-eventhub> takes partition-id or partition-key, not both');
    const partitionId = element.text('partition-id');
    const partitionKey = element.text('partition-key');
    const markup = element.xml.children.length > 0 ? element.xml.inner.trim() : undefined;
    const message = element.contentText();
    return (exchange) => {
      const bytes = Buffer.from(markup ?? message(exchange));
      exchange.runtime.events.add({
        logger: logger(exchange),
        at: new Date(exchange.runtime.now()).toISOString(),
        ...(partitionId && { partitionId: partitionId(exchange) }),
        ...(partitionKey && { partitionKey: partitionKey(exchange) }),
        message: bytes.subarray(0, maxBytes).toString('utf8'),
      });
    };
  },
};
