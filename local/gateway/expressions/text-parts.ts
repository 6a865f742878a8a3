import { ExpressionError } from '../errors.ts';
import { spend } from './budget.ts';
import type { EnumValue } from './time.ts';

export function outOfRange(name = 'index'): ExpressionError {
  return new ExpressionError(
    'ArgumentOutOfRangeException',
    `Index was out of range. Must be non-negative and less than the size of the collection.\r\nParameter name: ${name}`,
  );
}

export function argumentNull(name: string): ExpressionError {
  return new ExpressionError('ArgumentNullException', `Value cannot be null.\r\nParameter name: ${name}`);
}

const unfit = (problem: string, name: string) =>
  new ExpressionError('ArgumentOutOfRangeException', `${problem}\r\nParameter name: ${name}`);

export function substring(text: string, start: number, length = text.length - start): string {
  if (start < 0) throw unfit('StartIndex cannot be less than zero.', 'startIndex');
  if (start > text.length) throw unfit('startIndex cannot be larger than length of string.', 'startIndex');
  if (length < 0) throw unfit('Length cannot be less than zero.', 'length');
  if (start + length > text.length)
    throw unfit('Index and length must refer to a location within the string.', 'length');
  return text.slice(start, start + length);
}

const blank = /[\s\u0085\u180e]/;
/** .NET knows two blanks that JavaScript does not, and the other way round. */
export const isBlank = (char: string): boolean => blank.test(char) && char !== '\ufeff';

export function trim(text: string, chars: readonly string[], start: boolean, end: boolean): string {
  const isTrimmed = (char: string) => (chars.length === 0 ? isBlank(char) : chars.includes(char));
  let from = 0;
  let to = text.length;
  while (start && from < to && isTrimmed(text[from] as string)) from++;
  while (end && to > from && isTrimmed(text[to - 1] as string)) to--;
  return text.slice(from, to);
}

/** `Split`; without separators at blanks. Throws ArgumentOutOfRangeException for a negative count. */
export function split(
  text: string,
  separators: readonly string[],
  count: number,
  options: EnumValue | undefined,
): string[] {
  if (count < 0) throw outOfRange('count');
  const dropEmpty = ((options?.value ?? 0) & 1) !== 0;
  if (count === 0 || (dropEmpty && text === '')) return [];
  const sought = separators.filter((one) => one !== '');
  const hitAt = (i: number) =>
    separators.length === 0
      ? isBlank(text[i] as string)
        ? 1
        : 0
      : (sought.find((separator) => text.startsWith(separator, i))?.length ?? 0);
  const parts: string[] = [];
  let from = 0;
  let i = 0;
  while (i < text.length && parts.length < count - 1) {
    const length = hitAt(i);
    if (length === 0) {
      i++;
      continue;
    }
    if (!dropEmpty || i > from) parts.push(text.slice(from, i));
    i += length;
    from = i;
  }
  // What is left when the count is reached begins after the separators that stand before it.
  while (dropEmpty && parts.length === count - 1 && from < text.length && hitAt(from) > 0) from += hitAt(from);
  const rest = text.slice(from);
  if (!dropEmpty || rest !== '') parts.push(rest);
  return parts;
}

/** Every `from` becomes `to`. Throws TimeoutException where an evaluation goes through too much text. */
export function replaceText(text: string, from: string, to: string): string {
  // One step of the expression, however long the text, and it may come out many times as long.
  spend(text.length >>> 5);
  return text.replaceAll(from, to.replaceAll('$', '$$$$'));
}
