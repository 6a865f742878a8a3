import { ExpressionError } from '../errors.ts';
import type { Code, Frame } from './code.ts';
import { methodGroup } from './compile-lambda.ts';
import { convert } from './conversions.ts';
import { JsonObject } from './json/json-token.ts';
import { isNullable, substitute, types, type NetType } from './net-type.ts';
import { fromPlain, toPlain } from './plain-values.ts';
import { typeOfValue } from './runtime-type.ts';
import type { Compiler, Scope } from './scope.ts';
import type { Node } from './syntax.ts';
import { SyntaxProblem } from './tokens.ts';
import type { Found } from './type-registry.ts';
import { isNamespace, typeReference } from './type-names.ts';
import { nullReference } from './values.ts';
import { AnonymousObject } from './collections.ts';

type MemberNode = Extract<Node, { kind: 'member' }>;
const none: ReadonlyMap<string, NetType> = new Map();

/** `target.Name` that is not called: a property, a constant or a method's name. */
export function compileMember(node: MemberNode, scope: Scope, compiler: Compiler): Code {
  const owner = typeReference(node.target, scope);
  if (owner) return staticMember(owner, node, scope);
  if (isNamespace(node.target, scope)) throw new SyntaxProblem(`the type "${node.name}" is not supported`, node.at);
  return memberOf(compiler.expression(node.target, scope), node.name, scope, node.at);
}

function staticMember(owner: NetType, node: MemberNode, scope: Scope): Code {
  const found = scope.registry.statics(owner, node.name);
  const member = found.find(({ kind }) => kind !== 'method');
  if (!member) {
    if (found.length > 0)
      return methodGroup(
        found.map((one) => ({ member: one, by: none })),
        undefined,
        scope,
        node.at,
      );
    throw new SyntaxProblem(`"${owner.name}.${node.name}" is not supported`, node.at);
  }
  const change = fromPlain(member.returns);
  const read = () => {
    const value = member.call();
    return change ? change(value) : (value ?? null);
  };
  if (member.kind !== 'constant') return { run: read, type: member.returns };
  const value = read();
  return { run: () => value, type: member.returns, constant: { value } };
}

function memberOf(target: Code, name: string, scope: Scope, at: number): Code {
  const { registry } = scope;
  const { type } = target;
  if (type === types.dynamic) return dynamicMember(target, name, scope, at);
  if (type === types.void || type === types.null || target.bindable)
    throw new SyntaxProblem(`"${name}" is not a member of ${type.key}`, at);
  const field = type.fields?.get(name);
  if (field) return fieldOf(target, name, field);
  scope.root.touched.add(`${type.name}.${name}`);
  const found = registry.members(type, name);
  const property = found.find(({ member }) => member.kind === 'property');
  if (property) return propertyOf(target, property, scope);
  const methods = found.length > 0 ? found : registry.extensions(name);
  if (methods.length > 0) return methodGroup(methods, target, scope, at);
  throw new SyntaxProblem(`"${type.key}.${name}" is not supported`, at);
}

function fieldOf(target: Code, name: string, type: NetType): Code {
  const { run } = target;
  return {
    type,
    run: (frame) => {
      const value = run(frame);
      if (!(value instanceof AnonymousObject)) throw nullReference();
      return value.members.get(name);
    },
  };
}

function propertyOf(target: Code, { member, by }: Found, scope: Scope): Code {
  const type = substitute(member.returns, by);
  const change = fromPlain(type);
  const { run } = target;
  const { call } = member;
  const checksNull = !isNullable(target.type);
  const read = (value: unknown) => {
    if (checksNull && (value === null || value === undefined)) throw nullReference();
    const found = call(value);
    return found === null || found === undefined ? null : change ? change(found) : found;
  };
  const code: Code = { run: (frame) => read(run(frame)), type };
  const [setter] = scope.registry.members(target.type, `set_${member.name}`);
  if (!setter) return code;
  const plain = toPlain(substitute(setter.member.parameters[0]?.type ?? type, setter.by));
  const write = (owner: unknown, value: unknown) => {
    if (owner === null || owner === undefined) throw nullReference();
    setter.member.call(owner, plain ? plain(value) : value);
  };
  return {
    ...code,
    store: {
      type: substitute(setter.member.parameters[0]?.type ?? type, setter.by),
      prepare: (frame) => {
        const owner = run(frame);
        return { get: () => read(owner), set: (value) => write(owner, value) };
      },
      assign: (frame, value) => {
        const owner = run(frame);
        const result = value(frame);
        write(owner, result);
        return result;
      },
    },
  };
}

/** A member of a `dynamic` value, found when its type is known; a JObject's are its properties. */
function dynamicMember(target: Code, name: string, scope: Scope, at: number): Code {
  const { run } = target;
  const { registry } = scope;
  scope.root.touched.add(`?.${name}`);
  const read = (value: unknown) => {
    if (value === null || value === undefined)
      throw new ExpressionError('RuntimeBinderException', 'Cannot perform runtime binding on a null reference');
    if (value instanceof JsonObject && value.properties.has(name)) return value.properties.get(name);
    const type = typeOfValue(value, registry);
    try {
      const found = memberOf({ run: () => value, type }, name, scope, at);
      return found.bindable ? null : found.run({ context: null, locals: [], result: null });
    } catch (error) {
      if (value instanceof JsonObject && error instanceof SyntaxProblem) return null;
      throw asBinderError(error);
    }
  };
  return {
    type: types.dynamic,
    run: (frame: Frame) => read(run(frame)),
    store: {
      type: types.dynamic,
      prepare: (frame) => {
        const owner = run(frame);
        return { get: () => read(owner), set: (value) => writeDynamic(owner, value) };
      },
      assign: (frame, value) => {
        const owner = run(frame);
        const result = value(frame);
        writeDynamic(owner, result);
        return result;
      },
    },
  };

  function writeDynamic(owner: unknown, value: unknown): void {
    if (owner instanceof JsonObject) {
      const token = convert({ run: () => value, type: types.dynamic }, types.token, registry);
      owner.set(name, token?.run({ context: null, locals: [], result: null }) as never);
      return;
    }
    throw new ExpressionError('RuntimeBinderException', `'${name}' cannot be assigned to`);
  }
}

/** What the compiler refuses of a `dynamic` value is an exception when it runs. */
export function asBinderError(error: unknown): unknown {
  return error instanceof SyntaxProblem ? new ExpressionError('RuntimeBinderException', error.message) : error;
}
