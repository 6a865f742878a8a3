import { SyntaxProblem } from './tokens.ts';
import type { TypeRegistry } from './type-registry.ts';
import type { Node, Statement } from './syntax.ts';

/** What a running expression works on. */
export interface Frame {
  context: unknown;
  locals: unknown[];
  /** Set by `return`. */
  result: unknown;
}

/** A compiled expression: how to evaluate it, and its static type where that is known. */
export interface Code {
  run(frame: Frame): unknown;
  type: string | undefined;
  /** An integer literal, which fits itself to the other side of an operator. */
  literal?: boolean;
}

interface Variable {
  slot: number;
  type: string | undefined;
}

/** The names an expression may use at one point, and how its parts are compiled. */
export class Scope {
  readonly types: TypeRegistry;
  readonly #root: { slots: number; anonymous: Set<string>; visited: Set<string> };
  readonly #parent: Scope | undefined;
  readonly #variables = new Map<string, Variable>();
  /** Holds the target of `?.` while the rest of its chain runs. */
  hole: Variable | undefined;

  constructor(types: TypeRegistry, parent?: Scope) {
    this.types = types;
    this.#parent = parent;
    this.#root = parent ? parent.#root : { slots: 0, anonymous: new Set(), visited: new Set() };
    this.hole = parent?.hole;
  }

  inner(): Scope {
    return new Scope(this.types, this);
  }

  get slots(): number {
    return this.#root.slots;
  }

  /** Names of members that anonymous objects of this expression have. */
  get anonymousMembers(): Set<string> {
    return this.#root.anonymous;
  }

  /** `Type.Member` of everything the expression touches whose type is known. */
  get touched(): Set<string> {
    return this.#root.visited;
  }

  declare(name: string, type: string | undefined, at: number): Variable {
    if (this.find(name)) throw new SyntaxProblem(`"${name}" is already declared`, at);
    const variable = this.temporary(type);
    this.#variables.set(name, variable);
    return variable;
  }

  temporary(type: string | undefined): Variable {
    return { slot: this.#root.slots++, type };
  }

  find(name: string): Variable | undefined {
    return this.#variables.get(name) ?? this.#parent?.find(name);
  }
}

/** The two compilers call each other; each is handed the other this way. */
export interface Compiler {
  expression(node: Node, scope: Scope): Code;
  statement(statement: Statement, scope: Scope): StatementCode;
}

/** What a statement did: undefined went on to the next. */
export type Signal = 'break' | 'continue' | 'return' | undefined;
export type StatementCode = (frame: Frame) => Signal;
