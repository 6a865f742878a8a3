import { Decimal } from './decimal.ts';
import { Char, fits, integer, Real } from './numbers.ts';

export type Token =
  /** With the `@` that tells a name from the word of the language. */
  | { kind: 'name'; text: string; at: number; end: number }
  | { kind: 'value'; value: unknown; at: number; end: number }
  | { kind: 'interpolated'; parts: readonly InterpolatedPart[]; at: number; end: number }
  | { kind: 'mark'; text: string; at: number; end: number }
  | { kind: 'end'; at: number; end: number };

/** Literal text, or a hole: where in the source its expression stands, with the alignment and format after it. */
type InterpolatedPart =
  | string
  | { source: string; at: number; alignment: number | undefined; format: string | undefined };

/** C# that cannot be read, with the offset in the expression's source. */
export class SyntaxProblem extends Error {
  override name = 'SyntaxProblem';
  readonly at: number;
  constructor(message: string, at: number) {
    super(message);
    this.at = at;
  }
}

const marks = [
  ...['<<=', '>>=', '??=', '=>', '==', '!=', '<=', '>=', '&&', '||', '??', '?.', '?[', '++', '--'],
  ...['+=', '-=', '*=', '/=', '%=', '&=', '|=', '^=', '<<', '->', '::'],
  ...['+', '-', '*', '/', '%', '=', '<', '>', '!', '~', '&', '|', '^', '?', ':', ';', ',', '.', '(', ')', '[', ']'],
  ...['{', '}'],
];
const escapes: Readonly<Record<string, string>> = {
  n: '\n',
  r: '\r',
  t: '\t',
  '0': '\0',
  a: '\x07',
  b: '\b',
  f: '\f',
  v: '\v',
  '\\': '\\',
  '"': '"',
  "'": "'",
};

/** Reads C# source into tokens. `offset` is added to every position, for sources that are part of another. */
export function tokenize(source: string, offset = 0): Token[] {
  const tokens: Token[] = [];
  let at = 0;
  while (at < source.length) {
    const skipped = skipBlank(source, at);
    if (skipped > at) {
      at = skipped;
      continue;
    }
    const token = readToken(source, at);
    at = token.end;
    const shifted = { ...token, at: token.at + offset, end: token.end + offset };
    if (shifted.kind === 'interpolated')
      shifted.parts = shifted.parts.map((part) =>
        typeof part === 'string' ? part : { ...part, at: part.at + offset },
      );
    tokens.push(shifted);
  }
  tokens.push({ kind: 'end', at: at + offset, end: at + offset });
  return tokens;
}

function skipBlank(source: string, at: number): number {
  if (/\s/.test(source[at] as string)) return at + 1;
  if (source.startsWith('//', at)) {
    const end = source.indexOf('\n', at);
    return end === -1 ? source.length : end + 1;
  }
  if (!source.startsWith('/*', at)) return at;
  const end = source.indexOf('*/', at + 2);
  if (end === -1) throw new SyntaxProblem('this comment is never closed', at);
  return end + 2;
}

const namePattern = /@?[\p{L}_][\p{L}\p{N}_]*/uy;

function readToken(source: string, at: number): Token {
  const char = source[at] as string;
  const next = source[at + 1] ?? '';
  if (/[0-9]/.test(char) || (char === '.' && /[0-9]/.test(next))) return readNumber(source, at);
  if (char === '"') return readString(source, at);
  if (char === "'") return readChar(source, at);
  if (char === '@' && next === '"') return readVerbatim(source, at);
  const interpolated = /^(?:\$@|@\$|\$)"/.exec(source.slice(at, at + 3))?.[0];
  if (interpolated) return readInterpolated(source, at, interpolated);
  namePattern.lastIndex = at;
  const name = namePattern.exec(source)?.[0];
  if (name) return { kind: 'name', text: name, at, end: at + name.length };
  const mark = marks.find((candidate) => source.startsWith(candidate, at));
  if (!mark) throw new SyntaxProblem(`"${char}" is not expected here`, at);
  // "?." and "?[" are one mark only where a conditional cannot be meant: `a ? .5 : 1` is rare, `a?[0]` is not.
  if (mark === '?.' && /[0-9]/.test(source[at + 2] ?? '')) return { kind: 'mark', text: '?', at, end: at + 1 };
  return { kind: 'mark', text: mark, at, end: at + mark.length };
}

const numberPattern =
  /0[xX]([0-9a-fA-F_]+)([uUlL]{0,2})|0[bB]([01_]+)([uUlL]{0,2})|([0-9][0-9_]*)?(\.[0-9][0-9_]*)?([eE][+-]?[0-9]+)?([uUlL]{1,2}|[fFdDmM])?/y;

function readNumber(source: string, at: number): Token {
  numberPattern.lastIndex = at;
  const match = numberPattern.exec(source);
  if (!match?.[0]) throw new SyntaxProblem('this number cannot be read', at);
  const end = at + match[0].length;
  if (/[\p{L}\p{N}_]/u.test(source[end] ?? '')) throw new SyntaxProblem('this number cannot be read', at);
  const [, hex, hexSuffix, binary, binarySuffix, whole = '', fraction = '', exponent = '', suffix = ''] = match;
  if (hex) return { kind: 'value', value: wholeNumber(BigInt(`0x${plain(hex)}`), hexSuffix ?? '', at), at, end };
  if (binary)
    return { kind: 'value', value: wholeNumber(BigInt(`0b${plain(binary)}`), binarySuffix ?? '', at), at, end };
  const text = plain(`${whole}${fraction}${exponent}`);
  if (/^[mM]$/.test(suffix)) {
    const value = Decimal.parse(text);
    if (!value) throw new SyntaxProblem('this number cannot be read', at);
    return { kind: 'value', value, at, end };
  }
  if (fraction || exponent || /^[fFdD]$/.test(suffix))
    return { kind: 'value', value: new Real(Number(text), /^[fF]$/.test(suffix) ? 'float' : 'double'), at, end };
  return { kind: 'value', value: wholeNumber(BigInt(text), suffix, at), at, end };
}

const plain = (digits: string) => digits.replaceAll('_', '');

function wholeNumber(value: bigint, suffix: string, at: number): unknown {
  const unsigned = /u/i.test(suffix);
  const long = /l/i.test(suffix);
  const kinds = (['int', 'uint', 'long', 'ulong'] as const).filter(
    (kind) => (!unsigned || kind.startsWith('u')) && (!long || kind.endsWith('long')),
  );
  const kind = kinds.find((candidate) => fits(candidate, value));
  if (!kind) throw new SyntaxProblem('this number is too large', at);
  return integer(kind, value);
}

function readString(source: string, at: number): Token {
  let text = '';
  let i = at + 1;
  for (;;) {
    const char = source[i];
    if (char === undefined || char === '\n') throw new SyntaxProblem('this string is never closed', at);
    if (char === '"') return { kind: 'value', value: text, at, end: i + 1 };
    const [piece, next] = char === '\\' ? readEscape(source, i) : [char, i + 1];
    text += piece;
    i = next;
  }
}

function readChar(source: string, at: number): Token {
  const char = source[at + 1];
  if (char === undefined || char === "'") throw new SyntaxProblem('a character literal holds one character', at);
  const [text, next] = char === '\\' ? readEscape(source, at + 1) : [char, at + 2];
  if (source[next] !== "'") throw new SyntaxProblem('a character literal holds one character', at);
  return { kind: 'value', value: new Char(text.charCodeAt(0)), at, end: next + 1 };
}

function readEscape(source: string, at: number): [string, number] {
  const match = /^\\(?:u([0-9a-fA-F]{4})|x([0-9a-fA-F]{1,4})|U([0-9a-fA-F]{8})|(.))/s.exec(source.slice(at, at + 10));
  if (!match) throw new SyntaxProblem('this escape is not known', at);
  const end = at + match[0].length;
  const hex = match[1] ?? match[2] ?? match[3];
  if (hex) {
    const code = Number.parseInt(hex, 16);
    if (code > 0x10ffff) throw new SyntaxProblem('this escape is no character', at);
    return [String.fromCodePoint(code), end];
  }
  const known = escapes[match[4] as string];
  if (known === undefined) throw new SyntaxProblem(`the escape "${match[0]}" is not known`, at);
  return [known, end];
}

function unescape(text: string, at: number): string {
  return text.replaceAll(/\\(?:[uxU][0-9a-fA-F]+|.)/gs, (escape, i: number) => {
    const [piece, end] = readEscape(`${' '.repeat(at + i)}${escape}`, at + i);
    return piece + escape.slice(end - at - i);
  });
}

function readVerbatim(source: string, at: number): Token {
  let text = '';
  for (let i = at + 2; i < source.length; i++) {
    if (source[i] === '"') {
      if (source[i + 1] !== '"') return { kind: 'value', value: text, at, end: i + 1 };
      i++;
    }
    text += source[i];
  }
  throw new SyntaxProblem('this string is never closed', at);
}

function readInterpolated(source: string, at: number, opening: string): Token {
  const verbatim = opening.includes('@');
  const parts: InterpolatedPart[] = [];
  let text = '';
  let i = at + opening.length;
  for (;;) {
    const char = source[i];
    if (char === undefined || (char === '\n' && !verbatim)) throw new SyntaxProblem('this string is never closed', at);
    if (char === '{' && source[i + 1] !== '{') {
      if (text) parts.push(text);
      text = '';
      const [part, next] = readHole(source, i, verbatim);
      parts.push(part);
      i = next;
    } else if (char === '\\' && !verbatim) {
      const [piece, next] = readEscape(source, i);
      text += piece;
      i = next;
    } else if (char === '"' && !(verbatim && source[i + 1] === '"')) {
      if (text) parts.push(text);
      return { kind: 'interpolated', parts, at, end: i + 1 };
    } else {
      if (char === '}' && source[i + 1] !== '}') throw new SyntaxProblem('write }} for a brace in this string', i);
      text += char;
      i += char === '{' || char === '}' || char === '"' ? 2 : 1;
    }
  }
}

function readHole(source: string, at: number, verbatim: boolean): [InterpolatedPart, number] {
  const start = at + 1;
  let end: number | undefined;
  let alignment: number | undefined;
  let depth = 0;
  let i = start;
  for (;;) {
    const char = source[i];
    if (char === undefined) throw new SyntaxProblem('this hole in the string is never closed', at);
    if (depth === 0 && (char === '}' || char === ':' || char === ',')) {
      end ??= i;
      if (char === '}') return [{ source: source.slice(start, end), at: start, alignment, format: undefined }, i + 1];
      if (char === ':') {
        const close = source.indexOf('}', i);
        if (close === -1) throw new SyntaxProblem('this hole in the string is never closed', at);
        const raw = source.slice(i + 1, close);
        const format = verbatim ? raw.replaceAll('""', '"') : unescape(raw, i + 1);
        return [{ source: source.slice(start, end), at: start, alignment, format }, close + 1];
      }
      const width = /^,\s*([+-]?\d{1,4})\s*(?=[:}])/.exec(source.slice(i, i + 20));
      if (!width) throw new SyntaxProblem('the alignment is a whole number', i);
      alignment = Number(width[1]);
      i += width[0].length;
      continue;
    }
    if (/["'$@]/.test(char)) i = readToken(source, i).end;
    else {
      if ('([{'.includes(char)) depth++;
      if (')]}'.includes(char)) depth--;
      i++;
    }
  }
}
