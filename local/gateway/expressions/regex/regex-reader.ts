import { TextCursor } from '../text-cursor.ts';
import { ExpressionError } from '../../errors.ts';
import { CharacterClass, isWord, shorthand, unicodeSet, type Test } from './regex-classes.ts';
import { regexOptions } from './regex-node.ts';

/** Reads the letters of a .NET pattern: escapes, sets in brackets, names. Throws ArgumentException. */
export class RegexReader extends TextCursor {
  options: number;

  constructor(source: string, options: number) {
    super(source);
    this.options = options;
  }

  has(option: keyof typeof regexOptions): boolean {
    return (this.options & regexOptions[option]) !== 0;
  }

  get done(): boolean {
    return this.at >= this.text.length;
  }

  peek(ahead = 0): string {
    return this.text[this.at + ahead] ?? '';
  }

  next(): string {
    return this.text[this.at++] ?? '';
  }

  take(text: string): boolean {
    if (!this.text.startsWith(text, this.at)) return false;
    this.at += text.length;
    return true;
  }

  fail(reason: string): never {
    throw new ExpressionError('ArgumentException', `parsing "${this.text}" - ${reason}`);
  }

  number(): number {
    const digits = this.match(/[0-9]+/y) ?? '';
    if (Number(digits) > 2_147_483_647)
      this.fail('Capture group numbers must be less than or equal to Int32.MaxValue.');
    return Number(digits);
  }

  name(): string {
    const from = this.at;
    while (!this.done && isWord(this.text.charCodeAt(this.at))) this.at++;
    return this.text.slice(from, this.at);
  }

  get isName(): boolean {
    return !this.done && isWord(this.text.charCodeAt(this.at));
  }

  /** The set of the escape at hand, `\d` or `\p{L}`; undefined where it is none. */
  escapedSet(): Test | undefined {
    const letter = this.peek();
    const found = /^[dwsDWS]$/.test(letter) ? shorthand(letter, this.has('ECMAScript')) : undefined;
    if (found) this.at++;
    return found ?? (/^[pP]$/.test(letter) ? this.#property() : undefined);
  }

  #property(): Test {
    const negated = this.next() === 'P';
    if (this.peek() !== '{' || this.text.length - this.at < 3) this.fail('Incomplete \\p{X} character escape.');
    this.at++;
    const name = this.match(/[\w-]*/y) ?? '';
    if (!this.take('}')) this.fail('Incomplete \\p{X} character escape.');
    return unicodeSet(name, negated, this.has('IgnoreCase')) ?? this.fail(`Unknown property '${name}'.`);
  }

  /** The unit that the escape at hand stands for. */
  escapedUnit(): number {
    if (this.done) this.fail('Illegal \\ at end of pattern.');
    const octal = this.match(/[0-7]{1,3}/y);
    if (octal !== undefined) return Number.parseInt(octal, 8) & 0xff;
    const letter = this.next();
    const simple = { a: 7, b: 8, e: 27, f: 12, n: 10, r: 13, t: 9, v: 11 } as const;
    if (Object.hasOwn(simple, letter)) return simple[letter as keyof typeof simple];
    if (letter === 'x') return this.#hex(/[0-9a-f]{2}/iy);
    if (letter === 'u') return this.#hex(/[0-9a-f]{4}/iy);
    if (letter === 'c') return this.#control();
    if (!this.has('ECMAScript') && isWord(letter.charCodeAt(0))) this.fail(`Unrecognized escape sequence \\${letter}.`);
    return letter.charCodeAt(0);
  }

  #hex(pattern: RegExp): number {
    const digits = this.match(pattern);
    return digits === undefined ? this.fail('Insufficient hexadecimal digits.') : Number.parseInt(digits, 16);
  }

  #control(): number {
    if (this.done) this.fail('Missing control character.');
    const code = this.next().toUpperCase().charCodeAt(0) - 64;
    return code >= 0 && code < 32 ? code : this.fail('Unrecognized control character.');
  }

  /** A set in brackets, whose opening one is read. */
  set(): CharacterClass {
    const set = new CharacterClass();
    set.negated = this.take('^');
    let low: number | undefined;
    for (let first = true; !this.done; first = false) {
      const letter = this.next();
      let escaped = false;
      let code = letter.charCodeAt(0);
      if (letter === ']' && !first) return set;
      if (letter === '\\' && !this.done) {
        const test = this.escapedSet();
        if (test) {
          if (low !== undefined) this.fail(`Cannot include class \\${this.text[this.at - 1]} in character range.`);
          set.add(test);
          continue;
        }
        if (this.take('-')) {
          set.addRange(45, 45);
          continue;
        }
        code = this.escapedUnit();
        escaped = true;
      } else if (letter === '[' && low === undefined) this.match(/:\w*:\]/y);
      const subtracts = !escaped && !first && letter === '[' && low !== undefined;
      if (low !== undefined && subtracts) {
        set.addRange(low, low);
        this.#subtract(set);
        low = undefined;
      } else if (low !== undefined) {
        if (low > code) this.fail('[x-y] range in reverse order.');
        set.addRange(low, code);
        low = undefined;
      } else if (this.peek() === '-' && this.peek(1) !== '' && this.peek(1) !== ']') {
        low = code;
        this.at++;
      } else if (letter === '-' && !escaped && !first && this.take('[')) this.#subtract(set);
      else set.addRange(code, code);
    }
    return this.fail('Unterminated [] set.');
  }

  #subtract(set: CharacterClass): void {
    set.subtracted = this.set().test(this.has('IgnoreCase'));
    if (!this.done && this.peek() !== ']') this.fail('A subtraction must be the last element in a character class.');
  }
}
