import type { Exchange } from '../exchange.ts';
import type { PolicyElement } from '../policy-element.ts';
import { mediaType } from './message-content.ts';

export const contentTypeMapShape = {
  attributes: { 'any-content-type-value': 'optional', 'missing-content-type-value': 'optional' },
  children: { type: { attributes: { from: 'optional', when: 'optional', to: 'required' } } },
} as const;

type Mapping = (exchange: Exchange, type: string) => string | undefined;

/** The content type that a body is checked as, in the place of its own. */
export function contentTypeMap(element: PolicyElement | undefined): (exchange: Exchange, type: string) => string {
  const mappings = (element?.children('type') ?? []).map(mappingOf);
  const any = element?.constant('any-content-type-value');
  const missing = element?.constant('missing-content-type-value');
  return (exchange, type) => {
    for (const mapping of mappings) {
      const mapped = mapping(exchange, type);
      if (mapped !== undefined) return mediaType(mapped);
    }
    return mediaType(any ?? (type === '' ? missing : undefined) ?? type);
  };
}

function mappingOf(element: PolicyElement): Mapping {
  if (element.has('from') === element.has('when')) element.fail('<type> has either "from" or "when"');
  const to = element.requiredText('to');
  if (element.has('when')) {
    const when = element.boolean('when', false);
    return (exchange) => (when(exchange) ? to(exchange) : undefined);
  }
  const from = element.requiredText('from');
  return (exchange, type) => (mediaType(from(exchange)) === type ? to(exchange) : undefined);
}
