import { ExpressionError } from '../../errors.ts';
import { arrayWith } from '../collections.ts';
import { declareEnum, enumValue, formatEnum, membersOf, parseEnum } from '../enum-members.ts';
import { netType, types, type NetType } from '../net-type.ts';
import { Integer } from '../numbers.ts';
import { argumentNull } from '../text-parts.ts';
import { EnumValue } from '../time.ts';
import type { TypeArguments } from '../type-arguments.ts';
import { typeTable, type TypeTable } from '../type-table.ts';
import type { TypeValue } from '../type-value.ts';

/** An enumeration's table, by its members' numbers. */
export function enumType(path: string, members: Readonly<Record<string, number>>): TypeTable {
  const name = path.slice(path.lastIndexOf('.') + 1);
  const all = declareEnum(name, members);
  return typeTable(
    `enum ${path} : Enum`,
    Object.fromEntries(all.map((one) => [`const ${one.name}: ${name}`, () => one])),
  );
}

function parsed(type: NetType, text: string | null, ignoreCase: boolean): EnumValue {
  if (text === null) throw argumentNull('value');
  if (text.trim() === '')
    throw new ExpressionError('ArgumentException', 'Must specify valid information for parsing in the string.');
  const found = parseEnum(type.name, text, ignoreCase);
  if (found) return found;
  throw new ExpressionError('ArgumentException', `Requested value '${text}' was not found.`);
}

function tried(by: TypeArguments, text: string | null, ignoreCase: boolean, set: (value: unknown) => void): boolean {
  const { name } = by.of('T');
  const found = text === null ? undefined : parseEnum(name, text, ignoreCase);
  set(found ?? enumValue(name, 0));
  return found !== undefined;
}

/** The number of a member, or of what stands for one. */
function numberOf(value: unknown): number | undefined {
  if (value instanceof EnumValue) return value.value;
  if (value instanceof Integer) return Number(value.value);
  return typeof value === 'number' ? value : undefined;
}

function nameOf(type: NetType, value: unknown): string | null {
  const number = numberOf(value);
  return membersOf(type.name).find((one) => one.value === number)?.name ?? null;
}

function isDefined(type: NetType, value: unknown): boolean {
  if (value === null) throw argumentNull('value');
  return typeof value === 'string'
    ? membersOf(type.name).some(({ name }) => name === value)
    : nameOf(type, value) !== null;
}

export const enumBase = typeTable('class System.Enum : IComparable, IFormattable, IConvertible', {
  'HasFlag(Enum flag): bool': (value: EnumValue, flag: EnumValue | null) => {
    if (flag === null) throw argumentNull('flag');
    if (flag.type !== value.type)
      throw new ExpressionError(
        'ArgumentException',
        `The argument type, '${flag.type}', is not the same as the enum type '${value.type}'.`,
      );
    return (value.value & flag.value) === flag.value;
  },
  'CompareTo(object target): int': (value: EnumValue, other: unknown) => {
    if (other === null) return 1;
    if (other instanceof EnumValue && other.type === value.type) return Math.sign(value.value - other.value);
    throw new ExpressionError('ArgumentException', `Object must be the same type as the enum '${value.type}'.`);
  },
  'ToString(): string': (value: EnumValue) => value.name,
  'ToString(string format): string': formatEnum,
  'static Parse(Type enumType, string value): object': ({ type }: TypeValue, text: string | null) =>
    parsed(type, text, false),
  'static Parse(Type enumType, string value, bool ignoreCase): object': (
    { type }: TypeValue,
    text: string | null,
    ignoreCase: boolean,
  ) => parsed(type, text, ignoreCase),
  'typed static TryParse<T>(string value, out T result): bool': (
    by: TypeArguments,
    text: string | null,
    set: (value: unknown) => void,
  ) => tried(by, text, false, set),
  'typed static TryParse<T>(string value, bool ignoreCase, out T result): bool': tried,
  'static IsDefined(Type enumType, object value): bool': ({ type }: TypeValue, value: unknown) =>
    isDefined(type, value),
  'static GetName(Type enumType, object value): string': ({ type }: TypeValue, value: unknown) => nameOf(type, value),
  'static GetNames(Type enumType): string[]': ({ type }: TypeValue) =>
    arrayWith(
      membersOf(type.name).map(({ name }) => name),
      types.string,
    ),
  'static GetValues(Type enumType): Array': ({ type }: TypeValue) =>
    arrayWith([...membersOf(type.name)], netType(type.name)),
  'static ToObject(Type enumType, int value): object': ({ type }: TypeValue, value: number) =>
    enumValue(type.name, value),
  'static Format(Type enumType, object value, string format): string': (
    { type }: TypeValue,
    value: unknown,
    format: string | null,
  ) => formatEnum(enumValue(type.name, numberOf(value) ?? 0), format),
});
