import { ExpressionError } from '../../errors.ts';
import { IpAddress, parseIpAddress } from '../ip-address.ts';
import { argumentNull } from '../text-parts.ts';
import { EnumValue } from '../time.ts';
import { typeTable } from '../type-table.ts';

const known = { Any: '0.0.0.0', Loopback: '127.0.0.1', Broadcast: '255.255.255.255', None: '255.255.255.255' };
const knownIPv6 = { IPv6Any: '::', IPv6Loopback: '::1', IPv6None: '::' };

function parsed(text: string | null): IpAddress {
  if (text === null) throw argumentNull('ipString');
  const found = parseIpAddress(text);
  if (found) return found;
  throw new ExpressionError('FormatException', 'An invalid IP address was specified.');
}

function isLoopback(address: IpAddress | null): boolean {
  if (address === null) throw argumentNull('address');
  return address.isIPv6 ? address.toNetString() === '::1' : address.bytes[0] === 127;
}

const sameBytes = (left: IpAddress, right: IpAddress) =>
  left.bytes.length === right.bytes.length && left.bytes.every((byte, i) => byte === right.bytes[i]);

export const ipAddressType = typeTable('class System.Net.IPAddress', {
  'new(byte[] address)': (bytes: Uint8Array | null) => {
    if (bytes === null) throw argumentNull('address');
    if (bytes.length === 4 || bytes.length === 16) return new IpAddress(Uint8Array.from(bytes));
    throw new ExpressionError('ArgumentException', 'An invalid IP address was specified.\r\nParameter name: address');
  },
  'new(long newAddress)': (value: bigint) => {
    if (value >= 0n && value <= 0xffff_ffffn)
      return new IpAddress(Uint8Array.from([0n, 8n, 16n, 24n], (shift) => Number((value >> shift) & 0xffn)));
    throw new ExpressionError(
      'ArgumentOutOfRangeException',
      'Specified argument was out of the range of valid values.\r\nParameter name: newAddress',
    );
  },
  ...Object.fromEntries(
    Object.entries({ ...known, ...knownIPv6 }).map(([name, text]) => [`static ${name}: IPAddress`, () => parsed(text)]),
  ),
  'static Parse(string ipString): IPAddress': parsed,
  'static TryParse(string ipString, out IPAddress address): bool': (
    text: string | null,
    set: (value: unknown) => void,
  ) => {
    const found = text === null ? undefined : parseIpAddress(text);
    set(found ?? null);
    return found !== undefined;
  },
  'static IsLoopback(IPAddress address): bool': isLoopback,
  'AddressFamily: AddressFamily': (address: IpAddress) =>
    address.isIPv6
      ? new EnumValue('AddressFamily', 'InterNetworkV6', 23)
      : new EnumValue('AddressFamily', 'InterNetwork', 2),
  'GetAddressBytes(): byte[]': (address: IpAddress) => Uint8Array.from(address.bytes),
  'IsIPv4MappedToIPv6: bool': (address: IpAddress) => address.isMapped,
  'MapToIPv4(): IPAddress': (address: IpAddress) => (address.isIPv6 ? new IpAddress(address.bytes.slice(12)) : address),
  'MapToIPv6(): IPAddress': (address: IpAddress) =>
    address.isIPv6 ? address : parsed(`::ffff:${address.toNetString()}`),
  'ToString(): string': (address: IpAddress) => address.toNetString(),
  'Equals(object comparand): bool': (address: IpAddress, other: unknown) =>
    other instanceof IpAddress && sameBytes(address, other),
});
