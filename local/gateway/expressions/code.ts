import type { NetType } from './net-type.ts';
import type { SyntaxProblem } from './tokens.ts';
import type { Found } from './type-registry.ts';

/** What a running expression works on: one for each call of a function. */
export interface Frame {
  context: unknown;
  locals: unknown[];
  /** Set by `return`. */
  result: unknown;
}

/** A compiled expression: how to evaluate it, and its static type. */
export interface Code {
  run(frame: Frame): unknown;
  type: NetType;
  /** What the compiler knows it to be. */
  constant?: { value: unknown };
  /** A lambda or a method's name, which has no type before it is converted to one. */
  bindable?: Bindable;
  /** Objects of one origin are one object; see `sameObject`. */
  origin?: unknown;
  /** Where it can be assigned, and what it is then. */
  store?: Store;
  /** What has no value yet where a condition holds, and where it does not; left out where that is the same. */
  flow?: Flow;
  /** A member's name alone, as in `items.Select(int.Parse)`. */
  group?: { found: readonly Found[]; target: Code | undefined };
}

export interface Flow {
  whenTrue: ReadonlySet<string>;
  whenFalse: ReadonlySet<string>;
}

interface Store {
  type: NetType;
  /** Evaluates what stands before the last dot or bracket once, and gives how to write there. */
  prepare(frame: Frame): { get(): unknown; set(value: unknown): void };
  /** The short way for `=` alone: evaluates what is assigned last, as C# does, and gives it. */
  assign(frame: Frame, value: (frame: Frame) => unknown): unknown;
}

/** What has a type only in the light of the one it is converted to. */
export interface Bindable {
  /** How many parameters it takes; undefined for methods, whose overloads differ. */
  arity: number | undefined;
  /** The types that its parameters are written with. */
  declared: readonly (NetType | undefined)[];
  /** What it gives for parameters of these types; undefined where it does not compile. */
  returns(parameters: readonly NetType[]): NetType | undefined;
  /** Why `returns` gave nothing the last time, to tell whoever wrote it. */
  problem?: SyntaxProblem;
  /** As a delegate of these types. Throws SyntaxProblem. */
  bind(parameters: readonly NetType[], returns: NetType, type: NetType): Code;
}

/** What a statement did: undefined went on to the next. */
export type Signal = 'break' | 'continue' | 'return' | undefined;

export interface StatementCode {
  run(frame: Frame): Signal;
  /** Whether what follows can be reached. */
  ends: boolean;
}

/** Room for a function's variables. */
export function makeLocals(slots: number): unknown[] {
  const locals: unknown[] = [];
  locals.length = slots;
  return locals;
}
