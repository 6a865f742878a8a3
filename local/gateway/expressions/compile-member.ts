import { ExpressionError } from '../errors.ts';
import { knownType } from './compile-statement.ts';
import { invoke, selectMember, type PassedArgument } from './invoke.ts';
import type { Code, Compiler, Frame, Scope } from './scope.ts';
import type { Argument, Node } from './syntax.ts';
import { SyntaxProblem } from './tokens.ts';
import type { Member, TypeTable } from './type-table.ts';
import { AnonymousObject, nullReference } from './values.ts';

const namespaces = new Set(['System', 'Newtonsoft', 'Microsoft']);
type MemberNode = Extract<Node, { kind: 'member' }>;

/** The type that a node names, such as `Convert` or `System.Text.Encoding`; undefined if it names none. */
export function typeReference(node: Node, scope: Scope): TypeTable | undefined {
  if (node.kind === 'predefined') return scope.types.named(node.name);
  if (node.kind === 'name') return scope.find(node.name) ? undefined : scope.types.named(node.name);
  return node.kind === 'member' && isNamespace(node.target, scope) ? scope.types.named(node.name) : undefined;
}

function isNamespace(node: Node, scope: Scope): boolean {
  if (node.kind === 'name') return namespaces.has(node.name) && !scope.find(node.name);
  return node.kind === 'member' && !scope.types.named(node.name) && isNamespace(node.target, scope);
}

export function compileMember(node: MemberNode, scope: Scope, compiler: Compiler): Code {
  const owner = typeReference(node.target, scope);
  if (owner) {
    const found = owner.statics.get(node.name) ?? [];
    const member = found.find(({ kind }) => kind === 'property');
    if (!member && found.length > 0) return methodGroup(found, scope);
    if (!member) throw new SyntaxProblem(`"${owner.name}.${node.name}" is not supported`, node.at);
    return { run: () => invoke(member, undefined, undefined, [], scope.types), type: member.returns };
  }
  if (isNamespace(node.target, scope)) throw new SyntaxProblem(`the type "${node.name}" is not supported`, node.at);
  const target = compiler.expression(node.target, scope);
  return property(target, node, scope);
}

/** A method named without a call, as in `text.All(char.IsDigit)`. */
function methodGroup(candidates: readonly Member[], scope: Scope): Code {
  const { types } = scope;
  const call = (...values: unknown[]) => {
    // LINQ offers the index too, which a method of one parameter does not take.
    for (let count = values.length; count > 0; count--) {
      const passed = values.slice(0, count).map((value) => ({ name: undefined, value }));
      const member = selectMember(candidates, passed, undefined, types);
      if (member) return invoke(member, undefined, undefined, passed, types);
    }
    throw new ExpressionError('ArgumentException', 'No overload of the method takes these arguments.');
  };
  return { run: () => call, type: 'Func' };
}

function property(target: Code, node: MemberNode, scope: Scope): Code {
  const { types } = scope;
  const { name } = node;
  const table = target.type && !isVague(target.type) ? types.named(target.type) : undefined;
  if (table) {
    const member = types.properties(table, name);
    if (!member) throw new SyntaxProblem(`"${table.name}.${name}" is not supported`, node.at);
    scope.touched.add(`${table.name}.${name}`);
    const { call, returns } = member;
    const plain = ['long', 'uint', 'double', 'char'].includes(returns);
    if (plain) return { run: (frame) => invoke(member, target.run(frame), undefined, [], types), type: returns };
    const run = (frame: Frame) => {
      const value = target.run(frame);
      if (value === null || value === undefined) throw nullReference();
      return call(value) ?? null;
    };
    return { run, type: returns };
  }
  if (!types.hasMember(name) && !scope.anonymousMembers.has(name))
    throw new SyntaxProblem(`the property "${name}" is not supported`, node.at);
  scope.touched.add(`?.${name}`);
  const run = (frame: Frame) => {
    const value = target.run(frame);
    if (value === null || value === undefined) throw nullReference();
    if (value instanceof AnonymousObject && value.members.has(name)) return value.members.get(name);
    const owner = types.tableOf(value);
    const member = owner && types.properties(owner, name);
    if (!member)
      throw new ExpressionError(
        'RuntimeBinderException',
        `'${owner?.name}' does not contain a definition for '${name}'`,
      );
    return invoke(member, value, undefined, [], types);
  };
  return { run, type: undefined };
}

/** Static types that say nothing of what the value can do. */
function isVague(type: string): boolean {
  return type === 'object' || type === 'T' || type === 'JToken';
}

export function compileCall(node: Extract<Node, { kind: 'call' }>, scope: Scope, compiler: Compiler): Code {
  const { target } = node;
  if (target.kind === 'member') return methodCall(target, node, scope, compiler);
  const code = compiler.expression(target, scope);
  const given = node.arguments.map((argument) => compiler.expression(argument.value, scope));
  const run = (frame: Frame) => {
    const callee = code.run(frame);
    if (typeof callee !== 'function') throw new ExpressionError('InvalidOperationException', 'This is no function.');
    return (callee as (...values: unknown[]) => unknown)(...given.map((argument) => argument.run(frame)));
  };
  return { run, type: undefined };
}

function methodCall(callee: MemberNode, node: Extract<Node, { kind: 'call' }>, scope: Scope, compiler: Compiler): Code {
  const { types } = scope;
  const typeArgument = callee.typeArguments.map((type) => `${knownType(type, scope)}${type.nullable ? '?' : ''}`)[0];
  const owner = typeReference(callee.target, scope);
  const { name } = callee;
  if (owner) {
    const candidates = owner.statics.get(name)?.filter(({ kind }) => kind === 'method') ?? [];
    return bind(candidates, `${owner.name}.${name}`, undefined, node, typeArgument, scope, compiler);
  }
  if (isNamespace(callee.target, scope)) throw new SyntaxProblem(`the type "${name}" is not supported`, callee.at);
  const target = compiler.expression(callee.target, scope);
  const table = target.type && !isVague(target.type) ? types.named(target.type) : undefined;
  if (table) {
    scope.touched.add(`${table.name}.${name}`);
    return bind(types.methods(table, name), `${table.name}.${name}`, target, node, typeArgument, scope, compiler);
  }
  if (!types.hasMember(name)) throw new SyntaxProblem(`the method "${name}" is not supported`, callee.at);
  scope.touched.add(`?.${name}`);
  const pass = compileArguments(node.arguments, scope, compiler);
  const run = (frame: Frame) => {
    const value = target.run(frame);
    if (value === null || value === undefined) throw nullReference();
    const actual = types.tableOf(value);
    const candidates = actual ? types.methods(actual, name) : [];
    const passed = pass(frame);
    const member = selectMember(candidates, passed, typeArgument, types);
    if (!member)
      throw new ExpressionError(
        'RuntimeBinderException',
        `'${actual?.name}' does not contain a matching definition for '${name}'`,
      );
    return invoke(member, value, typeArgument, passed, types);
  };
  const common = new Set(['ToString', 'Trim', 'ToLower', 'ToUpper', 'Substring']);
  return { run, type: common.has(name) ? 'string' : typeArgument?.replace('?', '') };
}

function bind(
  candidates: readonly Member[],
  label: string,
  target: Code | undefined,
  node: Extract<Node, { kind: 'call' }>,
  typeArgument: string | undefined,
  scope: Scope,
  compiler: Compiler,
): Code {
  if (candidates.length === 0) throw new SyntaxProblem(`"${label}" is not supported`, node.at);
  const { types } = scope;
  const fitting = candidates.filter((member) => acceptsShape(member, node.arguments));
  if (fitting.length === 0)
    throw new SyntaxProblem(`"${label}" does not take ${node.arguments.length} such arguments`, node.at);
  const pass = compileArguments(node.arguments, scope, compiler);
  const returns = new Set(
    fitting.map((member) => (member.returns === 'T' ? typeArgument?.replace('?', '') : member.returns)),
  );
  const type = returns.size === 1 ? [...returns][0] : undefined;
  const only = fitting.length === 1 ? fitting[0] : undefined;
  const run = (frame: Frame) => {
    let value: unknown;
    if (target) {
      value = target.run(frame);
      if (value === null || value === undefined) throw nullReference();
    }
    const passed = pass(frame);
    const member = only ?? selectMember(fitting, passed, typeArgument, types);
    if (!member) throw new ExpressionError('ArgumentException', `No overload of '${label}' takes these arguments.`);
    return invoke(member, value, typeArgument, passed, types);
  };
  return { run, type };
}

function acceptsShape(member: Member, given: readonly Argument[]): boolean {
  const { parameters } = member;
  const rest = parameters.at(-1)?.rest ?? false;
  if (given.length > parameters.length && !rest) return false;
  if (given.some(({ name }) => name !== undefined && !parameters.some((parameter) => parameter.name === name)))
    return false;
  if (given.some(({ out }, i) => (out !== undefined) !== (parameters[i]?.type === 'out'))) return false;
  const needed = parameters.filter(({ optional, rest }) => !optional && !rest).length;
  return given.length >= needed;
}

export function compileArguments(
  given: readonly Argument[],
  scope: Scope,
  compiler: Compiler,
): (frame: Frame) => PassedArgument[] {
  const codes = given.map(({ name, out, value }) => {
    if (!out) return { name, run: compiler.expression(value, scope).run };
    const { slot } = outVariable(out, scope, value.at);
    const run = (frame: Frame) => (stored: unknown) => (frame.locals[slot] = stored);
    return { name, run };
  });
  return (frame) => codes.map(({ name, run }) => ({ name, value: run(frame) }));
}

function outVariable(out: NonNullable<Argument['out']>, scope: Scope, at: number): { slot: number } {
  if (out.variable === '_') return scope.temporary(undefined);
  if (out.type) {
    const type = out.type.name === 'var' ? undefined : knownType(out.type, scope);
    return scope.declare(out.variable, type, at);
  }
  const variable = scope.find(out.variable);
  if (!variable) throw new SyntaxProblem(`"${out.variable}" is not known here`, at);
  return variable;
}

export function compileIndex(node: Extract<Node, { kind: 'index' }>, scope: Scope, compiler: Compiler): Code {
  const { types } = scope;
  const target = compiler.expression(node.target, scope);
  const pass = compileArguments(node.arguments, scope, compiler);
  const table = target.type && !isVague(target.type) ? types.named(target.type) : undefined;
  const known = table ? types.indexers(table) : undefined;
  if (table && !known?.length) throw new SyntaxProblem(`"${table.name}" has no elements`, node.at);
  if (table) scope.touched.add(`${table.name}[]`);
  const run = (frame: Frame) => {
    const value = target.run(frame);
    if (value === null || value === undefined) throw nullReference();
    const owner = types.tableOf(value);
    const passed = pass(frame);
    // Groups and queries are seen through other values, so what is written down goes before what the value is.
    const seen = table && owner && !types.isA(owner, table.name) ? table : owner;
    const member = seen && selectMember(types.indexers(seen), passed, undefined, types);
    if (!member)
      throw new ExpressionError('InvalidOperationException', `'${owner?.name}' cannot be indexed like this.`);
    return invoke(member, value, undefined, passed, types);
  };
  const returns = new Set(known?.map((member) => member.returns));
  return { run, type: returns.size === 1 ? [...returns][0] : undefined };
}
