import { ExpressionError } from '../../errors.ts';
import { lower, upper } from '../compare-text.ts';
import { composite } from '../composite-format.ts';
import { Char } from '../numbers.ts';
import { argumentNull, outOfRange, substring } from '../text-parts.ts';
import { typeTable } from '../type-table.ts';
import { toText } from '../values.ts';

type Out = (value: unknown) => void;
const tests: Readonly<Record<string, RegExp>> = {
  IsDigit: /\p{Nd}/u,
  IsNumber: /\p{N}/u,
  IsLetter: /\p{L}/u,
  IsLetterOrDigit: /[\p{L}\p{Nd}]/u,
  IsWhiteSpace: /[\s\u0085]/,
  IsUpper: /\p{Lu}/u,
  IsLower: /\p{Ll}/u,
  IsPunctuation: /\p{P}/u,
  IsSymbol: /\p{S}/u,
  IsSeparator: /\p{Z}/u,
  IsControl: /\p{Cc}/u,
  IsSurrogate: /[\ud800-\udfff]/,
  IsHighSurrogate: /[\ud800-\udbff]/,
  IsLowSurrogate: /[\udc00-\udfff]/,
};

const testMembers = Object.fromEntries(
  Object.entries(tests).flatMap(([name, pattern]) => [
    [`static ${name}(char c): bool`, (char: string) => pattern.test(char)],
    [`static ${name}(string s, int index): bool`, (text: string, index: number) => pattern.test(text[index] ?? '')],
  ]),
);

export const charType = typeTable('struct System.char : IComparable, IConvertible', {
  ...testMembers,
  'const MaxValue: char': () => '\uffff',
  'const MinValue: char': () => '\0',
  'static ToUpper(char c): char': upper,
  'static ToLower(char c): char': lower,
  'static ToUpperInvariant(char c): char': upper,
  'static ToLowerInvariant(char c): char': lower,
  'static ToString(char c): string': (char: string) => char,
  'static Parse(string s): char': (text: string | null) => {
    if (text === null) throw argumentNull('s');
    if (text.length !== 1) throw new ExpressionError('FormatException', 'String must be exactly one character long.');
    return text;
  },
  'static TryParse(string s, out char result): bool': (text: string | null, set: Out) => {
    set(text?.length === 1 ? text : '\0');
    return text?.length === 1;
  },
  'static GetNumericValue(char c): double': (char: string) => (/^[0-9]$/.test(char) ? Number(char) : -1),
  'static ConvertFromUtf32(int utf32): string': (code: number) => String.fromCodePoint(code),
  'static ConvertToUtf32(string s, int index): int': (text: string, index: number) => text.codePointAt(index),
  'CompareTo(char value): int': (char: Char, other: string) => char.code - other.charCodeAt(0),
  'CompareTo(object value): int': (char: Char, other: unknown) => {
    if (other instanceof Char) return char.code - other.code;
    if (other === null) return 1;
    throw new ExpressionError('ArgumentException', 'Object must be of type Char.');
  },
  'Equals(char obj): bool': (char: Char, other: string) => char.code === other.charCodeAt(0),
  'ToString(IFormatProvider provider?): string': toText,
});

/** A .NET `StringBuilder`. */
export class StringBuilder {
  text = '';
  toNetString(): string {
    return this.text;
  }
}

function grow(builder: StringBuilder, text: string): StringBuilder {
  builder.text += text;
  return builder;
}

function insert(builder: StringBuilder, index: number, value: unknown): StringBuilder {
  if (index < 0 || index > builder.text.length) throw outOfRange('index');
  builder.text = builder.text.slice(0, index) + toText(value) + builder.text.slice(index);
  return builder;
}

function at(builder: StringBuilder, index: number, error: () => ExpressionError): number {
  if (index < 0 || index >= builder.text.length) throw error();
  return index;
}

const outside = () => new ExpressionError('IndexOutOfRangeException', 'Index was outside the bounds of the array.');

export const stringBuilderType = typeTable('class System.Text.StringBuilder', {
  'new()': () => new StringBuilder(),
  'new(int capacity)': () => new StringBuilder(),
  'new(string value)': (text: string | null) => grow(new StringBuilder(), text ?? ''),
  'new(string value, int capacity)': (text: string | null) => grow(new StringBuilder(), text ?? ''),
  'Length: int': (builder: StringBuilder) => builder.text.length,
  'set_Length(int value): void': (builder: StringBuilder, length: number) => {
    if (length < 0) throw outOfRange('value');
    builder.text = builder.text.slice(0, length).padEnd(length, '\0');
  },
  'Capacity: int': (builder: StringBuilder) => Math.max(16, builder.text.length),
  'this[int index]: char': (builder: StringBuilder, index: number) => builder.text[at(builder, index, outside)],
  'set_Item(int index, char value): void': (builder: StringBuilder, index: number, value: string) => {
    const i = at(builder, index, () => outOfRange('index'));
    builder.text = builder.text.slice(0, i) + value + builder.text.slice(i + 1);
  },
  'Append(string value): StringBuilder': (builder: StringBuilder, value: string | null) => grow(builder, value ?? ''),
  'Append(char value): StringBuilder': grow,
  'Append(char value, int repeatCount): StringBuilder': (builder: StringBuilder, value: string, count: number) => {
    if (count < 0) throw outOfRange('repeatCount');
    return grow(builder, value.repeat(count));
  },
  'Append(char[] value): StringBuilder': (builder: StringBuilder, value: unknown[] | null) =>
    grow(builder, (value ?? []).map(toText).join('')),
  'Append(string value, int startIndex, int count): StringBuilder': (
    builder: StringBuilder,
    value: string,
    start: number,
    count: number,
  ) => grow(builder, substring(value, start, count)),
  'Append(object value): StringBuilder': (builder: StringBuilder, value: unknown) => grow(builder, toText(value)),
  'AppendLine(): StringBuilder': (builder: StringBuilder) => grow(builder, '\r\n'),
  'AppendLine(string value): StringBuilder': (builder: StringBuilder, value: string | null) =>
    grow(builder, `${value ?? ''}\r\n`),
  'AppendFormat(string format, params object[] args): StringBuilder': (
    builder: StringBuilder,
    format: string,
    values: unknown[],
  ) => grow(builder, composite(format, values)),
  'Insert(int index, string value): StringBuilder': insert,
  'Insert(int index, object value): StringBuilder': insert,
  'Remove(int startIndex, int length): StringBuilder': (builder: StringBuilder, start: number, length: number) => {
    substring(builder.text, start, length);
    builder.text = builder.text.slice(0, start) + builder.text.slice(start + length);
    return builder;
  },
  'Replace(string oldValue, string newValue): StringBuilder': (
    builder: StringBuilder,
    from: string | null,
    to: string | null,
  ) => {
    if (from === null) throw argumentNull('oldValue');
    if (from === '') throw new ExpressionError('ArgumentException', 'Empty name is not legal.\r\nParameter name: oldValue');
    builder.text = builder.text.replaceAll(from, () => to ?? '');
    return builder;
  },
  'Replace(char oldChar, char newChar): StringBuilder': (builder: StringBuilder, from: string, to: string) => {
    builder.text = builder.text.replaceAll(from, () => to);
    return builder;
  },
  'Clear(): StringBuilder': (builder: StringBuilder) => {
    builder.text = '';
    return builder;
  },
  'ToString(): string': (builder: StringBuilder) => builder.text,
  'ToString(int startIndex, int length): string': (builder: StringBuilder, start: number, length: number) =>
    substring(builder.text, start, length),
  'Equals(StringBuilder sb): bool': (builder: StringBuilder, other: StringBuilder | null) =>
    builder.text === other?.text,
});
