import { ExpressionError } from '../errors.ts';
import { makeLocals, type Bindable, type Code, type Frame, type StatementCode } from './code.ts';
import { spend } from './budget.ts';
import { convert } from './conversions.ts';
import { emitCall } from './emit-call.ts';
import { commonType } from './inference.ts';
import { netType, types, type NetType } from './net-type.ts';
import { resolve } from './overloads.ts';
import { initialize, type Compiler, type FunctionScope, type Scope } from './scope.ts';
import type { Node, Statement } from './syntax.ts';
import { SyntaxProblem } from './tokens.ts';
import { knownType } from './type-names.ts';
import type { Found } from './type-registry.ts';

type LambdaNode = Extract<Node, { kind: 'lambda' }>;
const unboundType = netType('lambda');
const statementKinds = new Set([
  ...['block', 'declare', 'expression', 'function', 'if', 'foreach', 'for', 'while', 'return', 'break', 'continue'],
  ...['switch', 'try', 'using'],
]);

function isStatement(body: LambdaNode['body']): body is Statement {
  return statementKinds.has(body.kind);
}

interface CompiledBody {
  run(frame: Frame): unknown;
  returns: NetType;
  home: FunctionScope;
  parameters: readonly ((frame: Frame, value: unknown) => void)[];
}

/** `x => ...`, which has a type only where one is expected. */
export function compileLambda(node: LambdaNode, scope: Scope, compiler: Compiler): Code {
  const declared = node.parameters.map(({ type }) => type && knownType(type, scope));
  const bindable: Bindable = {
    arity: node.parameters.length,
    declared,
    returns: (parameters) => {
      if (parameters.length !== node.parameters.length) return undefined;
      try {
        return compileBody(node, parameters, undefined, scope, compiler).returns;
      } catch (error) {
        if (!(error instanceof SyntaxProblem)) throw error;
        bindable.problem = error;
        return undefined;
      }
    },
    bind: (parameters, returns, type) => {
      if (parameters.length !== node.parameters.length)
        throw new SyntaxProblem(
          `this function takes ${node.parameters.length} arguments, not ${parameters.length}`,
          node.at,
        );
      if (declared.some((one, i) => one && one !== parameters[i]))
        throw new SyntaxProblem(`this function's parameters are not those of ${type.key}`, node.at);
      const body = compileBody(node, parameters, returns, scope, compiler);
      return { type, run: (frame) => closure(body, frame, false) };
    },
  };
  return { type: unboundType, bindable, run: unbound };
}

function unbound(): never {
  throw new ExpressionError('InvalidOperationException', 'This function has no type.');
}

/** Compiled once for each list of parameter types, for overloads ask again and again. */
function compileBody(
  node: LambdaNode,
  parameters: readonly NetType[],
  returns: NetType | undefined,
  scope: Scope,
  compiler: Compiler,
): CompiledBody {
  const known = scope.root.lambdas.get(node) ?? new Map<string, unknown>();
  scope.root.lambdas.set(node, known);
  const key = `${scope.function.id}:${parameters.map((type) => type.key).join(',')}:${returns?.key}`;
  const before = known.get(key);
  if (before instanceof SyntaxProblem) throw before;
  if (before) return before as CompiledBody;
  scope.step(node.at);
  const unassigned = new Set(scope.function.unassigned);
  try {
    const body = compileFresh(node, parameters, returns, scope, compiler, unassigned);
    known.set(key, body);
    return body;
  } catch (error) {
    if (error instanceof SyntaxProblem) known.set(key, error);
    throw error;
  } finally {
    scope.function.unassigned = unassigned;
  }
}

function compileFresh(
  node: LambdaNode,
  parameters: readonly NetType[],
  returns: NetType | undefined,
  scope: Scope,
  compiler: Compiler,
  unassigned: ReadonlySet<string>,
): CompiledBody {
  const inside = scope.lambda();
  const home = inside.function;
  home.unassigned = new Set(unassigned);
  home.returns = returns;
  const stores = parameters.map((type, i) => {
    const { name, at } = node.parameters[i] as { name: string; at: number };
    const isHidden = name === '_' && node.parameters.filter((one) => one.name === '_').length > 1;
    home.unassigned.delete(name);
    return initialize(isHidden ? inside.temporary(type) : inside.declare(name, type, at));
  });
  const { body } = node;
  if (isStatement(body)) return statementBody(node, compiler.statement(body, inside), inside, stores);
  const code = compiler.expression(body, inside);
  if (returns === types.void) {
    if (!isEffect(body) && code.type !== types.void)
      throw new SyntaxProblem('this does nothing as a statement', body.at);
    return { run: code.run, returns: types.void, home, parameters: stores };
  }
  if (!returns) {
    if (code.bindable) throw new SyntaxProblem('what this function gives has no type', body.at);
    return { run: code.run, returns: code.type, home, parameters: stores };
  }
  const converted = convert(code, returns, scope.registry);
  if (!converted) throw new SyntaxProblem(`this gives ${code.type.key}, and ${returns.key} is wanted`, body.at);
  return { run: converted.run, returns, home, parameters: stores };
}

const effects = new Set(['call', 'assign', 'step', 'new', 'maybe', 'throw']);
const isEffect = (node: Node) => effects.has(node.kind);

function statementBody(
  node: LambdaNode,
  body: StatementCode,
  inside: Scope,
  parameters: CompiledBody['parameters'],
): CompiledBody {
  const home = inside.function;
  const given = home.returned;
  const returns = home.returns ?? (given.length === 0 ? types.void : commonType(given, inside.registry));
  if (!returns) throw new SyntaxProblem('what this function gives has no single type', node.at);
  if (body.ends && returns !== types.void) throw new SyntaxProblem('not every path gives a value', node.at);
  const run = (frame: Frame) => {
    body.run(frame);
    return frame.result;
  };
  return { run, returns, home, parameters };
}

/** The JavaScript function for a lambda; one `late` looks its surroundings up when it is called. */
function closure(body: CompiledBody, frame: Frame, late: boolean): (...given: unknown[]) => unknown {
  const { home, parameters, run } = body;
  const { captures, slots } = home;
  const { context } = frame;
  const cells = late ? undefined : captures.map(({ from }) => frame.locals[from]);
  const [first, second] = parameters;
  const enter = (): Frame => {
    spend();
    const locals = makeLocals(slots);
    for (let i = 0; i < captures.length; i++) {
      const { from, to } = captures[i] as { from: number; to: number };
      locals[to] = cells ? cells[i] : frame.locals[from];
    }
    return { context, locals, result: null };
  };
  if (parameters.length === 1 && first)
    return (value) => {
      const inner = enter();
      first(inner, value);
      return run(inner);
    };
  if (parameters.length === 2 && first && second)
    return (one, two) => {
      const inner = enter();
      first(inner, one);
      second(inner, two);
      return run(inner);
    };
  return (...given) => {
    const inner = enter();
    parameters.forEach((put, i) => put(inner, given[i] ?? null));
    return run(inner);
  };
}

/** A function in a block. It sees variables of the block that are declared after it. */
export function compileLocalFunction(
  node: LambdaNode,
  returns: NetType,
  scope: Scope,
  compiler: Compiler,
): (frame: Frame) => unknown {
  const parameters = node.parameters.map(({ type, at }) => {
    if (!type) throw new SyntaxProblem('this parameter has no type', at);
    return knownType(type, scope);
  });
  // What it uses counts where it is called, which is not looked at.
  const body = compileFresh(node, parameters, returns, scope, compiler, new Set());
  return (frame) => closure(body, frame, true);
}

/** A method named without a call, as in `text.All(char.IsDigit)`. */
export function methodGroup(found: readonly Found[], target: Code | undefined, scope: Scope, at: number): Code {
  const { registry } = scope;
  const pick = (parameters: readonly NetType[], args: readonly Code[]) => {
    const given = args.map((code) => ({ name: undefined, code }));
    const isExtension = target && found[0]?.member.extension;
    const all = isExtension ? [{ name: undefined, code: target }, ...given] : given;
    const name = found[0]?.member.name ?? '';
    return emitCall(resolve(found, all, [], registry, name, at), isExtension ? undefined : target, registry);
  };
  const dummy = (type: NetType): Code => ({ type, run: () => null });
  const bindable: Bindable = {
    arity: undefined,
    declared: [],
    returns: (parameters) => {
      try {
        return pick(parameters, parameters.map(dummy)).type;
      } catch (error) {
        if (error instanceof SyntaxProblem) return undefined;
        throw error;
      }
    },
    bind: (parameters, returns, type) => {
      const args = parameters.map((one, i): Code => ({ type: one, run: (frame) => frame.locals[i] }));
      const self = target && scope.temporary(target.type);
      const bound = pick(parameters, args);
      const code = returns === types.void ? bound : convert(bound, returns, registry);
      if (!code) throw new SyntaxProblem(`this method gives ${bound.type.key}, and ${returns.key} is wanted`, at);
      return {
        type,
        run: (outer) => {
          if (!self) return (...given: unknown[]) => code.run({ context: outer.context, locals: given, result: null });
          // The target is evaluated where the method is named, not where it is called.
          const value = target.run(outer);
          const again = pickOn(value);
          return (...given: unknown[]) => again.run({ context: outer.context, locals: given, result: null });
        },
      };
      function pickOn(value: unknown): Code {
        const held: Code = { type: (target as Code).type, run: () => value };
        const bound = methodOn(held, args);
        return returns === types.void ? bound : (convert(bound, returns, registry) as Code);
      }
    },
  };
  return { type: unboundType, bindable, run: unbound };

  function methodOn(held: Code, args: readonly Code[]): Code {
    const given = args.map((code) => ({ name: undefined, code }));
    const isExtension = found[0]?.member.extension ?? false;
    const name = found[0]?.member.name ?? '';
    return isExtension
      ? emitCall(
          resolve(found, [{ name: undefined, code: held }, ...given], [], registry, name, at),
          undefined,
          registry,
        )
      : emitCall(resolve(found, given, [], registry, name, at), held, registry);
  }
}
