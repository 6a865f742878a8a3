import { ExpressionError } from '../errors.ts';
import type { Code, Frame } from './code.ts';
import { asBinderError } from './compile-member.ts';
import { convert, delegateOf } from './conversions.ts';
import { emitCall } from './emit-call.ts';
import { types, type NetType } from './net-type.ts';
import { resolve, type GivenArgument } from './overloads.ts';
import { typeOfValue } from './runtime-type.ts';
import { initialize, store, type Compiler, type Scope, type Variable } from './scope.ts';
import type { Argument, Node } from './syntax.ts';
import { SyntaxProblem } from './tokens.ts';
import { isNamespace, knownType, typeReference } from './type-names.ts';
import type { Found } from './type-registry.ts';
import { nullReference } from './values.ts';

type CallNode = Extract<Node, { kind: 'call' }>;
const none: ReadonlyMap<string, NetType> = new Map();

export function compileCall(node: CallNode, scope: Scope, compiler: Compiler): Code {
  scope.step(node.at);
  const callee = node.target;
  if (callee.kind !== 'member') return invokeDelegate(compiler.expression(callee, scope), node, scope, compiler);
  const { name, at } = callee;
  const owner = typeReference(callee.target, scope);
  if (owner) {
    const candidates: Found[] = scope.registry
      .statics(owner, name)
      .filter(({ kind }) => kind === 'method')
      .map((member) => ({ member, by: none }));
    if (candidates.length === 0) throw new SyntaxProblem(`"${owner.name}.${name}" is not supported`, at);
    const typeArguments = callee.typeArguments.map((type) => knownType(type, scope));
    const given = compileArguments(node.arguments, scope, compiler);
    const call = () => choose(candidates, undefined, given, typeArguments, scope, `${owner.name}.${name}`, node.at);
    return candidates.length > 1 && given.some(({ code }) => code.type === types.dynamic)
      ? dynamicCall(
          undefined,
          given,
          (codes) => choose(candidates, undefined, codes, typeArguments, scope, name, node.at),
          scope,
        )
      : call();
  }
  if (isNamespace(callee.target, scope)) throw new SyntaxProblem(`the type "${name}" is not supported`, at);
  const target = compiler.expression(callee.target, scope);
  const typeArguments = callee.typeArguments.map((type) => knownType(type, scope));
  const given = compileArguments(node.arguments, scope, compiler);
  return callOn(target, name, given, typeArguments, scope, node.at);
}

/** `target.name(...)`: a method of its own, or one that extends it. */
function callOn(
  target: Code,
  name: string,
  given: readonly GivenArgument[],
  typeArguments: readonly NetType[],
  scope: Scope,
  at: number,
): Code {
  const { registry } = scope;
  const { type } = target;
  if (type === types.dynamic)
    return dynamicCall(
      target,
      given,
      (codes, self) => callOn(self ?? target, name, codes, typeArguments, scope, at),
      scope,
      name,
    );
  if (type === types.void || type === types.null || target.bindable)
    throw new SyntaxProblem(`"${name}" is not a member of ${type.key}`, at);
  scope.root.touched.add(`${type.name}.${name}`);
  const found = registry.members(type, name);
  const own = found.filter(({ member }) => member.kind === 'method');
  const property = found.find(({ member }) => member.kind === 'property');
  const extending = registry.extensions(name);
  const label = `${type.key}.${name}`;
  if (own.length === 0 && property && !extending.length) throw new SyntaxProblem(`"${label}" is no method`, at);
  const vague = given.some(({ code }) => code.type === types.dynamic) && own.length > 1;
  if (vague) return dynamicCall(target, given, (codes) => callOn(target, name, codes, typeArguments, scope, at), scope);
  if (own.length > 0) {
    try {
      return choose(own, target, given, typeArguments, scope, label, at);
    } catch (error) {
      if (!(error instanceof SyntaxProblem) || extending.length === 0) throw error;
    }
  }
  if (extending.length === 0) throw new SyntaxProblem(`"${label}" is not supported`, at);
  const self: GivenArgument = { name: undefined, code: target };
  return choose(extending, undefined, [self, ...given], typeArguments, scope, label, at);
}

function choose(
  candidates: readonly Found[],
  target: Code | undefined,
  given: readonly GivenArgument[],
  typeArguments: readonly NetType[],
  scope: Scope,
  label: string,
  at: number,
): Code {
  scope.step(at);
  const { registry } = scope;
  const call = resolve(candidates, given, typeArguments, registry, label, at);
  // `out var` gets its type from the parameter that was chosen.
  for (const [i, { out }] of given.entries())
    if (out && 'variable' in out && out.type === undefined)
      (out as OutVariable).variable.type = call.targets[i] as NetType;
  return emitCall(call, target, registry);
}

interface OutVariable {
  type: NetType | undefined;
  variable: Variable;
}

/** A call that is bound anew for the types that `dynamic` values turn out to have. */
export function dynamicCall(
  target: Code | undefined,
  given: readonly GivenArgument[],
  bind: (given: readonly GivenArgument[], target: Code | undefined) => Code,
  scope: Scope,
  name?: string,
): Code {
  const { registry } = scope;
  if (name) scope.root.touched.add(`?.${name}`);
  const known = (value: unknown): Code => ({
    run: () => value,
    type: value === null || value === undefined ? types.null : typeOfValue(value, registry),
  });
  const run = (frame: Frame) => {
    const self = target?.run(frame);
    if (target && (self === null || self === undefined))
      throw new ExpressionError('RuntimeBinderException', 'Cannot perform runtime binding on a null reference');
    const codes = given.map((argument) =>
      argument.code.type === types.dynamic ? { ...argument, code: known(argument.code.run(frame)) } : argument,
    );
    const steps = scope.root.steps;
    let code: Code;
    try {
      code = bind(codes, target && known(self));
    } catch (error) {
      throw asBinderError(error);
    } finally {
      scope.root.steps = steps;
    }
    return code.run(frame);
  };
  return { run, type: types.dynamic };
}

/** A call of what a variable or another expression holds. */
function invokeDelegate(callee: Code, node: CallNode, scope: Scope, compiler: Compiler): Code {
  const given = compileArguments(node.arguments, scope, compiler);
  const signature = delegateOf(callee.type);
  if (!signature && callee.type !== types.dynamic) throw new SyntaxProblem('this is no function', node.at);
  const parameters = signature?.parameters ?? given.map(({ code }) => code.type);
  if (given.length !== parameters.length)
    throw new SyntaxProblem(`this function takes ${parameters.length} arguments`, node.at);
  const args = given.map(({ code, out }, i) => {
    const changed = out ? undefined : convert(code, parameters[i] as NetType, scope.registry);
    if (!changed) throw new SyntaxProblem(`${code.type.key} is not ${parameters[i]?.key}`, node.at);
    return changed.run;
  });
  const { run } = callee;
  return {
    type: signature?.returns ?? types.dynamic,
    run: (frame) => {
      const call = run(frame);
      const values = args.map((argument) => argument(frame));
      if (typeof call !== 'function') throw nullReference();
      return (call as (...values: unknown[]) => unknown)(...values) ?? null;
    },
  };
}

export function compileArguments(given: readonly Argument[], scope: Scope, compiler: Compiler): GivenArgument[] {
  return given.map(({ name, out, value }) => {
    if (!out) {
      const code = compiler.expression(value, scope);
      if (code.type === types.void) throw new SyntaxProblem('this gives no value', value.at);
      return { name, code };
    }
    return { name, ...outArgument(out, scope, value.at) };
  });
}

function outArgument(out: NonNullable<Argument['out']>, scope: Scope, at: number) {
  if (out.variable === '_') {
    const variable = scope.temporary(types.object);
    return { code: setter(variable, true), out: { type: undefined, variable } };
  }
  if (!out.type) {
    const known = scope.find(out.variable);
    if (!known) throw new SyntaxProblem(`"${out.variable}" is not known here`, at);
    scope.function.unassigned.delete(out.variable);
    return { code: setter(known, false), out: { type: known.type } };
  }
  const type = out.type.name === 'var' && out.type.arguments.length === 0 ? undefined : knownType(out.type, scope);
  const variable = scope.declare(out.variable, type ?? types.object, at);
  scope.function.unassigned.delete(out.variable);
  return { code: setter(variable, true), out: { type, variable } };
}

function setter(variable: Variable, isNew: boolean): Code {
  const put = isNew ? initialize(variable) : store(variable);
  return { type: variable.type, run: (frame) => (value: unknown) => put(frame, value ?? null) };
}

export function compileIndex(node: Extract<Node, { kind: 'index' }>, scope: Scope, compiler: Compiler): Code {
  const target = compiler.expression(node.target, scope);
  const given = compileArguments(node.arguments, scope, compiler);
  return indexOf(target, given, scope, node.at);
}

function indexOf(target: Code, given: readonly GivenArgument[], scope: Scope, at: number): Code {
  const { registry } = scope;
  const { type } = target;
  if (
    type === types.dynamic ||
    (given.some(({ code }) => code.type === types.dynamic) && registry.indexers(type).length > 1)
  )
    return dynamicCall(target, given, (codes, self) => indexOf(self ?? target, codes, scope, at), scope);
  const candidates = type === types.void || target.bindable ? [] : registry.indexers(type);
  if (candidates.length === 0) throw new SyntaxProblem(`"${type.key}" has no elements`, at);
  scope.root.touched.add(`${type.name}[]`);
  const call = resolve(candidates, given, [], registry, `${type.key}[]`, at);
  const code = emitCall(call, target, registry);
  const setters = registry.members(type, 'set_Item');
  const [key] = given;
  if (setters.length === 0 || !key) return code;
  return { ...code, store: elementStore(target, key, setters, code, scope, at) };
}

function elementStore(
  target: Code,
  key: GivenArgument,
  setters: readonly Found[],
  code: Code,
  scope: Scope,
  at: number,
): Code['store'] {
  const { registry } = scope;
  const value = scope.temporary(code.type);
  const owner = scope.temporary(target.type);
  const index = scope.temporary(key.code.type);
  const at0 = (variable: Variable): Code => ({ type: variable.type, run: (frame) => frame.locals[variable.slot] });
  const held: GivenArgument = {
    name: undefined,
    code: { ...at0(index), ...(key.code.constant && { constant: key.code.constant }) },
  };
  const given: GivenArgument = { name: undefined, code: at0(value) };
  const write = emitCall(
    resolve(setters, [held, given], [], registry, `${target.type.key}[]`, at),
    at0(owner),
    registry,
  );
  const read = emitCall(
    resolve(registry.indexers(target.type), [held], [], registry, `${target.type.key}[]`, at),
    at0(owner),
    registry,
  );
  return {
    type: code.type,
    prepare: (frame) => {
      const [container, position] = [target.run(frame), key.code.run(frame)];
      const place = () => {
        frame.locals[owner.slot] = container;
        frame.locals[index.slot] = position;
      };
      return {
        get: () => {
          place();
          return read.run(frame);
        },
        set: (given_) => {
          place();
          frame.locals[value.slot] = given_;
          write.run(frame);
        },
      };
    },
    assign: (frame, work) => {
      const container = target.run(frame);
      const position = key.code.run(frame);
      const result = work(frame);
      frame.locals[value.slot] = result;
      frame.locals[owner.slot] = container;
      frame.locals[index.slot] = position;
      write.run(frame);
      return result;
    },
  };
}
