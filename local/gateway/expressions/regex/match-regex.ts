import { ExpressionError } from '../../errors.ts';
import type { Program, Step } from './compile-regex.ts';
import { holds } from './regex-anchors.ts';
import { lowerUnit, type Test } from './regex-classes.ts';

/** Where a group was found: the first unit and the one after the last. */
export type Span = readonly [start: number, end: number];

/** What a text is searched for with. */
export interface Search {
  text: string;
  /** What is before `begin` and from `end` on does not exist. */
  begin: number;
  end: number;
  /** Where `\G` holds. */
  from: number;
  /** Milliseconds of the clock at which the search gives up. */
  deadline: number;
}

/** What the stack says to do when what was tried fails. */
const goOn = 0;
const fewer = 1;
const more = 2;
const setRegister = 3;
const dropCapture = 4;
const putCapture = 5;
const entrySize = 4;

/** Tries a compiled regular expression on a text, with a stack of what else there is to try. */
export class RegexRun {
  readonly captures = new Map<number, Span[]>();
  readonly #steps: readonly Step[];
  readonly #registers: number[];
  readonly #search: Search;
  readonly #stack: number[] = [];
  #tries = 0;

  constructor({ steps, registers }: Program, search: Search) {
    this.#steps = steps;
    this.#registers = Array.from({ length: registers }, () => 0);
    this.#search = search;
  }

  /** Where the match that begins at `at` ends; -1 without one. Throws RegexMatchTimeoutException. */
  try(at: number): number {
    this.#stack.length = 0;
    this.captures.clear();
    return this.#run(0, at);
  }

  #run(first: number, from: number): number {
    const base = this.#stack.length;
    const { text, begin, end } = this.#search;
    const stack = this.#stack;
    let at = from;
    let next = first;
    for (;;) {
      const step = this.#steps[next] as Step;
      next++;
      let failed = false;
      switch (step.op) {
        case 'unit': {
          const i = step.step === 1 ? at : at - 1;
          if (i >= begin && i < end && step.test(text.charCodeAt(i))) at += step.step;
          else failed = true;
          break;
        }
        case 'units': {
          const { test, min, max, lazy, step: by } = step;
          const taken = this.#take(test, at, lazy ? min : max, by);
          if (taken < min) failed = true;
          else if (lazy) {
            if (max > taken) stack.push(more, next - 1, at + by * taken, taken);
          } else if (taken > min) stack.push(fewer, next - 1, at + by * taken, taken);
          at += by * taken;
          break;
        }
        case 'jump':
          next = step.to;
          break;
        case 'split':
          stack.push(goOn, step.other, at, 0);
          break;
        case 'open':
          this.#set(step.register, at);
          break;
        case 'close':
          failed = !this.#close(step, at);
          break;
        case 'loop start':
          this.#set(step.register, -1);
          this.#set(step.register + 1, -1);
          break;
        case 'loop':
          next = this.#loop(step, at, next);
          break;
        case 'look': {
          const inner = this.#stack.length;
          const found = this.#run(next, at) !== -1;
          if (found && !step.negative) this.#commit(inner);
          else this.#rewind(inner);
          failed = found === step.negative;
          next = step.end;
          break;
        }
        case 'atomic': {
          const inner = this.#stack.length;
          const found = this.#run(next, at);
          if (found === -1) failed = true;
          else {
            this.#commit(inner);
            at = found;
            next = step.end;
          }
          break;
        }
        case 'if': {
          const inner = this.#stack.length;
          const found = this.#run(next, at) !== -1;
          if (found) this.#commit(inner);
          next = found ? step.end : step.otherwise;
          break;
        }
        case 'if group':
          if (!this.captures.get(step.group)?.length) next = step.otherwise;
          break;
        case 'reference': {
          const length = this.#referenced(step, at);
          if (length === -1) failed = true;
          else at += step.step * length;
          break;
        }
        case 'anchor':
          failed = !holds(step.anchor, this.#search, at);
          break;
        default:
          return at;
      }
      if (!failed) continue;
      const entry = this.#back(base);
      if (entry === undefined) return -1;
      [next, at] = entry;
    }
  }

  /** How many units from `at` on pass, up to `most`. */
  #take(test: Test, at: number, most: number, step: 1 | -1): number {
    const { text, begin, end } = this.#search;
    const room = Math.min(most, step === 1 ? end - at : at - begin);
    let taken = 0;
    if (step === 1) while (taken < room && test(text.charCodeAt(at + taken))) taken++;
    else while (taken < room && test(text.charCodeAt(at - taken - 1))) taken++;
    return taken;
  }

  #set(register: number, value: number): void {
    this.#stack.push(setRegister, register, this.#registers[register] as number, 0);
    this.#registers[register] = value;
  }

  #loop({ register, min, max, lazy, exit }: Extract<Step, { op: 'loop' }>, at: number, body: number): number {
    const count = (this.#registers[register] as number) + 1;
    const isEmpty = count > 0 && this.#registers[register + 1] === at;
    // A turn that takes nothing ends a loop, for another would take nothing again.
    if (count >= max || (isEmpty && count >= min)) return exit;
    if (lazy && count >= min) {
      this.#stack.push(goOn, body - 1, at, 1);
      return exit;
    }
    if (count >= min) this.#stack.push(goOn, exit, at, 0);
    this.#set(register, count);
    this.#set(register + 1, at);
    return body;
  }

  /** Undoes what was done since the last thing left to try, and takes that up. */
  #back(base: number): [next: number, at: number] | undefined {
    this.#checkTime();
    const stack = this.#stack;
    while (stack.length > base) {
      const last = stack.length - entrySize;
      const [kind, where, at, extra] = [stack[last], stack[last + 1], stack[last + 2], stack[last + 3]] as [
        number,
        number,
        number,
        number,
      ];
      stack.length = last;
      if (kind === goOn) return this.#resume(where, at, extra === 1);
      if (kind >= setRegister) {
        this.#undo(kind, where, at, extra);
        continue;
      }
      const { test, min, max, step } = this.#steps[where] as Extract<Step, { op: 'units' }>;
      if (kind === fewer) {
        if (extra - 1 > min) stack.push(fewer, where, at - step, extra - 1);
        return [where + 1, at - step];
      }
      if (this.#take(test, at, 1, step) === 0) continue;
      if (extra + 1 < max) stack.push(more, where, at + step, extra + 1);
      return [where + 1, at + step];
    }
    return undefined;
  }

  /** Goes on at a step; with `again`, that is another turn of a lazy loop. */
  #resume(where: number, at: number, again: boolean): [next: number, at: number] {
    if (!again) return [where, at];
    const { register } = this.#steps[where] as Extract<Step, { op: 'loop' }>;
    this.#set(register, (this.#registers[register] as number) + 1);
    this.#set(register + 1, at);
    return [where + 1, at];
  }

  #undo(kind: number, where: number, value: number, end: number): void {
    if (kind === setRegister) this.#registers[where] = value;
    else if (kind === dropCapture) this.captures.get(where)?.pop();
    else this.captures.get(where)?.push([value, end]);
  }

  #rewind(base: number): void {
    const stack = this.#stack;
    while (stack.length > base) {
      const [kind, where, at, extra] = stack.splice(-entrySize) as [number, number, number, number];
      if (kind >= setRegister) this.#undo(kind, where, at, extra);
    }
  }

  /** Forgets what else there was to try since, but not how to undo what was done. */
  #commit(base: number): void {
    const stack = this.#stack;
    let kept = base;
    for (let i = base; i < stack.length; i += entrySize) {
      if ((stack[i] as number) < setRegister) continue;
      stack.copyWithin(kept, i, i + entrySize);
      kept += entrySize;
    }
    stack.length = kept;
  }

  #close({ register, group, popped }: Extract<Step, { op: 'close' }>, at: number): boolean {
    const from = this.#registers[register] as number;
    let [start, end] = from <= at ? [from, at] : [at, from];
    if (popped !== undefined) {
      const span = this.captures.get(popped)?.pop();
      if (!span) return false;
      this.#stack.push(putCapture, popped, span[0], span[1]);
      // The text between what is taken away and this.
      if (start >= span[1]) [start, end] = [span[1], start];
      else if (end <= span[0]) start = span[0];
      else [start, end] = [Math.max(start, span[0]), Math.min(end, span[1])];
    }
    if (group === undefined) return true;
    const spans = this.captures.get(group);
    if (spans) spans.push([start, end]);
    else this.captures.set(group, [[start, end]]);
    this.#stack.push(dropCapture, group, 0, 0);
    return true;
  }

  /** How long the text of a group is that stands here again; -1 where it does not. */
  #referenced({ group, ignoreCase, ecma, step }: Extract<Step, { op: 'reference' }>, at: number): number {
    const span = this.captures.get(group)?.at(-1);
    if (!span) return ecma ? 0 : -1;
    const { text, begin, end } = this.#search;
    const length = span[1] - span[0];
    const from = step === 1 ? at : at - length;
    if (from < begin || from + length > end) return -1;
    for (let i = 0; i < length; i++) {
      const [a, b] = [text.charCodeAt(span[0] + i), text.charCodeAt(from + i)];
      if (ignoreCase ? lowerUnit(a) !== lowerUnit(b) : a !== b) return -1;
    }
    return length;
  }

  #checkTime(): void {
    const { deadline } = this.#search;
    if (++this.#tries % 4096 !== 0 || performance.now() < deadline) return;
    throw new ExpressionError(
      'RegexMatchTimeoutException',
      'The RegEx engine has timed out while trying to match a pattern to an input string. This can occur for many reasons, including very large inputs or excessive backtracking caused by nested quantifiers, back-references and other factors.',
    );
  }
}
