import { Body } from '../body.ts';
import { GatewayResponse, type Exchange } from '../exchange.ts';
import type { Headers } from '../headers.ts';
import type { Policy } from '../policy.ts';
import { User } from '../user-types.ts';
import { cacheOf } from './caching-type.ts';

/** A response as the cache keeps it. */
export interface StoredResponse {
  status: number;
  reason: string;
  headers: Headers;
  bytes: Buffer | undefined;
}

export const cacheLookup: Policy = {
  name: 'cache-lookup',
  sections: ['inbound'],
  oncePerSection: true,
  outsideFragments: true,
  attributes: {
    'vary-by-developer': 'required',
    'vary-by-developer-groups': 'required',
    'allow-private-response-caching': 'optional',
    'caching-type': 'optional',
    'downstream-caching-type': 'optional',
    'must-revalidate': 'optional',
  },
  constants: ['caching-type'],
  partly: {
    '@vary-by-developer-groups': 'the groups are the built-in ones: administrators, developers and guests',
  },
  children: { 'vary-by-header': { holdsText: true }, 'vary-by-query-parameter': { holdsText: true } },
  compile(element) {
    const byDeveloper = element.boolean('vary-by-developer', false);
    const byGroups = element.boolean('vary-by-developer-groups', false);
    const cache = cacheOf(element);
    const downstream = element.choice('downstream-caching-type', ['none', 'private', 'public'], 'none');
    const revalidate = element.boolean('must-revalidate', true);
    const allowsPrivate = element.boolean('allow-private-response-caching', false);
    const headers = element.values('vary-by-header');
    const parameters = element.values('vary-by-query-parameter');
    return (exchange) => {
      const { request } = exchange;
      if (request.method !== 'GET') return;
      if (request.headers.has('authorization') && !allowsPrivate(exchange)) return;
      const varied = [
        exchange.api?.id,
        request.originalUrl.path,
        queryKey(
          exchange,
          parameters.flatMap((parameter) => parameter(exchange).split(';')),
        ),
        ...headers.map((header) => request.headers.get(header(exchange)) ?? ''),
        byDeveloper(exchange) ? developerOf(exchange) : '',
        byGroups(exchange) ? groupsOf(exchange) : [],
      ];
      const slot = { cache: cache(exchange), key: `response\n${JSON.stringify(varied)}` };
      exchange.cacheSlot = slot;
      const kind = downstream(exchange);
      if (kind !== 'none') {
        const control = `${kind}${revalidate(exchange) ? ', must-revalidate' : ''}`;
        exchange.finishers.push((response) => response.headers.set('Cache-Control', [control]));
      }
      const stored = slot.cache.get(slot.key) as StoredResponse | undefined;
      if (!stored) return;
      exchange.servedFromCache = true;
      // What is left of inbound is for requests that reach the backend, such as the limits that guard it.
      exchange.finish(
        new GatewayResponse(stored.status, stored.reason, stored.headers.clone(), new Body(stored.bytes)),
      );
    };
  },
};

/** The owner of the subscription; one without an owner is a developer of its own. */
function developerOf({ subscription }: Exchange): string {
  return subscription?.owner === undefined ? `subscription ${subscription?.name ?? ''}` : `user ${subscription.owner}`;
}

function groupsOf({ subscription }: Exchange): string[] {
  if (subscription?.owner === undefined) return ['Guests'];
  return new User(subscription.owner).groups.map(({ name }) => name).toSorted();
}

/** Without names every parameter counts. A value may hold what would stand between two of them. */
function queryKey(exchange: Exchange, names: readonly string[]): string[] {
  const url = exchange.request.originalUrl;
  const wanted = names.map((name) => name.trim()).filter((name) => name !== '');
  if (wanted.length === 0)
    return url.parameters.map(([name, value]) => JSON.stringify([name.toLowerCase(), value])).toSorted();
  return wanted.map((name) => JSON.stringify([name.toLowerCase(), ...url.values(name)]));
}
