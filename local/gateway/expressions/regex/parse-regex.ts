import { lowerUnit, memory } from './regex-classes.ts';
import {
  regexOptions,
  repeated,
  unitOf,
  type Anchor,
  type ParsedRegex,
  type RegexNode,
  type Unit,
} from './regex-node.ts';
import { RegexGroups } from './regex-groups.ts';
import { RegexReader } from './regex-reader.ts';

/** Reads a .NET pattern. Throws ArgumentException with .NET's own words for what is wrong. */
export function parseRegex(source: string, options: number): ParsedRegex {
  const groups = new RegexGroups();
  // Unnamed groups are numbered first, so that all groups must be known before a name has a number.
  new RegexParser(source, options, groups).parse();
  groups.settle();
  const root = new RegexParser(source, options, groups).parse();
  return { root, numbers: [...groups.numbers].toSorted((a, b) => a - b), names: groups.names };
}

const empty: RegexNode = { kind: 'sequence', items: [] };
const anchors: Readonly<Record<string, Anchor>> = {
  b: 'boundary',
  B: 'no boundary',
  A: 'start',
  G: 'continuation',
  Z: 'last end',
  z: 'end',
};
const quantifier = /[*+?]|\{[0-9]+(?:,[0-9]*)?\}/y;
const tooMany = "Too many )'s.";

class RegexParser {
  readonly #reader: RegexReader;
  readonly #groups: RegexGroups;

  constructor(source: string, options: number, groups: RegexGroups) {
    this.#reader = new RegexReader(source, options);
    this.#groups = groups;
  }

  parse(): RegexNode {
    const root = this.#choice();
    if (!this.#reader.done) this.#reader.fail(tooMany);
    return root;
  }

  #choice(): RegexNode {
    const items = this.#alternatives();
    return items.length === 1 ? (items[0] as RegexNode) : { kind: 'choice', items };
  }

  #alternatives(): RegexNode[] {
    const items = [this.#sequence()];
    while (this.#reader.take('|')) items.push(this.#sequence());
    return items;
  }

  #sequence(): RegexNode {
    const reader = this.#reader;
    const items: RegexNode[] = [];
    let quantified = false;
    for (;;) {
      this.#blank();
      if (reader.done || reader.peek() === '|' || reader.peek() === ')') break;
      const nothing = this.#quantifier();
      if (nothing) reader.fail(quantified ? `Nested quantifier ${nothing[0]}.` : 'Quantifier {x,y} following nothing.');
      const item = this.#atom();
      quantified = false;
      if (!item) continue;
      this.#blank();
      const found = this.#quantifier();
      if (!found) {
        items.push(item);
        continue;
      }
      const [, min, max] = found;
      this.#blank();
      const lazy = reader.take('?');
      if (min > max) reader.fail('Illegal {x,y} with x > y.');
      items.push(repeated(item, min, max, lazy));
      quantified = true;
    }
    return items.length === 1 ? (items[0] as RegexNode) : { kind: 'sequence', items };
  }

  #quantifier(): [text: string, min: number, max: number] | undefined {
    const text = this.#reader.match(quantifier);
    if (text === undefined) return undefined;
    if (text === '*') return [text, 0, Infinity];
    if (text === '+') return [text, 1, Infinity];
    if (text === '?') return [text, 0, 1];
    const [min, max] = text.slice(1, -1).split(',');
    return [text, Number(min), max === undefined ? Number(min) : max === '' ? Infinity : Number(max)];
  }

  /** What is no part of the pattern: comments, and blanks if they are to be ignored. */
  #blank(): void {
    const reader = this.#reader;
    for (;;) {
      if (reader.has('IgnorePatternWhitespace') && reader.match(/[ \t\n\f\r]+|#[^\n]*/y) !== undefined) continue;
      if (!reader.take('(?#')) return;
      if (reader.match(/[^)]*\)/y) === undefined) reader.fail('Unterminated (?#...) comment.');
    }
  }

  #atom(): RegexNode | undefined {
    const reader = this.#reader;
    const letter = reader.next();
    switch (letter) {
      case '(':
        return this.#group();
      case '[':
        return unitOf(memory(reader.set().test(reader.has('IgnoreCase'))));
      case '\\':
        return this.#escape();
      case '.':
        return unitOf(reader.has('Singleline') ? () => true : (code) => code !== 10);
      case '^':
        return { kind: 'anchor', anchor: reader.has('Multiline') ? 'line start' : 'start' };
      case '$':
        return { kind: 'anchor', anchor: reader.has('Multiline') ? 'line end' : 'last end' };
      default:
        return this.#letter(letter.charCodeAt(0));
    }
  }

  #letter(code: number): Unit {
    const ignoreCase = this.#reader.has('IgnoreCase');
    return { kind: 'unit', code: ignoreCase ? lowerUnit(code) : code, ignoreCase, test: undefined };
  }

  #escape(): RegexNode {
    const reader = this.#reader;
    if (reader.done) reader.fail('Illegal \\ at end of pattern.');
    const letter = reader.peek();
    const anchor = anchors[letter];
    if (anchor) {
      reader.at++;
      const isAscii = reader.has('ECMAScript') && /b$/i.test(letter);
      return { kind: 'anchor', anchor: isAscii ? (letter === 'b' ? 'ascii boundary' : 'no ascii boundary') : anchor };
    }
    const set = reader.escapedSet();
    return set ? unitOf(memory(set)) : (this.#reference() ?? this.#letter(reader.escapedUnit()));
  }

  /** `\1`, `\k<name>`, `\<name>`; undefined where the escape is of a letter. */
  #reference(): RegexNode | undefined {
    const reader = this.#reader;
    const from = reader.at;
    const isNamed = reader.take('k');
    const opening = reader.match(/[<'](?=.)/sy);
    if (isNamed && opening === undefined) reader.fail('Malformed \\k<...> named back reference.');
    const isDigit = /[0-9]/.test(reader.peek());
    if (opening === undefined && isDigit) {
      const [digits] = /^[0-9]+/.exec(reader.text.slice(reader.at)) ?? [''];
      const group = reader.number();
      if (this.#knows(group)) return this.#toGroup(group);
      if (digits.length === 1 && group > 0) reader.fail(`Reference to undefined group number ${group}.`);
    } else if (opening !== undefined && reader.isName) {
      const name = isDigit ? reader.number() : reader.name();
      if (reader.take(opening === '<' ? '>' : "'")) {
        const group = typeof name === 'number' ? name : this.#groups.names.get(name);
        if (group !== undefined && (group === -1 || this.#knows(group))) return this.#toGroup(group);
        if (!this.#groups.settled) return empty;
        reader.fail(`Reference to undefined group n${typeof name === 'number' ? 'umber' : 'ame'} ${name}.`);
      }
    }
    if (isNamed) reader.fail('Malformed \\k<...> named back reference.');
    reader.at = from;
    return undefined;
  }

  /** While groups are still being counted every number may turn out to be one. */
  #knows(group: number): boolean {
    return this.#groups.numbers.has(group) || (!this.#groups.settled && group > 0);
  }

  #toGroup(group: number): RegexNode {
    const reader = this.#reader;
    return { kind: 'reference', group, ignoreCase: reader.has('IgnoreCase'), ecma: reader.has('ECMAScript') };
  }

  /** A group, whose opening parenthesis is read; undefined where it only sets options. */
  #group(): RegexNode | undefined {
    const reader = this.#reader;
    const { options } = reader;
    if (!reader.take('?')) {
      const group = reader.has('ExplicitCapture') ? undefined : this.#groups.nextUnnamed();
      const item = this.#inside(options);
      return group === undefined ? item : { kind: 'group', item, group, popped: undefined };
    }
    if (reader.take(':')) return this.#inside(options);
    if (reader.take('>')) return { kind: 'atomic', item: this.#inside(options) };
    const look = reader.match(/<?[=!]/y);
    if (look !== undefined)
      return { kind: 'look', behind: look[0] === '<', negative: look.endsWith('!'), item: this.#inside(options) };
    if (reader.take('<')) return this.#named('>', options);
    if (reader.take("'")) return this.#named("'", options);
    if (reader.take('(')) return this.#condition(options);
    this.#inlineOptions();
    if (reader.take(')')) return undefined;
    if (!reader.take(':')) reader.fail('Unrecognized grouping construct.');
    return this.#inside(options);
  }

  #inside(options: number): RegexNode {
    const item = this.#choice();
    this.#close(options);
    return item;
  }

  #close(options: number): void {
    if (!this.#reader.take(')')) this.#reader.fail("Not enough )'s.");
    this.#reader.options = options;
  }

  #inlineOptions(): void {
    const reader = this.#reader;
    const letters = { i: 'IgnoreCase', m: 'Multiline', n: 'ExplicitCapture', s: 'Singleline' } as const;
    const bits: Readonly<Record<string, number>> = {
      ...Object.fromEntries(Object.entries(letters).map(([letter, name]) => [letter, regexOptions[name]])),
      x: regexOptions.IgnorePatternWhitespace,
    };
    let off = false;
    for (const letter of reader.match(/[imnsxIMNSX+-]*/y) ?? '') {
      if (letter === '-' || letter === '+') off = letter === '-';
      else if (off) reader.options &= ~(bits[letter.toLowerCase()] as number);
      else reader.options |= bits[letter.toLowerCase()] as number;
    }
  }

  /** `(?<name>`, `(?<name-popped>` and `(?<-popped>`, from the name on. */
  #named(close: string, options: number): RegexNode {
    const reader = this.#reader;
    const name = this.#groupName(close, true);
    const group = typeof name === 'string' ? this.#slot(name) : name;
    if (group === 0) reader.fail('Capture number cannot be zero.');
    if (name !== undefined) this.#groups.note(name);
    let popped: number | undefined;
    if (reader.take('-')) {
      const other = this.#groupName(close, false);
      popped = typeof other === 'string' ? this.#slot(other) : other;
      if (this.#groups.settled && (popped === undefined || !this.#groups.numbers.has(popped)))
        reader.fail(`Reference to undefined group n${typeof other === 'number' ? 'umber' : 'ame'} ${other}.`);
    } else if (name === undefined) this.#badName();
    if (!reader.take(close)) reader.fail('Unrecognized grouping construct.');
    return { kind: 'group', item: this.#inside(options), group, popped };
  }

  #groupName(close: string, mayBeNone: boolean): string | number | undefined {
    const reader = this.#reader;
    if (mayBeNone && reader.peek() === '-') return undefined;
    if (!reader.isName) this.#badName();
    const found = /[0-9]/.test(reader.peek()) ? reader.number() : reader.name();
    if (!reader.done && reader.peek() !== close && reader.peek() !== '-') this.#badName();
    return found;
  }

  #badName(): never {
    return this.#reader.fail('Invalid group name: Group names must begin with a word character.');
  }

  #slot(name: string): number | undefined {
    return this.#groups.names.get(name);
  }

  /** `(?(name)yes|no)` and `(?(test)yes|no)`, from the name or test on. */
  #condition(options: number): RegexNode {
    const reader = this.#reader;
    const from = reader.at;
    const name = /[0-9]/.test(reader.peek()) ? reader.number() : reader.name();
    if (typeof name === 'number') {
      if (!reader.take(')')) reader.fail(`(?(${name}) malformed.`);
      if (this.#groups.settled && !this.#groups.numbers.has(name))
        reader.fail(`(?(${name}) ) reference to undefined group.`);
      return { kind: 'if group', group: name, ...this.#branches(options) };
    }
    const group = name === '' ? undefined : this.#slot(name);
    if (group !== undefined && reader.take(')')) return { kind: 'if group', group, ...this.#branches(options) };
    reader.at = from;
    if (reader.match(/\?(?:'|<(?![=!]))/y) !== undefined)
      reader.fail('Alternation conditions do not capture and cannot be named.');
    if (reader.match(/\?#/y) !== undefined) reader.fail('Alternation conditions cannot be comments.');
    const inner = reader.options;
    const test = reader.peek() === '?' ? (this.#group() ?? empty) : this.#inside(inner);
    return { kind: 'if', test, ...this.#branches(options) };
  }

  #branches(options: number): { yes: RegexNode; otherwise: RegexNode } {
    const [yes = empty, otherwise = empty, ...more] = this.#alternatives();
    if (more.length > 0) this.#reader.fail('Too many | in (?()|).');
    this.#close(options);
    return { yes, otherwise };
  }
}
