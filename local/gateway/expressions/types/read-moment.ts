import { badDate } from '../calendar.ts';
import { checkStyles, type DateFields } from '../date-fields.ts';
import { readExactly } from '../parse-exact.ts';
import { argumentNull } from '../text-parts.ts';
import type { EnumValue } from '../time.ts';

type Out = (value: unknown) => void;
type Text = string | null;

interface Kind<T> {
  /** Reads a text in the invariant culture. */
  parse: (text: string, styles?: number) => T | undefined;
  /** What a text that was read by a format comes to. */
  of: (fields: DateFields, styles: number) => T | undefined;
  zero: () => T;
  /** What .NET calls the text. */
  parameter: string;
}

/**
 * How `DateTime` and `DateTimeOffset` are read from text. They throw ArgumentNullException, FormatException, and
 * ArgumentException for styles that contradict each other.
 */
export function momentReader<T>({ parse, of, zero, parameter }: Kind<T>) {
  function read(text: Text, styles: EnumValue | undefined): T | undefined {
    if (text === null) throw argumentNull(parameter);
    if (styles) checkStyles(styles.value);
    return parse(text, styles?.value);
  }

  function exactly(text: Text, formats: unknown, styles: EnumValue | undefined): T | undefined {
    const fields = readExactly(text, formats, styles);
    return fields && of(fields, styles?.value ?? 0);
  }

  function settled(found: T | undefined, set: Out): boolean {
    set(found ?? zero());
    return found !== undefined;
  }

  return {
    parse: (text: Text, _provider?: unknown, styles?: EnumValue) => read(text, styles) ?? badDate(),
    tryParse: (text: Text, set: Out) => settled(text === null ? undefined : parse(text), set),
    tryParseAs: (text: Text, _provider: unknown, styles: EnumValue, set: Out) =>
      settled(text === null ? undefined : read(text, styles), set),
    parseExact: (text: Text, formats: unknown, _provider: unknown, styles?: EnumValue) =>
      exactly(text, formats, styles) ?? badDate(),
    tryParseExact: (text: Text, formats: unknown, _provider: unknown, styles: EnumValue, set: Out) =>
      settled(text === null || formats === null ? undefined : exactly(text, formats, styles), set),
  };
}
