import type { Search } from './match-regex.ts';
import { isAsciiWord, isBoundaryWord, type Test } from './regex-classes.ts';
import type { Anchor } from './regex-node.ts';

/** Whether an anchor holds at a place in a text. */
export function holds(anchor: Anchor, { text, begin, end, from }: Search, at: number): boolean {
  const isWord = (i: number, test: Test) => i >= begin && i < end && test(text.charCodeAt(i));
  const isBoundary = (test: Test) => isWord(at - 1, test) !== isWord(at, test);
  switch (anchor) {
    case 'start':
      return at === begin;
    case 'end':
      return at === end;
    case 'last end':
      return at === end || (at === end - 1 && text[at] === '\n');
    case 'line start':
      return at === begin || text[at - 1] === '\n';
    case 'line end':
      return at === end || text[at] === '\n';
    case 'boundary':
      return isBoundary(isBoundaryWord);
    case 'no boundary':
      return !isBoundary(isBoundaryWord);
    case 'ascii boundary':
      return isBoundary(isAsciiWord);
    case 'no ascii boundary':
      return !isBoundary(isAsciiWord);
    default:
      return at === from;
  }
}
