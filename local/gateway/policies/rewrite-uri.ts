import type { Policy } from '../policy.ts';
import type { Exchange } from '../exchange.ts';
import { queryOf } from '../url-template.ts';

export const rewriteUri: Policy = {
  name: 'rewrite-uri',
  sections: ['inbound'],
  attributes: { template: 'required', 'copy-unmatched-params': 'optional' },
  compile(element) {
    const template = element.requiredText('template');
    const copies = element.boolean('copy-unmatched-params', true);
    return (exchange) => {
      // What the operation's own template takes of the query is not copied, be it used here or not.
      const used = new Set(exchange.operation && queryOf(exchange.operation));
      const filled = template(exchange).replaceAll(/\{(\*?)([^{}]+)\}/g, (whole, star: string, name: string) => {
        const value = parameter(exchange, name);
        if (value === undefined) return whole;
        used.add(name.toLowerCase());
        return star ? encodeURI(value) : encodeURIComponent(value);
      });
      apply(exchange, filled, copies(exchange) ? used : undefined);
    };
  },
};

function parameter(exchange: Exchange, name: string): string | undefined {
  return exchange.request.matchedParameters.get(name) ?? exchange.request.originalUrl.values(name)[0];
}

/** `used` are the parameters that the templates of the operation and of the policy took; undefined drops the client's query. */
function apply(exchange: Exchange, filled: string, used: ReadonlySet<string> | undefined): void {
  const { url } = exchange.request;
  const [path = '/', query = ''] = filled.split(/\?(.*)/s);
  url.path = path.startsWith('/') ? path : `/${path}`;
  const kept = used ? url.parameters.filter(([name]) => !used.has(name.toLowerCase())) : [];
  const original =
    used && used.size === 0
      ? url.search.replace(/^\?/, '')
      : new URLSearchParams(kept.map(([name, value]): [string, string] => [name, value])).toString();
  url.search = [query, original].filter((part) => part !== '').join('&');
}
