/** A `StringComparison` or a `StringComparer`, told by its name. */
export interface Comparison {
  readonly name: string;
}

/** Whether a `StringComparison` or a `StringComparer`'s name ignores case. */
export function ignoresCase(comparison: Comparison | undefined): boolean {
  return comparison?.name.endsWith('IgnoreCase') ?? false;
}

/** Ordinal comparison: how far the first letters that differ, or the lengths, are apart. */
export function compareText(left: string, right: string, ignoreCase: boolean): number {
  const [a, b] = ignoreCase ? [upper(left), upper(right)] : [left, right];
  const shorter = Math.min(a.length, b.length);
  for (let i = 0; i < shorter; i++) {
    const difference = a.charCodeAt(i) - b.charCodeAt(i);
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}

const collator = new Intl.Collator('en-US', { sensitivity: 'variant', caseFirst: 'lower' });
const caseless = new Intl.Collator('en-US', { sensitivity: 'accent' });

/** Comparison as the invariant culture sorts: -1, 0 or 1; hyphens and apostrophes count last of all. */
export function compareCulture(left: string, right: string, ignoreCase: boolean): number {
  if (left === right) return 0;
  const { compare } = ignoreCase ? caseless : collator;
  const [a, b] = [expand(left), expand(right)];
  const order = compare(a.replaceAll(/[-']/g, ''), b.replaceAll(/[-']/g, ''));
  if (order !== 0) return Math.sign(order);
  return Math.sign(a.length - b.length || compare(a, b));
}

const pairs: Readonly<Record<string, string>> = { ß: 'ss', æ: 'ae', Æ: 'AE', œ: 'oe', Œ: 'OE', '\0': '' };
const expand = (text: string) =>
  text
    .normalize()
    .replaceAll(/[ßæÆœŒ\0]/g, (letter) => pairs[letter] as string)
    .replaceAll(/[!-/:-@[-`{-~]/g, (mark) => stoodIn[mark] ?? mark);

/** Marks in .NET Framework's order. Each is compared as the mark that has its place in the collator's. */
const marks = Array.from('!"#$%&()*,./:;?@[\\]^_`{|}~+<=>');
const sorted = marks.toSorted(collator.compare);
const stoodIn: Readonly<Record<string, string>> = Object.fromEntries([
  ...marks.map((mark, i) => [mark, sorted[i] as string]),
  ["'", '-'],
  ['-', "'"],
]);

/** As a `StringComparison` says. */
export function compareBy(left: string | null, right: string | null, how: Comparison | undefined): number {
  if (left === null || right === null) return Number(left !== null) - Number(right !== null);
  return how === undefined || /Culture/.test(how.name)
    ? compareCulture(left, right, ignoresCase(how))
    : compareText(left, right, ignoresCase(how));
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
