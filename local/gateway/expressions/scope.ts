import type { Code, Frame, StatementCode } from './code.ts';
import { types, type NetType } from './net-type.ts';
import { SyntaxProblem } from './tokens.ts';
import type { TypeRegistry } from './type-registry.ts';
import type { Node, Statement } from './syntax.ts';

/** A variable that a lambda uses too lives in a cell, which the lambda keeps. */
interface Cell {
  value: unknown;
}

export interface Variable {
  slot: number;
  type: NetType;
  cell: boolean;
  home: FunctionScope;
  /** Set for a constant. */
  constant?: { value: unknown } | undefined;
  /** See `Code.origin`. */
  origin?: unknown;
  readOnly?: boolean;
}

/** One function's variables: the expression itself, or a lambda in it. */
export class FunctionScope {
  readonly parent: FunctionScope | undefined;
  /** Unlike that of any other function of the expression. */
  readonly id: number;
  slots = 0;
  readonly captures: { from: number; to: number }[] = [];
  readonly #imported = new Map<Variable, Variable>();
  /** What `return` gives; undefined while that is still to be found out. */
  returns: NetType | undefined;
  readonly returned: Code[] = [];
  /** Variables without a value yet. */
  unassigned = new Set<string>();
  /** What `break` leaves, the innermost last; `continue` passes over a `switch`. */
  readonly loops: { continues: boolean; broken: boolean }[] = [];
  /** How many `finally` blocks stand around, which `return` cannot leave. */
  finals = 0;
  /** Where the exception stands that a `throw` alone throws again. */
  caught: number | undefined;

  constructor(id = 0, parent?: FunctionScope) {
    this.id = id;
    this.parent = parent;
  }

  /** An outer function's variable, as this one finds it. */
  import(variable: Variable): Variable {
    if (variable.home === this) return variable;
    const known = this.#imported.get(variable);
    if (known) return known;
    const outer = (this.parent as FunctionScope).import(variable);
    const own: Variable = { ...outer, slot: this.slots++, home: this };
    this.captures.push({ from: outer.slot, to: own.slot });
    this.#imported.set(variable, own);
    return own;
  }
}

/** What all scopes of one expression share. */
interface Root {
  registry: TypeRegistry;
  touched: Set<string>;
  /** Names that lambdas use of what is outside them. */
  captured: ReadonlySet<string>;
  /** How lambdas were compiled for parameters of given types. */
  lambdas: WeakMap<Node, Map<string, unknown>>;
  steps: number;
  functions: number;
}

/** The names an expression may use at one point. */
export class Scope {
  readonly root: Root;
  readonly function: FunctionScope;
  readonly #parent: Scope | undefined;
  readonly #variables = new Map<string, Variable>();
  /** Whether arithmetic is checked for overflow. */
  checked: boolean | undefined;
  /** Holds the target of `?.` while the rest of its chain runs. */
  hole: Variable | undefined;

  constructor(root: Root, home: FunctionScope, parent?: Scope) {
    this.root = root;
    this.function = home;
    this.#parent = parent;
    this.checked = parent?.checked;
    this.hole = parent?.hole;
  }

  static outermost(registry: TypeRegistry, captured: ReadonlySet<string>): Scope {
    const root = {
      registry,
      touched: new Set<string>(),
      captured,
      lambdas: new WeakMap<Node, Map<string, unknown>>(),
      steps: 0,
      functions: 0,
    };
    return new Scope(root, new FunctionScope());
  }

  get registry(): TypeRegistry {
    return this.root.registry;
  }

  inner(): Scope {
    return new Scope(this.root, this.function, this);
  }

  /** The scope of a lambda's parameters. */
  lambda(): Scope {
    const inside = new Scope(this.root, new FunctionScope(++this.root.functions, this.function), this);
    inside.hole = undefined;
    return inside;
  }

  /** Binding overloads tries lambdas again and again: a hostile expression must meet an end. */
  step(at: number): void {
    if (++this.root.steps > 20_000) throw new SyntaxProblem('this expression is too complex', at);
  }

  declare(name: string, type: NetType, at: number): Variable {
    if (type === types.void || type === types.null || type.name === 'lambda')
      throw new SyntaxProblem(`"${name}" cannot have the type ${type.key}`, at);
    if (this.find(name)) throw new SyntaxProblem(`"${name}" is already declared`, at);
    const variable: Variable = { ...this.temporary(type), cell: this.root.captured.has(name) };
    this.#variables.set(name, variable);
    return variable;
  }

  temporary(type: NetType): Variable {
    return { slot: this.function.slots++, type, cell: false, home: this.function };
  }

  find(name: string): Variable | undefined {
    const found = this.#lookUp(name);
    return found && this.function.import(found);
  }

  #lookUp(name: string): Variable | undefined {
    return this.#variables.get(name) ?? (this.#parent ? this.#parent.#lookUp(name) : undefined);
  }
}

export function store(variable: Variable): (frame: Frame, value: unknown) => void {
  const { slot } = variable;
  return variable.cell
    ? (frame, value) => void ((frame.locals[slot] as Cell).value = value)
    : (frame, value) => void (frame.locals[slot] = value);
}

/** Gives a variable its first value, in a cell of its own if a lambda may keep it. */
export function initialize(variable: Variable): (frame: Frame, value: unknown) => void {
  const { slot } = variable;
  return variable.cell
    ? (frame, value) => void (frame.locals[slot] = { value })
    : (frame, value) => void (frame.locals[slot] = value);
}

export function load(variable: Variable): (frame: Frame) => unknown {
  const { slot } = variable;
  return variable.cell ? (frame) => (frame.locals[slot] as Cell).value : (frame) => frame.locals[slot];
}

/** The compilers of expressions and statements call each other; each is handed the other this way. */
export interface Compiler {
  expression(node: Node, scope: Scope): Code;
  statement(statement: Statement, scope: Scope): StatementCode;
}

/** What has no value after two ways that meet again; a way that does not come there does not count. */
export function merge(a: Set<string>, aEnds: boolean, b: Set<string>, bEnds: boolean): Set<string> {
  if (!aEnds) return b;
  return bEnds ? new Set([...a, ...b]) : a;
}
