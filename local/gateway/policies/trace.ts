import { sections, type Policy } from '../policy.ts';

export const trace: Policy = {
  name: 'trace',
  sections,
  attributes: { source: 'required', severity: 'optional' },
  constants: ['source', 'severity'],
  partly: { '@severity': 'checked; a trace keeps messages of every severity' },
  holdsText: true,
  children: { message: { holdsText: true }, metadata: { attributes: { name: 'required', value: 'required' } } },
  compile(element) {
    const source = element.requiredText('source');
    element.choice('severity', ['verbose', 'information', 'error'], 'verbose');
    // Older documents have the message as the element's own text.
    const message = (element.child('message') ?? element).contentText();
    if (message.constant === '') element.fail('<trace> needs a <message>');
    const metadata = element
      .children('metadata')
      .map((one) => ({ name: one.requiredText('name'), value: one.requiredText('value') }));
    return (exchange) => {
      // Evaluated for every request, as where a logger takes it: an error in it shows before somebody traces.
      const extra = metadata.map(({ name, value }) => ` ${name(exchange)}=${value(exchange)}`).join('');
      const text = message(exchange) + extra;
      exchange.trace?.note(exchange.section, `trace ${source(exchange)}`, text);
    };
  },
};
