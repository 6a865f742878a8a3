import type { Test } from './regex-classes.ts';

/** The numbers that .NET gives to RegexOptions. */
export const regexOptions = {
  ...{ None: 0, IgnoreCase: 1, Multiline: 2, ExplicitCapture: 4, Compiled: 8, Singleline: 16 },
  ...{ IgnorePatternWhitespace: 32, RightToLeft: 64, ECMAScript: 256, CultureInvariant: 512 },
} as const;

export type Anchor =
  | 'start'
  | 'end'
  | 'last end'
  | 'line start'
  | 'line end'
  | 'boundary'
  | 'no boundary'
  | 'ascii boundary'
  | 'no ascii boundary'
  | 'continuation';

/** One UTF-16 unit: that of the code, or any that passes the test. */
export interface Unit {
  kind: 'unit';
  code: number;
  ignoreCase: boolean;
  test: Test | undefined;
}

/** A part of a regular expression. Groups go by the numbers that .NET gives them. */
export type RegexNode =
  | Unit
  | { kind: 'sequence'; items: readonly RegexNode[] }
  | { kind: 'choice'; items: readonly RegexNode[] }
  | { kind: 'loop'; item: RegexNode; min: number; max: number; lazy: boolean }
  /** Captures into `group`, if any, and takes the last capture of `popped`, if any, away. */
  | { kind: 'group'; item: RegexNode; group: number | undefined; popped: number | undefined }
  | { kind: 'look'; item: RegexNode; behind: boolean; negative: boolean }
  | { kind: 'atomic'; item: RegexNode }
  | { kind: 'reference'; group: number; ignoreCase: boolean; ecma: boolean }
  | { kind: 'anchor'; anchor: Anchor }
  | { kind: 'if group'; group: number; yes: RegexNode; otherwise: RegexNode }
  | { kind: 'if'; test: RegexNode; yes: RegexNode; otherwise: RegexNode };

export interface ParsedRegex {
  root: RegexNode;
  /** The numbers of the groups, in order; 0 is the whole. */
  numbers: readonly number[];
  /** A group's number by its name. */
  names: ReadonlyMap<string, number>;
}

/** A loop; one of nothing but another is one with it, as far as that means the same. */
export function repeated(item: RegexNode, min: number, max: number, lazy: boolean): RegexNode {
  const merges =
    item.kind === 'loop' && item.lazy === lazy && !(min === 0 && item.min > 1) && item.max >= item.min * 2 && max > 0;
  if (!merges) return { kind: 'loop', item, min, max, lazy };
  return { kind: 'loop', item: item.item, min: item.min * min, max: item.max * max, lazy };
}

/** A unit that passes a test. */
export function unitOf(test: Test): Unit {
  return { kind: 'unit', code: -1, ignoreCase: false, test };
}
