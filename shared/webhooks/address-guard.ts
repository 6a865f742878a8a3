import ipaddr from 'ipaddr.js';
import type { LookupFunction } from 'node:net';
import { ForbiddenAddressError } from './errors.ts';

type Address = ReturnType<typeof ipaddr.parse>;
type Range = [Address, number];

/** Decides which addresses may be connected to. */
export interface AddressGuard {
  /** @throws {ForbiddenAddressError} for any address but public ones and those allowed */
  check: (address: string) => void;
  /** True when there are allowed ranges, which only development has. */
  lenient: boolean;
}

// Global unicast. Everything else of IPv6, local-use NAT64 (64:ff9b:1::/48) included, leads into some inside.
const globalUnicast = ipaddr.IPv6.parseCIDR('2000::/3');

// Azure's own services on every virtual machine: resource health, keys and certificates of the machine (WireServer).
const azurePlatform = '168.63.129.16';

/**
 * Partners name the URLs that we call from inside the network, so every address is checked: private, loopback,
 * link-local (cloud metadata), carrier-grade NAT, multicast, reserved, and all of these dressed as IPv6 (mapped, NAT64,
 * 6to4, Teredo), and the one public address behind which the platform itself is.
 * @param allow ranges that are allowed all the same, as CIDR, separated by commas
 * @throws {Error} when `allow` cannot be read
 */
export function addressGuard(allow = ''): AddressGuard {
  const allowed: Range[] = allow
    .split(',')
    .map((range) => range.trim())
    .filter((range) => range !== '')
    .map((range) => ipaddr.parseCIDR(range));
  return {
    lenient: allowed.length > 0,
    check: (text) => {
      if (!ipaddr.isValid(text)) throw new ForbiddenAddressError(`${text} is no address`);
      const address = ipaddr.process(text);
      if (allowed.some(([range, bits]) => range.kind() === address.kind() && address.match(range, bits))) return;
      const isPublic =
        address.range() === 'unicast' &&
        address.toString() !== azurePlatform &&
        (address.kind() === 'ipv4' || address.match(globalUnicast[0], globalUnicast[1]));
      if (!isPublic) throw new ForbiddenAddressError(`${text} is not a public address`);
    },
  };
}

/**
 * A look-up for sockets that lets only permitted addresses through. The socket connects to what this very look-up
 * returned, so a name that resolves differently the next time (DNS rebinding) gains nothing.
 */
export function guardedLookup(guard: AddressGuard, lookup: LookupFunction): LookupFunction {
  return (hostname, options, callback) => {
    lookup(hostname, options, (error, address, family) => {
      if (error) return callback(error, address, family);
      try {
        for (const found of typeof address === 'string' ? [{ address }] : address) guard.check(found.address);
      } catch (forbidden) {
        return callback(forbidden as Error, '', 0);
      }
      callback(null, address, family);
    });
  };
}
