import ipaddr from 'ipaddr.js';
import { PolicyError } from '../errors.ts';
import type { Policy } from '../policy.ts';

export const ipFilter: Policy = {
  name: 'ip-filter',
  sections: ['inbound'],
  attributes: { action: 'required' },
  children: { address: { holdsText: true }, 'address-range': { attributes: { from: 'required', to: 'required' } } },
  compile(element) {
    const action = element.choice('action', ['allow', 'forbid'], 'allow');
    const addresses = element.children('address').map((child) => child.contentText());
    const ranges = element
      .children('address-range')
      .map((child) => ({ from: child.requiredText('from'), to: child.requiredText('to') }));
    for (const { constant } of [...addresses, ...ranges.flatMap(({ from, to }) => [from, to])])
      if (constant !== undefined && !isAddress(constant)) element.fail(`"${constant}" is no address`);
    if (addresses.length + ranges.length === 0) element.fail('<ip-filter> needs an <address> or an <address-range>');
    return (exchange) => {
      const { ip } = exchange.request;
      const listed =
        addresses.some((address) => contains(address(exchange), ip)) ||
        ranges.some(({ from, to }) => compare(from(exchange), ip) <= 0 && compare(ip, to(exchange)) <= 0);
      if (listed === (action(exchange) === 'allow')) return;
      const problem = listed ? 'Caller IP address is blocked.' : `Caller IP address ${ip} is not allowed.`;
      throw new PolicyError(`${problem} Access denied.`, {
        source: 'ip-filter',
        reason: listed ? 'CallerIpBlocked' : 'CallerIpNotAllowed',
        status: 403,
        publicMessage: 'Forbidden',
      });
    };
  },
};

function isAddress(text: string): boolean {
  return ipaddr.isValid(text) || ipaddr.isValidCIDR(text);
}

function contains(rule: string, ip: string): boolean {
  if (!rule.includes('/')) return compare(rule, ip) === 0;
  const [network, bits] = ipaddr.parseCIDR(rule);
  const address = ipaddr.process(ip);
  return address.kind() === network.kind() && address.match([network, bits] as never);
}

/** Orders two addresses of one kind; NaN, for which nothing holds, when the kinds differ. */
function compare(left: string, right: string): number {
  const [a, b] = [ipaddr.process(left).toByteArray(), ipaddr.process(right).toByteArray()];
  if (a.length !== b.length) return Number.NaN;
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}
