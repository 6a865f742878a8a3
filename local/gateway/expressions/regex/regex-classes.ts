import { lower, upper } from '../compare-text.ts';
import { categories, isCategory } from './unicode-category.ts';
import { unicodeBlocks } from './unicode-blocks.ts';

/** Whether a UTF-16 unit is in a set. */
export type Test = (code: number) => boolean;

export const isWord: Test = (code) =>
  isAsciiWord(code) || (code > 127 && ['L', 'Mn', 'Nd', 'Pc'].some((name) => isCategory(code, name)));
export const isAsciiWord: Test = (code) =>
  (code >= 97 && code <= 122) || (code >= 65 && code <= 90) || (code >= 48 && code <= 57) || code === 95;
/** `\b` takes the joiners for letters. */
export const isBoundaryWord: Test = (code) => isWord(code) || code === 0x200c || code === 0x200d;
const isBlank: Test = (code) => (code >= 9 && code <= 13) || code === 0x85 || isCategory(code, 'Z');
const isAsciiBlank: Test = (code) => (code >= 9 && code <= 13) || code === 32;
const isDigit: Test = (code) => (code < 128 ? code >= 48 && code <= 57 : isCategory(code, 'Nd'));
const isAsciiDigit: Test = (code) => code >= 48 && code <= 57;

const not =
  (test: Test): Test =>
  (code) =>
    !test(code);

/** The set of `\d`, `\W` and so on; undefined where the letter is none of them. */
export function shorthand(letter: string, ecma: boolean): Test | undefined {
  const tests: Readonly<Record<string, Test>> = ecma
    ? { d: isAsciiDigit, w: isAsciiWord, s: isAsciiBlank }
    : { d: isDigit, w: isWord, s: isBlank };
  const test = tests[letter.toLowerCase()];
  return test && letter !== letter.toLowerCase() ? not(test) : test;
}

const cases = ['Lu', 'Ll', 'Lt'];

/** The set of `\p{name}`: a category or a block. Without regard to case, the letters of all cases are one category. */
export function unicodeSet(name: string, negated: boolean, ignoreCase: boolean): Test | undefined {
  const isKnown = /^[LMNZCPS]$/.test(name) || (categories as readonly string[]).includes(name);
  const block = Object.hasOwn(unicodeBlocks, name) ? unicodeBlocks[name] : undefined;
  const test: Test | undefined = isKnown
    ? ignoreCase && cases.includes(name)
      ? (code) => cases.some((one) => isCategory(code, one))
      : (code) => isCategory(code, name)
    : block && ((code) => code >= block[0] && code <= block[1]);
  return test && negated ? not(test) : test;
}

const lowers = new Map<number, number>();

/** Lower case of a unit, which is what IgnoreCase compares. */
export function lowerUnit(code: number): number {
  if (code < 128) return code >= 65 && code <= 90 ? code + 32 : code;
  const known = lowers.get(code);
  if (known !== undefined) return known;
  const made = lower(String.fromCharCode(code)).charCodeAt(0);
  lowers.set(code, made);
  return made;
}

/** A set as it is written in brackets, put together part by part. */
export class CharacterClass {
  readonly #ranges: [low: number, high: number][] = [];
  readonly #tests: Test[] = [];
  subtracted: Test | undefined;
  negated = false;

  addRange(low: number, high: number): void {
    this.#ranges.push([low, high]);
  }

  add(test: Test): void {
    this.#tests.push(test);
  }

  /** With `ignoreCase`, a unit's lower case is sought in the set and among the lower cases of its ranges. */
  test(ignoreCase: boolean): Test {
    const [ranges, tests, { subtracted, negated }] = [this.#ranges, this.#tests, this];
    const within = (code: number) => ranges.some(([low, high]) => code >= low && code <= high);
    const cased: Test = (code) => within(code) || tests.some((test) => test(code));
    const caseless: Test = (given) => {
      const code = lowerUnit(given);
      const capital = upper(String.fromCharCode(code)).charCodeAt(0);
      return cased(code) || (lowerUnit(capital) === code && within(capital));
    };
    const positive = ignoreCase ? caseless : cased;
    return memory((code) => positive(code) !== negated && subtracted?.(code) !== true);
  }
}

/** Remembers what a test said of the first 256 units. */
export function memory(test: Test): Test {
  const said = new Int8Array(256);
  return (code) => {
    if (code > 255) return test(code);
    const known = said[code] as number;
    if (known !== 0) return known === 1;
    const found = test(code);
    said[code] = found ? 1 : -1;
    return found;
  };
}
