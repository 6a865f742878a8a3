import { ExpressionError } from '../../errors.ts';
import { compileRegex, prefixOf, type Program } from './compile-regex.ts';
import { RegexRun, type Span } from './match-regex.ts';
import { NetMatch } from './net-match.ts';
import { parseRegex } from './parse-regex.ts';
import { regexOptions, type ParsedRegex } from './regex-node.ts';
import { Replacement } from './regex-replacement.ts';

/** A search that takes longer, in milliseconds, is a mistake, and would stop every other request. */
const longest = 10_000;

/** A compiled .NET regular expression. */
export class NetRegex {
  readonly source: string;
  readonly options: number;
  /** Milliseconds; undefined for any time. */
  readonly timeout: number | undefined;
  readonly parsed: ParsedRegex;
  readonly #program: Program;
  readonly #prefix: string;
  readonly #replacements = new Map<string, Replacement>();

  /** Throws ArgumentException and ArgumentOutOfRangeException. */
  constructor(source: string, options = 0, timeout?: number) {
    const { ECMAScript, IgnoreCase, Multiline, Compiled } = regexOptions;
    const isKnown = options >= 0 && options >> 10 === 0;
    const isPlain = (options & ECMAScript) === 0 || (options & ~(ECMAScript | IgnoreCase | Multiline | Compiled)) === 0;
    if (!isKnown || !isPlain)
      throw new ExpressionError(
        'ArgumentOutOfRangeException',
        'Specified argument was out of the range of valid values.\r\nParameter name: options',
      );
    this.source = source;
    this.options = options;
    this.timeout = timeout;
    this.parsed = parseRegex(source, options);
    this.#program = compileRegex(this.parsed.root, this.backwards);
    this.#prefix = this.backwards ? '' : prefixOf(this.parsed.root).text;
  }

  /** Whether it is sought from the end on. */
  get backwards(): boolean {
    return (this.options & regexOptions.RightToLeft) !== 0;
  }

  get names(): string[] {
    const byNumber = new Map(Array.from(this.parsed.names, ([name, number]) => [number, name]));
    return this.parsed.numbers.map((number) => byNumber.get(number) ?? String(number));
  }

  /** The number of the group of that name or number; undefined if there is none. */
  numberOf(name: string): number | undefined {
    const named = this.parsed.names.get(name);
    if (named !== undefined) return named;
    const number = /^[0-9]+$/.test(name) ? Number(name) : -1;
    return this.parsed.numbers.includes(number) ? number : undefined;
  }

  /** The first match in a text, or in the part of it from `begin` to `end`. */
  match(text: string, from = this.backwards ? text.length : 0, begin = 0, end = text.length): NetMatch {
    return this.#find(text, from, from, begin, end);
  }

  /** The next match after one; after an empty one a unit further on. */
  after(match: NetMatch): NetMatch {
    const { text, begin, end } = match;
    const from = this.backwards ? match.index : match.index + match.length;
    if (match.length > 0) return this.#find(text, from, from, begin, end);
    if (from === (this.backwards ? begin : end)) return NetMatch.none;
    return this.#find(text, from + (this.backwards ? -1 : 1), from, begin, end);
  }

  /** All matches, one after the other as they are asked for. */
  *matches(text: string, from?: number): Generator<NetMatch> {
    for (let match = this.match(text, from); match.success; match = this.after(match)) yield match;
  }

  #find(text: string, first: number, from: number, begin: number, end: number): NetMatch {
    const deadline = performance.now() + (this.timeout ?? longest);
    const run = new RegexRun(this.#program, { text, begin, end, from, deadline });
    const step = this.backwards ? -1 : 1;
    for (let at = this.#start(text, first); at >= begin && at <= end; at = this.#start(text, at + step)) {
      const to = run.try(at);
      if (to === -1) continue;
      const whole: Span = at <= to ? [at, to] : [to, at];
      return new NetMatch(this, text, whole, run.captures, begin, end);
    }
    return NetMatch.none;
  }

  /** The first place from `at` on where a match may begin. */
  #start(text: string, at: number): number {
    if (this.#prefix === '' || at > text.length) return at;
    const found = text.indexOf(this.#prefix, at);
    return found === -1 ? text.length + 1 : found;
  }

  replacement(pattern: string): Replacement {
    const known = this.#replacements.get(pattern) ?? new Replacement(pattern, this);
    if (this.#replacements.size < 100) this.#replacements.set(pattern, known);
    return known;
  }

  /** Puts something else in the place of `count` matches; of all if that is negative. */
  replace(text: string, by: (match: NetMatch) => string, count = -1, from?: number): string {
    const made: [match: NetMatch, by: string][] = [];
    if (count !== 0)
      for (const match of this.matches(text, from)) {
        made.push([match, by(match)]);
        if (made.length === count) break;
      }
    if (this.backwards) made.reverse();
    let out = '';
    let at = 0;
    for (const [match, put] of made) {
      out += text.slice(at, match.index) + put;
      at = match.index + match.length;
    }
    return out + text.slice(at);
  }

  /** The parts of a text between matches, with what groups captured; `count` of them at most if it is not 0. */
  split(text: string, count = 0, from?: number): string[] {
    if (count === 1) return [text];
    const found: NetMatch[] = [];
    for (const match of this.matches(text, from)) {
      found.push(match);
      if (found.length === count - 1) break;
    }
    if (this.backwards) found.reverse();
    const parts: string[] = [];
    let at = 0;
    for (const match of found) {
      parts.push(text.slice(at, match.index));
      at = match.index + match.length;
      parts.push(...match.groups.slice(1).flatMap(({ success, value }) => (success ? [value] : [])));
    }
    return [...parts, text.slice(at)];
  }

  toNetString(): string {
    return this.source;
  }
}
