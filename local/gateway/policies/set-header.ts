import { PolicyError } from '../errors.ts';
import { headerName, unfitInHead, type Headers } from '../headers.ts';
import type { Exchange } from '../exchange.ts';
import { sections, type ElementShape, type Policy, type Step } from '../policy.ts';
import type { Getter, PolicyElement } from '../policy-element.ts';

export const headerShape: ElementShape = {
  attributes: { name: 'required', 'exists-action': 'optional' },
  children: { value: { holdsText: true } },
};

/** Those of the connection: whatever a policy says of them, they stay as they are. */
const reserved = new Set(['connection', 'content-length', 'keep-alive', 'transfer-encoding']);

const isReserved = (name: string) => reserved.has(name.toLowerCase());

/** Throws PolicyError for what is no name at all. */
function mayBeSet(name: string, element: PolicyElement): boolean {
  if (!headerName.test(name))
    throw new PolicyError(`"${name}" is no name of a header.`, { source: element.name, reason: 'InvalidHeader' });
  return !isReserved(name);
}

/** Those whose values may hold commas, or are dates: several values of theirs stay apart. */
const apart = new Set([
  ...['user-agent', 'www-authenticate', 'proxy-authenticate', 'cookie', 'set-cookie', 'warning', 'date', 'expires'],
  ...['if-modified-since', 'if-unmodified-since', 'last-modified', 'retry-after'],
]);

/** The values as they go out: in one line with commas between them, but for the headers that cannot be read so. */
function lines(name: string, values: readonly string[]): readonly string[] {
  return values.length < 2 || apart.has(name.toLowerCase()) ? values : [values.join(',')];
}

export type HeaderChange = (headers: Headers, exchange: Exchange) => void;

/** What a `<set-header>` element does to headers, wherever it stands. */
export function headerChange(element: PolicyElement): HeaderChange {
  const name = element.requiredText('name');
  const action = element.choice('exists-action', ['override', 'skip', 'append', 'delete'], 'override');
  const values = element.values().map((value): Getter<string> => {
    if (value.constant !== undefined && !unfitInHead.test(value.constant)) return value;
    return (exchange) => {
      const text = value(exchange);
      if (!unfitInHead.test(text)) return text;
      throw new PolicyError(`The header "${name(exchange)}" has a character that headers cannot hold.`, {
        source: element.name,
        reason: 'InvalidHeader',
      });
    };
  });
  const all = (exchange: Exchange) => values.map((value) => value(exchange));
  if (values.length === 0 && action.constant !== 'delete')
    element.fail('<set-header> needs a <value> unless it deletes');
  const isPlain = name.constant !== undefined && headerName.test(name.constant) && !isReserved(name.constant);
  return (headers, exchange) => {
    const header = name(exchange);
    if (!isPlain && !mayBeSet(header, element)) return;
    switch (action(exchange)) {
      case 'delete':
        headers.delete(header);
        break;
      case 'append':
        headers.set(header, lines(header, [...(headers.values(header) ?? []), ...all(exchange)]));
        break;
      case 'skip':
        if (!headers.has(header)) headers.set(header, lines(header, all(exchange)));
        break;
      case 'override':
        headers.set(header, lines(header, all(exchange)));
    }
  };
}

export const setHeader: Policy = {
  name: 'set-header',
  sections,
  ...headerShape,
  compile(element): Step {
    const change = headerChange(element);
    const { section } = element.scope;
    const onRequest = section === 'inbound' || section === 'backend';
    return (exchange) => {
      const message = onRequest ? exchange.request : exchange.response;
      if (message) change(message.headers, exchange);
    };
  },
};
