import type { Code, Frame } from './code.ts';
import { checkedCast } from './compile-cast.ts';
import { compileBinary } from './compile-operators.ts';
import { convert, explicitChange, isNumberType } from './conversions.ts';
import { tokenRefused } from './dynamic-operators.ts';
import { JsonValue } from './json/json-token.ts';
import { types, underlying, type NetType } from './net-type.ts';
import type { Compiler, Scope } from './scope.ts';
import type { Node } from './syntax.ts';
import { SyntaxProblem } from './tokens.ts';

/** `a = b`, `a += b`: to variables, elements and the few properties that can be set. */
export function compileAssignment(node: Extract<Node, { kind: 'assign' }>, scope: Scope, compiler: Compiler): Code {
  const { registry } = scope;
  if (node.operator === '=') {
    if (node.target.kind === 'name' && node.target.name === '_' && !scope.find('_'))
      return compiler.expression(node.value, scope);
    const target = assignable(node.target, scope, compiler, true);
    const given = compiler.expression(node.value, scope);
    const value = convert(given, target.store.type, registry);
    if (!value) throw mismatch(given, target, node.at);
    if (node.target.kind === 'name') {
      scope.function.unassigned.delete(node.target.name);
      const variable = scope.find(node.target.name);
      if (variable) variable.origin = {};
    }
    const { assign } = target.store;
    const work = value.run;
    return { run: (frame) => assign(frame, work), type: target.store.type };
  }
  const target = assignable(node.target, scope, compiler, false);
  const current: Code = { type: target.type, run: (frame) => frame.locals[slot] };
  const { slot } = scope.temporary(target.type);
  const given = compiler.expression(node.value, scope);
  if (node.operator === '??=') throw new SyntaxProblem('"??=" is C# 8, which API Management does not have', node.at);
  const after = backTo(
    target,
    compileBinary(node.operator.slice(0, -1), current, given, scope, node.at),
    /^(?:<<|>>)=$/.test(node.operator) ? current : given,
    scope,
    node.at,
  );
  if (node.target.kind === 'name') {
    const variable = scope.find(node.target.name);
    if (variable) variable.origin = {};
  }
  return readAndWrite(target, slot, after, false);
}

/** `i++` and its kin. */
export function compileStep(node: Extract<Node, { kind: 'step' }>, scope: Scope, compiler: Compiler): Code {
  const target = assignable(node.target, scope, compiler, false);
  const { slot } = scope.temporary(target.type);
  const current: Code = { type: target.type, run: (frame) => frame.locals[slot] };
  const one: Code = { type: types.int, run: () => 1, constant: { value: 1 } };
  const sum = compileBinary(node.by === 1 ? '+' : '-', current, one, scope, node.at);
  const { type } = target;
  const after = type === types.dynamic ? stepped(sum, slot, node.by) : sum;
  const change = isNumberType(underlying(type)) ? explicitChange(after.type, type, scope.registry) : undefined;
  const back = change
    ? { type, run: castBack(after, type, change, scope) }
    : backTo(target, after, one, scope, node.at);
  return readAndWrite(target, slot, back, !node.prefix);
}

/** A value of JSON takes part in sums, and cannot be stepped. */
const stepped = (sum: Code, slot: number, by: number): Code => ({
  ...sum,
  run: (frame) => {
    if (frame.locals[slot] instanceof JsonValue) throw tokenRefused(by === 1 ? '++' : '--');
    return sum.run(frame);
  },
});

type Target = Code & { store: NonNullable<Code['store']> };

function assignable(node: Node, scope: Scope, compiler: Compiler, isPlain: boolean): Target {
  // A variable may get its first value here.
  const hidden = isPlain && node.kind === 'name' && scope.function.unassigned.delete(node.name);
  const code = compiler.expression(node, scope);
  if (hidden && node.kind === 'name') scope.function.unassigned.add(node.name);
  const { store } = code;
  if (!store) throw new SyntaxProblem('this cannot be assigned to', node.at);
  return { ...code, store };
}

/** C# casts back: `byte b = 1; b += 1` stays a byte. */
function backTo(target: Target, after: Code, given: Code, scope: Scope, at: number): Code {
  const { registry } = scope;
  const plain = convert(after, target.store.type, registry);
  if (plain) return plain;
  const numbers = isNumberType(underlying(target.type)) && isNumberType(underlying(after.type));
  const change =
    numbers && convert(given, target.type, registry) ? explicitChange(after.type, target.type, registry) : undefined;
  if (!change) throw mismatch(after, target, at);
  return { type: target.type, run: castBack(after, target.type, change, scope) };
}

/** The cast that C# adds, which throws OverflowException inside `checked`. */
function castBack(after: Code, type: NetType, change: (value: unknown) => unknown, scope: Scope): Code['run'] {
  if (scope.checked !== true) return (frame) => change(after.run(frame));
  return (frame) => checkedCast(after.run(frame), type, change);
}

function readAndWrite(target: Target, slot: number, after: Code, postfix: boolean): Code {
  const { store } = target;
  const run = (frame: Frame) => {
    const place = store.prepare(frame);
    const before = place.get();
    frame.locals[slot] = before;
    const result = after.run(frame);
    place.set(result);
    return postfix ? before : result;
  };
  return { run, type: target.type };
}

function mismatch(given: Code, target: Target, at: number): SyntaxProblem {
  return new SyntaxProblem(`${given.type.key} cannot be assigned to ${target.store.type.key}`, at);
}
