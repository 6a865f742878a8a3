import type { NetMatch } from './net-match.ts';
import type { NetRegex } from './net-regex.ts';

const piece = /\$(?:([0-9]+)|\{(\w+)\}|([$&`'+_]))/gu;

/** A replacement pattern: `$1`, `${name}`, `$$`, `$&` and so on. What names no group stands for itself. */
export class Replacement {
  readonly #parts: readonly (string | ((match: NetMatch) => string))[];

  constructor(pattern: string, regex: NetRegex) {
    const parts: (string | ((match: NetMatch) => string))[] = [];
    let at = 0;
    for (const found of pattern.matchAll(piece)) {
      const [whole, number, name, mark] = found;
      const part = mark === undefined ? groupPart(number ?? (name as string), regex) : markPart(mark);
      parts.push(pattern.slice(at, found.index), part ?? whole);
      at = found.index + whole.length;
    }
    this.#parts = [...parts, pattern.slice(at)];
  }

  expand(match: NetMatch): string {
    return this.#parts.map((part) => (typeof part === 'string' ? part : part(match))).join('');
  }
}

function groupPart(name: string, regex: NetRegex): ((match: NetMatch) => string) | undefined {
  const number = regex.numberOf(/^[0-9]+$/.test(name) ? String(Number(name)) : name);
  return number === undefined ? undefined : (match) => match.group(number).value;
}

function markPart(mark: string): string | ((match: NetMatch) => string) {
  switch (mark) {
    case '$':
      return '$';
    case '&':
      return ({ value }) => value;
    case '`':
      return ({ text, index }) => text.slice(0, index);
    case "'":
      return ({ text, index, length }) => text.slice(index + length);
    case '+':
      return ({ groups }) => groups.at(-1)?.value ?? '';
    default:
      return ({ text }) => text;
  }
}
