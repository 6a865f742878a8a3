import { ExpressionError } from '../errors.ts';
import { AnonymousObject, arrayWith } from './collections.ts';
import type { Code, Frame } from './code.ts';
import { compileArguments, dynamicCall } from './compile-call.ts';
import { convert, defaultValue, delegateOf } from './conversions.ts';
import { emitCall } from './emit-call.ts';
import { commonType } from './inference.ts';
import { anonymousType, arrayOf, types } from './net-type.ts';
import { resolve, type GivenArgument } from './overloads.ts';
import { binding } from './type-registry.ts';
import type { Integer } from './numbers.ts';
import type { Compiler, Scope, Variable } from './scope.ts';
import type { Node } from './syntax.ts';
import { SyntaxProblem } from './tokens.ts';
import { knownType } from './type-names.ts';

type NewNode = Extract<Node, { kind: 'new' | 'newArray' | 'newAnonymous' }>;

export function compileNew(node: NewNode, scope: Scope, compiler: Compiler): Code {
  if (node.kind === 'newArray') return newArray(node, scope, compiler);
  if (node.kind === 'newAnonymous') return newAnonymous(node, scope, compiler);
  const { registry } = scope;
  const type = knownType(node.type, scope);
  const table = registry.tableOf(type);
  const [only] = node.arguments;
  const wanted = delegateOf(type);
  if (wanted && only && node.arguments.length === 1) {
    const given = compiler.expression(only.value, scope);
    const made = convert(given, type, registry);
    if (made) return made;
    // Another type of function that takes and gives the same.
    const own = delegateOf(given.type);
    if (own && own.returns === wanted.returns && own.parameters.every((one, i) => one === wanted.parameters[i]))
      return { ...given, type };
  }
  if (!table || (table.constructors.length === 0 && table.kind !== 'struct'))
    throw new SyntaxProblem(`"new ${node.type.name}" is not supported`, node.at);
  const by = binding(table, type);
  const given = compileArguments(node.arguments, scope, compiler);
  const isZero = table.kind === 'struct' && given.length === 0;
  const candidates = table.constructors.map((member) => ({ member: { ...member, returns: type }, by }));
  const zero = isZero ? defaultValue(type, registry) : undefined;
  const bind = (codes: readonly GivenArgument[]) =>
    emitCall(resolve(candidates, codes, [], registry, `new ${type.key}`, node.at), undefined, registry);
  const isVague = candidates.length > 1 && given.some(({ code }) => code.type === types.dynamic);
  const made: Code = isZero
    ? { type, run: () => zero }
    : isVague
      ? { ...dynamicCall(undefined, given, bind, scope), type }
      : bind(given);
  if (!node.initializer) return { ...made, origin: {} };
  const held = scope.temporary(type);
  const steps = node.initializer.map((entry) => initializer(entry, held, scope, compiler, node.at));
  const { run } = made;
  return {
    type,
    run: (frame) => {
      const result = run(frame);
      const outer = frame.locals[held.slot];
      for (const step of steps) {
        frame.locals[held.slot] = result;
        step(frame);
      }
      frame.locals[held.slot] = outer;
      return result;
    },
  };
}

type Entry = NonNullable<Extract<Node, { kind: 'new' }>['initializer']>[number];

/** One entry in the braces, as the call or assignment that it stands for. */
function initializer(
  entry: Entry,
  held: Variable,
  scope: Scope,
  compiler: Compiler,
  at: number,
): (frame: Frame) => unknown {
  const hole = scope.hole;
  scope.hole = held;
  const self: Node = { kind: 'hole', at };
  try {
    if (entry.kind === 'property') {
      const target: Node = { kind: 'member', target: self, name: entry.name, typeArguments: [], at };
      return compiler.expression({ kind: 'assign', operator: '=', target, value: entry.value, at }, scope).run;
    }
    if (entry.kind === 'index') {
      const target: Node = { kind: 'index', target: self, arguments: [argument(entry.index)], at };
      return compiler.expression({ kind: 'assign', operator: '=', target, value: entry.value, at }, scope).run;
    }
    const callee: Node = { kind: 'member', target: self, name: 'Add', typeArguments: [], at };
    return compiler.expression({ kind: 'call', target: callee, arguments: entry.arguments.map(argument), at }, scope)
      .run;
  } finally {
    scope.hole = hole;
  }
}

const argument = (value: Node) => ({ name: undefined, out: undefined, value });

function newAnonymous(node: Extract<Node, { kind: 'newAnonymous' }>, scope: Scope, compiler: Compiler): Code {
  const members = node.members.map(({ name, value }) => {
    const code = compiler.expression(value, scope);
    if (code.bindable || code.type === types.null || code.type === types.void)
      throw new SyntaxProblem(`"${name}" needs a value with a type`, value.at);
    return { name, code };
  });
  const type = anonymousType(new Map(members.map(({ name, code }) => [name, code.type])));
  if (type.fields?.size !== members.length) throw new SyntaxProblem('two members have one name', node.at);
  return {
    type,
    run: (frame) => new AnonymousObject(new Map(members.map(({ name, code }) => [name, code.run(frame)])), type),
  };
}

function newArray(node: Extract<Node, { kind: 'newArray' }>, scope: Scope, compiler: Compiler): Code {
  const { registry } = scope;
  const given = node.items?.map((item) => {
    const isNested = item.kind === 'newArray' && item.type === undefined && node.type && node.type.ranks > 0;
    return compiler.expression(isNested ? item : item, scope);
  });
  const element = node.type ? knownType(node.type, scope) : given && commonType(given, registry);
  if (!element) throw new SyntaxProblem('the elements of this array have no single type', node.at);
  const items = given?.map((code, i) => {
    const item = convert(code, element, registry);
    if (!item) throw new SyntaxProblem(`${code.type.key} is not ${element.key}`, node.items?.[i]?.at ?? node.at);
    return item.run;
  });
  const size = node.size && convert(compiler.expression(node.size, scope), types.int, registry);
  if (node.size && !size) throw new SyntaxProblem('the size of an array is an int', node.at);
  if (typeof size?.constant?.value === 'number' && size.constant.value < 0)
    throw new SyntaxProblem('the size of an array is not negative', node.at);
  if (size?.constant && items && size.constant.value !== items.length)
    throw new SyntaxProblem(`this array has ${items.length} elements`, node.at);
  const type = arrayOf(element);
  if (element === types.byte) return { type, run: bytes(items, size) };
  const zero = defaultValue(element, registry);
  return {
    type,
    run: (frame) =>
      arrayWith(
        items ? items.map((item) => item(frame)) : Array.from({ length: arrayLength(size?.run(frame)) }, () => zero),
        element,
      ),
  };
}

function bytes(items: readonly Code['run'][] | undefined, size: Code | undefined): Code['run'] {
  if (!items) return (frame) => new Uint8Array(arrayLength(size?.run(frame)));
  return (frame) => Uint8Array.from(items, (item) => Number((item(frame) as Integer).value));
}

function arrayLength(size: unknown): number {
  if (typeof size !== 'number' || size < 0 || size > 10_000_000)
    throw new ExpressionError('OverflowException', 'Arithmetic operation resulted in an overflow.');
  return size;
}
