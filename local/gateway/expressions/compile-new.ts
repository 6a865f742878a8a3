import { ExpressionError } from '../errors.ts';
import { setElement } from './compile-assignment.ts';
import { compileArguments } from './compile-member.ts';
import { knownType } from './compile-statement.ts';
import { numberKinds, widen } from './conversions.ts';
import { Hash } from './hash.ts';
import { invoke, selectMember } from './invoke.ts';
import { jsonOf } from './json-convert.ts';
import { JsonArray, JsonObject } from './json-token.ts';
import { castNumber, type NumberKind } from './numbers.ts';
import type { Code, Compiler, Frame, Scope } from './scope.ts';
import type { Node, TypeName } from './syntax.ts';
import { predefinedTypes } from './token-reader.ts';
import { SyntaxProblem } from './tokens.ts';
import { keyOf } from './values.ts';

type NewNode = Extract<Node, { kind: 'new' | 'newArray' }>;

export function compileNew(node: NewNode, scope: Scope, compiler: Compiler): Code {
  if (node.kind === 'newArray') return newArray(node, scope, compiler);
  const name = knownType(node.type, scope);
  const table = scope.types.named(name);
  const candidates = table?.constructors ?? [];
  if (candidates.length === 0) throw new SyntaxProblem(`"new ${node.type.name}" is not supported`, node.at);
  const { types } = scope;
  const pass = compileArguments(node.arguments, scope, compiler);
  const typeArgument = node.type.arguments.map((type: TypeName) => types.nameOf(type)).at(-1);
  const fill = initializer(node, scope, compiler);
  const run = (frame: Frame) => {
    const passed = pass(frame);
    const member = selectMember(candidates, passed, typeArgument, types);
    if (!member) throw new ExpressionError('ArgumentException', `'${name}' has no constructor for these arguments.`);
    const made = invoke(member, undefined, typeArgument, passed, types);
    for (const step of fill) step(frame, made);
    return made;
  };
  return { run, type: name };
}

function initializer(
  node: Extract<Node, { kind: 'new' }>,
  scope: Scope,
  compiler: Compiler,
): ((frame: Frame, made: unknown) => void)[] {
  return (node.initializer ?? []).map((entry) => {
    if (entry.kind === 'property' && entry.name === 'Key') {
      const value = compiler.expression(entry.value, scope);
      return (frame, made) => setKey(made, value.run(frame));
    }
    if (entry.kind === 'property')
      throw new SyntaxProblem(`setting "${entry.name}" in an initializer is not supported`, node.at);
    if (entry.kind === 'index') {
      const index = compiler.expression(entry.index, scope);
      const value = compiler.expression(entry.value, scope);
      return (frame, made) => void setElement(made, index.run(frame), value.run(frame));
    }
    const values = entry.arguments.map((argument) => compiler.expression(argument, scope));
    return (frame, made) =>
      addElement(
        made,
        values.map((value) => value.run(frame)),
      );
  });
}

/** The one property that policies set as they make an object: a hash's key. */
function setKey(made: unknown, key: unknown): void {
  if (!(made instanceof Hash) || !(key instanceof Uint8Array))
    throw new ExpressionError('InvalidOperationException', 'Only the Key of a hash can be set here.');
  made.key = key;
}

function addElement(made: unknown, values: readonly unknown[]): void {
  if (made instanceof Map) made.set(keyOf(values[0]), values[1]);
  else if (made instanceof Set) made.add(keyOf(values[0]));
  else if (made instanceof JsonObject && values.length === 2) made.properties.set(String(values[0]), jsonOf(values[1]));
  else if (made instanceof JsonArray) made.items.push(jsonOf(values[0]));
  else if (Array.isArray(made)) made.push(values[0]);
  else throw new ExpressionError('InvalidOperationException', 'Nothing can be added to this value.');
}

function newArray(node: Extract<Node, { kind: 'newArray' }>, scope: Scope, compiler: Compiler): Code {
  const type = node.type && knownType(node.type, scope);
  if (node.type && node.type.ranks === 0 && !predefinedTypes.has(type ?? '') && !scope.types.named(type ?? ''))
    throw new SyntaxProblem(`the type "${node.type.name}" is not supported`, node.at);
  const items = node.items?.map((item) => compiler.expression(item, scope));
  const size = node.size && compiler.expression(node.size, scope);
  const isBytes = type === 'byte';
  const zero = type && numberKinds.has(type) ? castNumber(type as NumberKind, 0) : type === 'bool' ? false : null;
  const run = (frame: Frame) => {
    const values = items
      ? items.map((item) => (type ? widen(type, item.run(frame)) : item.run(frame)))
      : Array.from({ length: arrayLength(size?.run(frame)) }, () => zero);
    return isBytes ? Uint8Array.from(values, (value) => Number(String(plainByte(value)))) : values;
  };
  return { run, type: isBytes ? 'byte[]' : 'List' };
}

function plainByte(value: unknown): unknown {
  return typeof value === 'number' ? value : (value as { value: bigint }).value;
}

function arrayLength(size: unknown): number {
  if (typeof size !== 'number' || size < 0 || size > 10_000_000)
    throw new ExpressionError('OverflowException', 'Array dimensions exceeded supported range.');
  return size;
}
