import type { Exchange } from '../exchange.ts';
import type { ElementShape, Policy } from '../policy.ts';
import type { PolicyElement } from '../policy-element.ts';
import { isProxyUrl, proxyAt, type Proxy } from '../transport.ts';

export const proxyShape: ElementShape = {
  attributes: { url: 'required', username: 'optional', password: 'optional' },
};

/** The proxy that an element names. */
export function proxyFor(element: PolicyElement): (exchange: Exchange) => Proxy {
  const url = element.requiredText('url');
  if (url.constant !== undefined && !isProxyUrl(url.constant))
    element.fail(`url of <proxy> is http://host:port, not "${url.constant}"`, element.xml.attributes.get('url'));
  const username = element.text('username');
  const password = element.text('password');
  return (exchange) => proxyAt(url(exchange), username?.(exchange), password?.(exchange));
}

export const proxy: Policy = {
  name: 'proxy',
  sections: ['inbound'],
  ...proxyShape,
  compile(element) {
    const chosen = proxyFor(element);
    return (exchange) => {
      exchange.target.proxy = chosen(exchange);
    };
  },
};
