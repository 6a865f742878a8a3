import { ExpressionError } from '../errors.ts';
import { EnumValue } from './time.ts';

const enums = new Map<string, readonly EnumValue[]>();
/** Enumerations whose members combine. */
const flags = new Set([
  ...['RegexOptions', 'StringSplitOptions', 'DateTimeStyles', 'NumberStyles', 'SaveOptions', 'LoadOptions'],
]);

/** Makes the members of an enumeration, and remembers them. */
export function declareEnum(type: string, members: Readonly<Record<string, number>>): readonly EnumValue[] {
  const made = Object.entries(members).map(([name, value]) => new EnumValue(type, name, value));
  enums.set(type, made);
  return made;
}

export const isEnumeration = (type: string): boolean => enums.has(type);

/** In the order of their numbers, negative ones last. */
export function membersOf(type: string): readonly EnumValue[] {
  return (enums.get(type) ?? []).toSorted((a, b) => (a.value >>> 0) - (b.value >>> 0));
}

/** The member of that number, several of them together, or the bare number. */
export function enumValue(type: string, value: number): EnumValue {
  const members = enums.get(type) ?? [];
  return (
    members.find((one) => one.value === value) ?? new EnumValue(type, combined(type, value) ?? String(value), value)
  );
}

function combined(type: string, value: number): string | undefined {
  if (!flags.has(type)) return undefined;
  let rest = value;
  const names: string[] = [];
  for (const one of membersOf(type).toReversed()) {
    if (one.value === 0 || (rest & one.value) !== one.value) continue;
    rest -= one.value;
    names.unshift(one.name);
  }
  return rest === 0 ? names.join(', ') : undefined;
}

/** `Enum.Parse`: names, several with commas, or a number; undefined for what is none. */
export function parseEnum(type: string, text: string, ignoreCase: boolean): EnumValue | undefined {
  const given = text.trim();
  if (/^[-+]?[0-9]+$/.test(given)) return enumValue(type, Number(given));
  const fold = (name: string) => (ignoreCase ? name.toLowerCase() : name);
  let value = 0;
  for (const name of given.split(',')) {
    const found = enums.get(type)?.find((one) => fold(one.name) === fold(name.trim()));
    if (!found) return undefined;
    value |= found.value;
  }
  return enumValue(type, value);
}

/** `ToString(format)` of an enumeration's member. Throws FormatException. */
export function formatEnum({ name, value }: EnumValue, format: string | null): string {
  switch ((format ?? '').toUpperCase()) {
    case '':
    case 'G':
    case 'F':
      return name;
    case 'D':
      return String(value);
    case 'X':
      return (value >>> 0).toString(16).padStart(8, '0').toUpperCase();
    default:
      throw new ExpressionError(
        'FormatException',
        'Format String can be only "G", "g", "X", "x", "F", "f", "D" or "d".',
      );
  }
}
