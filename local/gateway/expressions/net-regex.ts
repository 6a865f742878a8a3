import { ExpressionError } from '../errors.ts';

/** RegexOptions, by the numbers that .NET gives them. */
const flagsOf: Readonly<Record<number, string>> = { 1: 'i', 2: 'm', 16: 's' };
const explicitCapture = 4;
const ignoreWhitespace = 32;

/** A .NET pattern as JavaScript's. Throws ArgumentException for what JavaScript has not (atomic groups, conditionals). */
export function translate(source: string, options: number): RegExp {
  const inline = /^\(\?([imnsx]+)\)/.exec(source);
  let active = options;
  for (const letter of inline?.[1] ?? '')
    active |= { i: 1, m: 2, n: explicitCapture, s: 16, x: ignoreWhitespace }[letter] ?? 0;
  const flags = Object.entries(flagsOf)
    .filter(([bit]) => active & Number(bit))
    .map(([, flag]) => flag)
    .join('');
  const body = convert(source.slice(inline?.[0].length ?? 0), active);
  try {
    return new RegExp(body, `${flags}gd`);
  } catch (error) {
    throw new ExpressionError('ArgumentException', `parsing "${source}" - ${(error as Error).message}`);
  }
}

const pieces =
  /\\[AzZG]|\\p\{Is\w+\}|\\[pP]\{\w+\}|\\.|\[(?:\^?\]?)(?:\\.|[^\]\\])*\]|\(\?#[^)]*\)|\(\?<([A-Za-z_]\w*)>|\(\?'([A-Za-z_]\w*)'|\(\?>|\(\?\(|\((?!\?)|\$|[^]/g;

function convert(source: string, options: number): string {
  const multiline = (options & 2) !== 0;
  return source.replace(pieces, (piece: string, name?: string, quotedName?: string) => {
    if (piece === '\\A') return '(?<![^])';
    if (piece === '\\z') return '(?![^])';
    if (piece === '\\Z') return '(?=\\n?(?![^]))';
    if (piece === '\\G') return unsupported('\\G');
    if (piece.startsWith('(?#')) return '';
    if (piece === '(?>') return unsupported('an atomic group');
    if (piece === '(?(') return unsupported('a conditional group');
    if (name ?? quotedName) return `(?<${name ?? quotedName}>`;
    if (piece === '(' && options & explicitCapture) return '(?:';
    // Without Multiline, $ also matches before a last line feed in .NET.
    if (piece === '$' && !multiline) return '(?=\\n?(?![^]))';
    if (/^\\[pP]\{/.test(piece)) return unicodeClass(piece);
    if (piece.startsWith('[')) return characterClass(piece);
    if (options & ignoreWhitespace && /^\s$/.test(piece)) return '';
    return piece;
  });
}

function unsupported(what: string): never {
  throw new ExpressionError('NotSupportedException', `${what} in a regular expression is not supported`);
}

const categories: Readonly<Record<string, string>> = {
  L: 'A-Za-z\\u00aa\\u00b5\\u00ba\\u00c0-\\u00d6\\u00d8-\\u00f6\\u00f8-\\u02c1\\u0370-\\u0373\\u0376\\u0377\\u037b-\\u037d\\u0386-\\u0481\\u048a-\\u0556\\u0561-\\u0587\\u05d0-\\u05ea\\u0620-\\u064a\\u0904-\\u0939\\u0e01-\\u0e30\\u3041-\\u3096\\u30a1-\\u30fa\\u4e00-\\u9fff\\uac00-\\ud7a3',
  Lu: 'A-Z\\u00c0-\\u00d6\\u00d8-\\u00de\\u0391-\\u03a9\\u0410-\\u042f',
  Ll: 'a-z\\u00df-\\u00f6\\u00f8-\\u00ff\\u03b1-\\u03c9\\u0430-\\u044f',
  N: '0-9\\u00b2\\u00b3\\u00b9\\u00bc-\\u00be\\u0660-\\u0669',
  Nd: '0-9\\u0660-\\u0669\\u06f0-\\u06f9\\u0966-\\u096f',
  P: '!-#%-*,-/:;?@\\[-\\]_{}\\u00a1\\u00a7\\u00ab\\u00b6\\u00b7\\u00bb\\u00bf\\u2010-\\u2027\\u2030-\\u205e',
};

function unicodeClass(piece: string): string {
  const category = /\{(\w+)\}/.exec(piece)?.[1] ?? '';
  const range = Object.hasOwn(categories, category) ? categories[category] : undefined;
  if (!range) return unsupported(`\\p{${category}}`);
  return `[${piece[1] === 'P' ? '^' : ''}${range}]`;
}

function characterClass(piece: string): string {
  if (/-\[[^\]]*\]?/.test(piece.slice(1)) && /[^\\]-\[/.test(piece))
    return unsupported('subtraction in a character class');
  return piece
    .replace(/^\[(\^?)\]/, '[$1\\]')
    .replaceAll(
      /\\p\{(\w+)\}/g,
      (_whole, category: string) =>
        (Object.hasOwn(categories, category) ? categories[category] : undefined) ?? unsupported(`\\p{${category}}`),
    );
}

export class NetGroup {
  static readonly missing = new NetGroup('', undefined, 0);
  readonly name: string;
  readonly success: boolean;
  readonly value: string;
  readonly index: number;
  constructor(name: string, value: string | undefined, index: number) {
    this.name = name;
    this.success = value !== undefined;
    this.value = value ?? '';
    this.index = index;
  }

  toNetString(): string {
    return this.value;
  }
}

export class NetMatch extends NetGroup {
  readonly groups: readonly NetGroup[];
  readonly #found: RegExpExecArray | RegExpMatchArray | null;
  readonly #text: string;
  readonly #pattern: RegExp;

  constructor(found: RegExpExecArray | RegExpMatchArray | null, text: string, pattern: RegExp) {
    super('0', found?.[0], found?.index ?? 0);
    this.#found = found;
    this.#text = text;
    this.#pattern = pattern;
    const names = Object.entries(found?.indices?.groups ?? {});
    this.groups = found
      ? Array.from(found, (value, i) => {
          const range = found.indices?.[i];
          const name = names.find(([, span]) => span !== undefined && span === range)?.[0] ?? String(i);
          return new NetGroup(name, value, range?.[0] ?? 0);
        })
      : [];
  }

  named(name: string): NetGroup {
    if (/^\d+$/.test(name)) return this.groups[Number(name)] ?? NetGroup.missing;
    const value = this.#found?.groups?.[name];
    return new NetGroup(name, value, this.#found?.indices?.groups?.[name]?.[0] ?? 0);
  }

  next(): NetMatch {
    this.#pattern.lastIndex = this.index + Math.max(1, this.value.length);
    const found = this.success ? this.#pattern.exec(this.#text) : null;
    this.#pattern.lastIndex = 0;
    return new NetMatch(found, this.#text, this.#pattern);
  }

  /** A replacement pattern: `$1`, `${name}`, `$$`, `$&`. */
  expand(replacement: string): string {
    return replacement.replace(
      /\$(?:(\d+)|\{(\w+)\}|(\$)|(&))/g,
      (whole, number?: string, name?: string, dollar?: string) => {
        if (dollar) return '$';
        const key = number ?? name;
        if (key === undefined) return this.value;
        if (/^\d+$/.test(key))
          return Number(key) < this.groups.length ? (this.groups[Number(key)]?.value ?? '') : whole;
        return this.named(key).value;
      },
    );
  }

  toNetItems(): readonly NetGroup[] {
    return this.groups;
  }
}
