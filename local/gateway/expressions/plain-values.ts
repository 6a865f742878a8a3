import { types, type NetType } from './net-type.ts';
import { Char, Integer, integer, Real, type IntegerKind } from './numbers.ts';

type Change = ((value: unknown) => unknown) | undefined;

const wholes = new Set(['byte', 'sbyte', 'short', 'ushort', 'uint']);
const longs = new Set(['long', 'ulong']);

/** How a .NET value is handed to a member's implementation; undefined where it is as it is. */
export function toPlain(type: NetType): Change {
  if (type.name === '?') return optional(toPlain(type.args[0] as NetType));
  if (wholes.has(type.name)) return (value) => Number((value as Integer).value);
  if (longs.has(type.name)) return (value) => (value as Integer).value;
  if (type === types.double || type === types.float) return (value) => (value as Real).value;
  if (type === types.char) return (value) => String.fromCharCode((value as Char).code);
  return undefined;
}

/** The .NET value of what an implementation returned. */
export function fromPlain(type: NetType): Change {
  if (type.name === '?') return optional(fromPlain(type.args[0] as NetType));
  if (wholes.has(type.name) || longs.has(type.name)) {
    const kind = type.name as IntegerKind;
    return (value) => (value instanceof Integer ? value : integer(kind, BigInt(value as number | bigint)));
  }
  if (type === types.double || type === types.float) {
    const kind = type.name as 'double' | 'float';
    return (value) => (value instanceof Real ? value : new Real(value as number, kind));
  }
  if (type === types.char)
    return (value) => (value instanceof Char ? value : new Char((value as string).charCodeAt(0)));
  return undefined;
}

function optional(change: Change): Change {
  return change && ((value) => (value === null || value === undefined ? null : change(value)));
}
