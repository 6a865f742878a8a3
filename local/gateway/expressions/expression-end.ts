/**
 * Where the `@(...)` or `@{...}` that begins at `start` ends (the index after its last bracket), or -1.
 * Follows C#'s strings, characters and comments, so that brackets and quotes inside them do not count.
 */
export function expressionEnd(source: string, start: number): number {
  if (source[start] !== '@') return -1;
  return bracketEnd(source, start + 1);
}

const closing: Readonly<Record<string, string>> = { '(': ')', '{': '}', '[': ']' };

function bracketEnd(source: string, open: number): number {
  const first = source[open];
  if (first !== '(' && first !== '{') return -1;
  const expected: string[] = [];
  let i = open;
  while (i < source.length) {
    const char = source[i] as string;
    const skipped = skipLiteral(source, i);
    if (skipped === -1) return -1;
    if (skipped > i) {
      i = skipped;
      continue;
    }
    const close = closing[char];
    if (close) expected.push(close);
    else if (char === ')' || char === '}' || char === ']') {
      if (expected.pop() !== char) return -1;
      if (expected.length === 0) return i + 1;
    }
    i++;
  }
  return -1;
}

/** The index after the comment, string or character at `i`; `i` itself if there is none; -1 if it never ends. */
function skipLiteral(source: string, i: number): number {
  const char = source[i];
  const next = source[i + 1];
  if (char === '/' && next === '/') {
    const end = source.indexOf('\n', i);
    return end === -1 ? -1 : end + 1;
  }
  if (char === '/' && next === '*') {
    const end = source.indexOf('*/', i + 2);
    return end === -1 ? -1 : end + 2;
  }
  if (char === "'") return plainStringEnd(source, i + 1, "'");
  if (char === '"') return plainStringEnd(source, i + 1, '"');
  if (char === '@' && next === '"') return verbatimEnd(source, i + 2);
  if (char === '$' && next === '"') return interpolatedEnd(source, i + 2, false);
  if ((char === '$' && next === '@') || (char === '@' && next === '$'))
    return source[i + 2] === '"' ? interpolatedEnd(source, i + 3, true) : i;
  return i;
}

function plainStringEnd(source: string, from: number, quote: string): number {
  for (let i = from; i < source.length; i++) {
    if (source[i] === '\\') i++;
    else if (source[i] === quote) return i + 1;
    else if (source[i] === '\n') return -1;
  }
  return -1;
}

function verbatimEnd(source: string, from: number): number {
  for (let i = from; i < source.length; i++) {
    if (source[i] !== '"') continue;
    if (source[i + 1] !== '"') return i + 1;
    i++;
  }
  return -1;
}

function interpolatedEnd(source: string, from: number, verbatim: boolean): number {
  let i = from;
  while (i < source.length) {
    const char = source[i];
    if (char === '{' && source[i + 1] === '{') i += 2;
    else if (char === '{') {
      i = bracketEnd(source, i);
      if (i === -1) return -1;
    } else if (char === '\\' && !verbatim) i += 2;
    else if (char === '"') {
      if (!verbatim || source[i + 1] !== '"') return i + 1;
      i += 2;
    } else i++;
  }
  return -1;
}
