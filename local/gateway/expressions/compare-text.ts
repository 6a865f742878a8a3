import type { EnumValue } from './time.ts';

/** Whether a `StringComparison` or a `StringComparer`'s name ignores case. */
export function ignoresCase(comparison: EnumValue | undefined): boolean {
  return comparison?.name.endsWith('IgnoreCase') ?? false;
}

/** Ordinal comparison: -1, 0 or 1. */
export function compareText(left: string, right: string, ignoreCase: boolean): number {
  const [a, b] = ignoreCase ? [upper(left), upper(right)] : [left, right];
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Upper case letter by letter, as .NET does it: "ß" stays, for its capital has two letters. */
export function upper(text: string): string {
  return /[^\u0020-\u007e]/.test(text)
    ? text.replaceAll(/[^]/g, (char) => single(char, char.toUpperCase()))
    : text.toUpperCase();
}

/** Lower case letter by letter. */
export function lower(text: string): string {
  return /[^\u0020-\u007e]/.test(text)
    ? text.replaceAll(/[^]/g, (char) => single(char, char.toLowerCase()))
    : text.toLowerCase();
}

const single = (char: string, changed: string) => (changed.length === 1 ? changed : char);
