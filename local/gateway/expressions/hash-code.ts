import { AnonymousObject } from './collections.ts';
import { Decimal } from './decimal.ts';
import { Char, Integer, Real } from './numbers.ts';
import { DateTime, DateTimeOffset, EnumValue, Guid, TimeSpan } from './time.ts';
import { toText } from './values.ts';
import { XmlName, XmlNamespace } from './xml/xml-node.ts';

const identities = new WeakMap<object, number>();
let last = 54_267_293;

/**
 * `GetHashCode()`: numbers, dates and GUIDs as .NET computes them. A text's differs between versions of .NET and
 * between processes; here it is .NET Framework's 64-bit one. Other objects get a number each.
 */
export function hashCode(value: unknown): number {
  if (typeof value === 'number') return value;
  if (typeof value === 'boolean') return Number(value);
  if (typeof value === 'string') return textHash(value);
  if (value instanceof Char) return value.code | (value.code << 16);
  if (value instanceof EnumValue) return value.value;
  if (value instanceof Integer) return integerHash(value);
  if (value instanceof Real) return realHash(value);
  if (value instanceof Decimal) return fold(doubleBits(value.toNumber()));
  if (value instanceof DateTime || value instanceof TimeSpan) return fold(value.ticks);
  if (value instanceof DateTimeOffset) return fold(value.utcTicks);
  if (value instanceof Guid) return guidHash(value);
  if (value instanceof AnonymousObject) return [...value.members.values()].reduce<number>(mix, 0);
  if (value instanceof XmlName) return textHash(value.key);
  if (value instanceof XmlNamespace) return textHash(value.uri);
  if (typeof value !== 'object' || value === null) return textHash(toText(value));
  const known = identities.get(value) ?? (last = (last * 31 + 7) & 0x7fff_ffff);
  identities.set(value, known);
  return known;
}

const mix = (hash: number, value: unknown) =>
  (Math.imul(hash, -1_521_134_295) + (value === null ? 0 : hashCode(value))) | 0;

function fold(value: bigint): number {
  const bits = BigInt.asUintN(64, value);
  return Number(BigInt.asIntN(32, bits ^ (bits >> 32n)));
}

function integerHash({ kind, value }: Integer): number {
  switch (kind) {
    case 'long':
    case 'ulong':
      return fold(value);
    case 'sbyte':
      return Number(value) ^ (Number(value) << 8);
    case 'short':
      return (Number(value) & 0xffff) | (Number(value) << 16);
    default:
      return Number(BigInt.asIntN(32, value));
  }
}

const view = new DataView(new ArrayBuffer(8));

function doubleBits(value: number): bigint {
  view.setFloat64(0, value);
  return view.getBigInt64(0);
}

function realHash({ kind, value }: Real): number {
  if (value === 0) return 0;
  if (kind === 'double') return fold(doubleBits(value));
  view.setFloat32(0, value);
  return view.getInt32(0);
}

function guidHash({ text }: Guid): number {
  const bytes = Buffer.from(text.replaceAll('-', ''), 'hex');
  const [a, b, c] = [bytes.readInt32BE(0), bytes.readInt16BE(4), bytes.readInt16BE(6)];
  const [f, k] = [bytes[10] as number, bytes[15] as number];
  return a ^ ((b << 16) | (c & 0xffff)) ^ ((f << 24) | k);
}

/** .NET Framework's hash on 64-bit machines. */
function textHash(text: string): number {
  let [first, second] = [5381, 5381];
  for (let i = 0; i < text.length; i += 2) {
    first = Math.imul(first, 33) ^ text.charCodeAt(i);
    if (i + 1 >= text.length) break;
    second = Math.imul(second, 33) ^ text.charCodeAt(i + 1);
  }
  return (first + Math.imul(second, 1_566_083_941)) | 0;
}
