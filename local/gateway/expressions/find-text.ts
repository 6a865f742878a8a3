import { ignoresCase, upper, type Comparison } from './compare-text.ts';

/** One letter as cultures compare it, and where it stands in the text. */
interface Letter {
  text: string;
  from: number;
  to: number;
  /** Whether it is the first, or the last, of the letters that stand for one in the text. */
  first: boolean;
  last: boolean;
}

const pairs: Readonly<Record<string, string>> = {
  ß: 'ss',
  æ: 'ae',
  Æ: 'AE',
  œ: 'oe',
  Œ: 'OE',
  ĳ: 'ij',
  ﬁ: 'fi',
  ﬂ: 'fl',
};
/** What cultures do not see. */
const ignored = /[\0\u00ad\u200b-\u200f\u2060\ufeff]/g;

function lettersOf(text: string, ignoreCase: boolean): Letter[] {
  return Array.from(text.matchAll(/[^\p{M}]\p{M}*|\p{M}+/gu)).flatMap(({ 0: found, index }) => {
    const seen = found.replaceAll(ignored, '').normalize('NFD');
    const letters = Array.from(pairs[seen] ?? (seen === '' ? '' : [seen]));
    return letters.map((letter, i) => ({
      text: ignoreCase ? upper(letter) : letter,
      from: index,
      to: index + found.length,
      first: i === 0,
      last: i === letters.length - 1,
    }));
  });
}

const isPlain = (text: string) => !/[\0\u0080-\uffff]/.test(text);

/** Where a text stands in another, as the comparison finds it; undefined where it does not. */
function findAll(
  text: string,
  sought: string,
  how: Comparison | undefined,
): Iterable<readonly [from: number, to: number]> {
  const ignoreCase = ignoresCase(how);
  if (how?.name.startsWith('Ordinal') || (isPlain(text) && isPlain(sought))) return findPlain(text, sought, ignoreCase);
  return findLetters(text, lettersOf(text, ignoreCase), lettersOf(sought, ignoreCase));
}

function* findPlain(text: string, sought: string, ignoreCase: boolean): Generator<readonly [number, number]> {
  const [a, b] = ignoreCase ? [upper(text), upper(sought)] : [text, sought];
  for (let at = a.indexOf(b); at !== -1 && at <= a.length - b.length; at = a.indexOf(b, at + 1)) {
    yield [at, at + b.length];
    if (at === a.length) return;
  }
}

function* findLetters(
  text: string,
  letters: readonly Letter[],
  sought: readonly Letter[],
): Generator<readonly [number, number]> {
  if (sought.length === 0) for (let i = 0; i <= text.length; i++) yield [i, i];
  else
    for (let i = 0; i + sought.length <= letters.length; i++) {
      const [first, last] = [letters[i], letters[i + sought.length - 1]];
      if (!first?.first || !last?.last) continue;
      if (sought.every((letter, j) => letters[i + j]?.text === letter.text)) yield [first.from, last.to];
    }
}

/** The first place; -1 where it is nowhere. */
export function indexOf(text: string, sought: string, how: Comparison | undefined): number {
  for (const [from] of findAll(text, sought, how)) return from;
  return -1;
}

/** The last place; -1 where it is nowhere. */
export function lastIndexOf(text: string, sought: string, how: Comparison | undefined): number {
  if (how?.name === 'Ordinal' || (isPlain(text) && isPlain(sought) && !ignoresCase(how)))
    return text.lastIndexOf(sought);
  let found = -1;
  for (const [from] of findAll(text, sought, how)) found = from;
  return found;
}

export function startsWith(text: string, sought: string, how: Comparison | undefined): boolean {
  if (how?.name.startsWith('Ordinal') || (isPlain(text) && isPlain(sought)))
    return ignoresCase(how) ? upper(text).startsWith(upper(sought)) : text.startsWith(sought);
  const seen = text.search(/[^\0\u00ad\u200b-\u200f\u2060\ufeff]/);
  for (const [from] of findAll(text, sought, how)) return from <= Math.max(seen, 0);
  return false;
}

export function endsWith(text: string, sought: string, how: Comparison | undefined): boolean {
  if (how?.name.startsWith('Ordinal') || (isPlain(text) && isPlain(sought)))
    return ignoresCase(how) ? upper(text).endsWith(upper(sought)) : text.endsWith(sought);
  for (const [, to] of findAll(text, sought, how)) if (text.slice(to).replaceAll(ignored, '') === '') return true;
  return false;
}
