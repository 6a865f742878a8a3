import { isIP } from 'node:net';
import type { AddressGuard } from './address-guard.ts';
import { ForbiddenAddressError } from './errors.ts';

/**
 * Why a URL cannot be an endpoint's; undefined when it can. What its name resolves to is checked when it is connected
 * to, every time.
 */
export function targetFault(text: string, guard: AddressGuard): string | undefined {
  const url = URL.parse(text);
  if (!url) return 'must be an absolute URL';
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && guard.lenient)) return 'must begin with https://';
  if (url.username !== '' || url.password !== '') return 'must not hold a user name or password';
  if (url.hash !== '') return 'must not hold a fragment';
  try {
    checkLiteral(url, guard);
  } catch (error) {
    if (error instanceof ForbiddenAddressError) return 'must be on a public address';
    throw error;
  }
  return undefined;
}

/** Checks a host that is an address: no look-up is made for those. @throws {ForbiddenAddressError} */
export function checkLiteral(url: URL, guard: AddressGuard): void {
  const host = url.hostname.replace(/^\[|\]$/g, '');
  if (isIP(host) !== 0) guard.check(host);
}
