import { ExpressionError } from '../../errors.ts';
import { composite } from '../composite-format.ts';
import { argumentNull, outOfRange, replaceText, substring } from '../text-parts.ts';
import { typeTable } from '../type-table.ts';
import { toText } from '../values.ts';
import { copyTo } from './text.ts';

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

function replaced(
  builder: StringBuilder,
  from: string | null,
  to: string | null,
  start = 0,
  count = builder.text.length - start,
): StringBuilder {
  if (from === null) throw argumentNull('oldValue');
  if (from === '')
    throw new ExpressionError('ArgumentException', 'Empty name is not legal.\r\nParameter name: oldValue');
  const { text } = builder;
  if (start < 0 || start > text.length) throw outOfRange('startIndex');
  if (count < 0 || start + count > text.length) throw outOfRange('count');
  const changed = replaceText(text.slice(start, start + count), from, to ?? '');
  builder.text = text.slice(0, start) + changed + text.slice(start + count);
  return builder;
}

const outside = () => new ExpressionError('IndexOutOfRangeException', 'Index was outside the bounds of the array.');

export const stringBuilderType = typeTable('class System.Text.StringBuilder', {
  'new()': () => new StringBuilder(),
  'new(int capacity)': (capacity: number) => {
    if (capacity < 0) throw outOfRange('capacity');
    return new StringBuilder();
  },
  'new(int capacity, int maxCapacity)': () => new StringBuilder(),
  'new(string value)': (text: string | null) => grow(new StringBuilder(), text ?? ''),
  'new(string value, int capacity)': (text: string | null) => grow(new StringBuilder(), text ?? ''),
  'new(string value, int startIndex, int length, int capacity)': (text: string | null, start: number, length: number) =>
    grow(new StringBuilder(), substring(text ?? '', start, length)),
  'Length: int': (builder: StringBuilder) => builder.text.length,
  'set_Length(int value): void': (builder: StringBuilder, length: number) => {
    if (length < 0) throw outOfRange('value');
    builder.text = builder.text.slice(0, length).padEnd(length, '\0');
  },
  'Capacity: int': (builder: StringBuilder) => Math.max(16, builder.text.length),
  'set_Capacity(int value): void': (builder: StringBuilder, capacity: number) => {
    if (capacity < builder.text.length)
      throw new ExpressionError(
        'ArgumentOutOfRangeException',
        'capacity was less than the current size.\r\nParameter name: value',
      );
  },
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
  'Append(char[] value, int startIndex, int charCount): StringBuilder': (
    builder: StringBuilder,
    value: unknown[] | null,
    start: number,
    count: number,
  ) => grow(builder, substring((value ?? []).map(toText).join(''), start, count)),
  'Append(string value, int startIndex, int count): StringBuilder': (
    builder: StringBuilder,
    value: string | null,
    start: number,
    count: number,
  ) => grow(builder, substring(value ?? '', start, count)),
  'Append(object value): StringBuilder': (builder: StringBuilder, value: unknown) => grow(builder, toText(value)),
  'AppendLine(): StringBuilder': (builder: StringBuilder) => grow(builder, '\r\n'),
  'AppendLine(string value): StringBuilder': (builder: StringBuilder, value: string | null) =>
    grow(builder, `${value ?? ''}\r\n`),
  'AppendFormat(string format, object arg0): StringBuilder': (builder: StringBuilder, format: string, value: unknown) =>
    grow(builder, composite(format, [value])),
  'AppendFormat(string format, params object[] args): StringBuilder': (
    builder: StringBuilder,
    format: string,
    values: unknown[] | null,
  ) => grow(builder, composite(format, values)),
  'AppendFormat(IFormatProvider provider, string format, params object[] args): StringBuilder': (
    builder: StringBuilder,
    provider: unknown,
    format: string,
    values: unknown[] | null,
  ) => grow(builder, composite(format, values, provider)),
  'Insert(int index, string value): StringBuilder': insert,
  'Insert(int index, object value): StringBuilder': insert,
  'Insert(int index, char value): StringBuilder': insert,
  'Insert(int index, char[] value): StringBuilder': (builder: StringBuilder, index: number, value: unknown[] | null) =>
    insert(builder, index, (value ?? []).map(toText).join('')),
  'Insert(int index, string value, int count): StringBuilder': (
    builder: StringBuilder,
    index: number,
    value: string | null,
    count: number,
  ) => {
    if (count < 0) throw outOfRange('count');
    return insert(builder, index, (value ?? '').repeat(count));
  },
  'Remove(int startIndex, int length): StringBuilder': (builder: StringBuilder, start: number, length: number) => {
    substring(builder.text, start, length);
    builder.text = builder.text.slice(0, start) + builder.text.slice(start + length);
    return builder;
  },
  'Replace(string oldValue, string newValue): StringBuilder': replaced,
  'Replace(string oldValue, string newValue, int startIndex, int count): StringBuilder': replaced,
  'Replace(char oldChar, char newChar): StringBuilder': replaced,
  'Replace(char oldChar, char newChar, int startIndex, int count): StringBuilder': replaced,
  'CopyTo(int sourceIndex, char[] destination, int destinationIndex, int count): void': (
    builder: StringBuilder,
    from: number,
    target: unknown[] | null,
    to: number,
    count: number,
  ) => copyTo(builder.text, from, target, to, count),
  'EnsureCapacity(int capacity): int': (builder: StringBuilder, capacity: number) =>
    Math.max(16, builder.text.length, capacity),
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
