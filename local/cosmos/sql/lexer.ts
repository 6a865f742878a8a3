import { badRequest } from '../errors.ts';

export interface Token {
  kind: 'string' | 'number' | 'parameter' | 'word' | 'symbol' | 'end';
  /** A string without its quotes and escapes; everything else as written. */
  value: string;
  /** A word in upper case: keywords are recognised whatever their case. */
  upper: string;
  start: number;
  end: number;
}

const pattern = new RegExp(
  [
    String.raw`(?<space>\s+|--[^\n]*|/\*[\s\S]*?\*/)`,
    String.raw`(?<string>"(?:[^"\\]|\\[\s\S])*"|'(?:[^'\\]|\\[\s\S])*')`,
    String.raw`(?<number>(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?)`,
    String.raw`(?<parameter>@[A-Za-z_]\w*)`,
    String.raw`(?<word>[\p{L}_$][\p{L}\p{N}_$]*)`,
    String.raw`(?<symbol>\?\?|\|\||<>|!=|<=|>>>|<<|>>|>=|[-+*/%=<>(),.[\]{}:?&|^~])`,
  ].join('|'),
  'yu',
);

export function tokens(text: string): Token[] {
  const found: Token[] = [];
  pattern.lastIndex = 0;
  while (pattern.lastIndex < text.length) {
    const start = pattern.lastIndex;
    const groups = pattern.exec(text)?.groups;
    if (!groups) throw syntaxError(text.slice(start, start + 12).split(/\s/)[0]!);
    const end = pattern.lastIndex;
    const { string, number, parameter, word, symbol } = groups;
    if (string !== undefined)
      found.push({ kind: 'string', value: unescaped(string.slice(1, -1)), upper: '', start, end });
    else if (number !== undefined) found.push({ kind: 'number', value: number, upper: '', start, end });
    else if (parameter !== undefined) found.push({ kind: 'parameter', value: parameter, upper: '', start, end });
    else if (word !== undefined) found.push({ kind: 'word', value: word, upper: word.toUpperCase(), start, end });
    else if (symbol !== undefined) found.push({ kind: 'symbol', value: symbol, upper: symbol, start, end });
  }
  found.push({ kind: 'end', value: '', upper: '', start: text.length, end: text.length });
  return found;
}

export function syntaxError(near: string) {
  const detail = { severity: 'Error', code: 'SC1001', message: `Syntax error, incorrect syntax near '${near}'.` };
  return badRequest(JSON.stringify({ errors: [detail] }));
}

const escapes: Record<string, string> = { b: '\b', f: '\f', n: '\n', r: '\r', t: '\t' };

function unescaped(text: string): string {
  return text.replace(/\\(?:u([0-9a-fA-F]{4})|([\s\S]))/g, (_, hex: string | undefined, char: string) =>
    hex ? String.fromCharCode(Number.parseInt(hex, 16)) : (escapes[char] ?? char),
  );
}
