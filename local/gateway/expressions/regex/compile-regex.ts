import { lowerUnit, type Test } from './regex-classes.ts';
import type { Anchor, RegexNode, Unit } from './regex-node.ts';

/** Steps of a compiled regular expression. They run from the first on until `match`. */
export type Step =
  /** Takes units that pass: `min` of them at least, `max` at most. */
  | { op: 'units'; test: Test; min: number; max: number; lazy: boolean; step: 1 | -1 }
  | { op: 'unit'; test: Test; step: 1 | -1 }
  | { op: 'jump'; to: number }
  /** Goes on with the next step, and at `other` if that fails. */
  | { op: 'split'; other: number }
  | { op: 'open'; register: number }
  | { op: 'close'; register: number; group: number | undefined; popped: number | undefined }
  /** Registers hold how often a loop ran, and where its last turn began. */
  | { op: 'loop start'; register: number }
  | { op: 'loop'; register: number; min: number; max: number; lazy: boolean; exit: number }
  | { op: 'look'; negative: boolean; end: number }
  | { op: 'atomic'; end: number }
  | { op: 'if'; otherwise: number; end: number }
  | { op: 'if group'; group: number; otherwise: number }
  | { op: 'reference'; group: number; ignoreCase: boolean; ecma: boolean; step: 1 | -1 }
  | { op: 'anchor'; anchor: Anchor }
  | { op: 'match' };

export interface Program {
  steps: readonly Step[];
  registers: number;
}

/** Compiles to steps that walk over the text, backwards if so told and in lookbehinds. */
export function compileRegex(root: RegexNode, backwards: boolean): Program {
  const compiler = new RegexCompiler();
  compiler.emit(root, backwards ? -1 : 1);
  compiler.steps.push({ op: 'match' });
  return { steps: compiler.steps, registers: compiler.registers };
}

class RegexCompiler {
  readonly steps: Step[] = [];
  registers = 0;

  emit(node: RegexNode, step: 1 | -1): void {
    const { steps } = this;
    switch (node.kind) {
      case 'unit':
        steps.push({ op: 'unit', test: testOf(node), step });
        break;
      case 'sequence':
        for (const item of step === 1 ? node.items : node.items.toReversed()) this.emit(item, step);
        break;
      case 'choice':
        this.#choice(node.items, step);
        break;
      case 'loop':
        this.#loop(node, step);
        break;
      case 'group': {
        const register = this.registers++;
        steps.push({ op: 'open', register });
        this.emit(node.item, step);
        steps.push({ op: 'close', register, group: node.group, popped: node.popped });
        break;
      }
      case 'look': {
        const look = this.#put({ op: 'look', negative: node.negative, end: 0 });
        this.emit(node.item, node.behind ? -1 : 1);
        steps.push({ op: 'match' });
        look.end = steps.length;
        break;
      }
      case 'atomic': {
        const atomic = this.#put({ op: 'atomic', end: 0 });
        this.emit(node.item, step);
        steps.push({ op: 'match' });
        atomic.end = steps.length;
        break;
      }
      case 'reference':
        steps.push({ op: 'reference', group: node.group, ignoreCase: node.ignoreCase, ecma: node.ecma, step });
        break;
      case 'anchor':
        steps.push({ op: 'anchor', anchor: node.anchor });
        break;
      case 'if group': {
        const test = this.#put({ op: 'if group', group: node.group, otherwise: 0 });
        this.#branches(test, node.yes, node.otherwise, step);
        break;
      }
      default: {
        const test = this.#put({ op: 'if', end: 0, otherwise: 0 });
        this.emit(node.test, step);
        steps.push({ op: 'match' });
        test.end = steps.length;
        this.#branches(test, node.yes, node.otherwise, step);
      }
    }
  }

  /** Adds a step whose targets are set when they are known. */
  #put<S extends Step>(step: S): S {
    this.steps.push(step);
    return step;
  }

  #branches(test: { otherwise: number }, yes: RegexNode, otherwise: RegexNode, step: 1 | -1): void {
    this.emit(yes, step);
    const out = this.#put({ op: 'jump', to: 0 });
    test.otherwise = this.steps.length;
    this.emit(otherwise, step);
    out.to = this.steps.length;
  }

  #choice(items: readonly RegexNode[], step: 1 | -1): void {
    const outs: { to: number }[] = [];
    for (const [i, item] of items.entries()) {
      const split = i < items.length - 1 ? this.#put({ op: 'split', other: 0 }) : undefined;
      this.emit(item, step);
      if (!split) break;
      outs.push(this.#put({ op: 'jump', to: 0 }));
      split.other = this.steps.length;
    }
    for (const out of outs) out.to = this.steps.length;
  }

  #loop({ item, min, max, lazy }: Extract<RegexNode, { kind: 'loop' }>, step: 1 | -1): void {
    if (item.kind === 'unit') {
      this.steps.push({ op: 'units', test: testOf(item), min, max, lazy, step });
      return;
    }
    const register = this.registers;
    this.registers += 2;
    this.steps.push({ op: 'loop start', register });
    const at = this.steps.length;
    const loop = this.#put({ op: 'loop', register, min, max, lazy, exit: 0 });
    this.emit(item, step);
    this.steps.push({ op: 'jump', to: at });
    loop.exit = this.steps.length;
  }
}

function testOf({ code, ignoreCase, test }: Unit): Test {
  if (test) return test;
  return ignoreCase ? (given) => lowerUnit(given) === code : (given) => given === code;
}

/** The text that every match begins with, as far as that is plain to see. */
export function prefixOf(node: RegexNode): { text: string; whole: boolean } {
  if (node.kind === 'unit' && !node.test && !node.ignoreCase)
    return { text: String.fromCharCode(node.code), whole: true };
  if (node.kind === 'group' && node.popped === undefined) return prefixOf(node.item);
  if (node.kind !== 'sequence') return { text: '', whole: false };
  let text = '';
  for (const item of node.items) {
    const first = prefixOf(item);
    text += first.text;
    if (!first.whole) return { text, whole: false };
  }
  return { text, whole: true };
}
