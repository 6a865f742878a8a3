import { ExpressionError } from '../errors.ts';
import type { Code, Frame, Signal, StatementCode } from './code.ts';
import { condition, flowOf } from './compile-choice.ts';
import { compileForeach, compileLoop, compileFor } from './compile-loop.ts';
import { compileLocalFunction } from './compile-lambda.ts';
import { compileSwitch } from './compile-switch.ts';
import { compileTry } from './compile-try.ts';
import { convert, defaultValue } from './conversions.ts';
import { toException } from './exceptions.ts';
import { netType, types, type NetType } from './net-type.ts';
import { initialize, merge, store, type Compiler, type Scope } from './scope.ts';
import type { Node, Statement } from './syntax.ts';
import { SyntaxProblem } from './tokens.ts';
import { knownType } from './type-names.ts';

/** Turns a statement into a closure. Throws SyntaxProblem for what C# refuses or is not supported. */
export function compileStatement(statement: Statement, scope: Scope, compiler: Compiler): StatementCode {
  switch (statement.kind) {
    case 'block':
      return compileBlock(statement.statements, scope.inner(), compiler);
    case 'declare':
      return declaration(statement, scope, compiler);
    case 'expression': {
      const value = compiler.expression(statement.value, scope);
      if (value.bindable) throw new SyntaxProblem('this expression does nothing as a statement', statement.at);
      return { ends: true, run: (frame) => void value.run(frame) };
    }
    case 'function':
      return localFunction(statement, scope, compiler);
    case 'if':
      return ifStatement(statement, scope, compiler);
    case 'foreach':
      return compileForeach(statement, scope, compiler);
    case 'for':
      return compileFor(statement, scope.inner(), compiler);
    case 'while':
      return compileLoop(statement, scope, compiler);
    case 'return':
      return returnStatement(statement, scope, compiler);
    case 'break':
    case 'continue': {
      const target = scope.function.loops.findLast((loop) => statement.kind === 'break' || loop.continues);
      if (!target) throw new SyntaxProblem(`"${statement.kind}" stands outside of a loop`, statement.at);
      if (statement.kind === 'break') target.broken = true;
      const { kind } = statement;
      return { ends: false, run: () => kind };
    }
    case 'throw':
      return throwStatement(statement, scope, compiler);
    case 'using': {
      const inside = scope.inner();
      const first = compiler.statement(statement.declare, inside);
      const body = compiler.statement(statement.body, inside);
      return { ends: body.ends, run: (frame) => first.run(frame) ?? body.run(frame) };
    }
    case 'checked': {
      const inside = scope.inner();
      inside.checked = statement.checked;
      return compiler.statement(statement.body, inside);
    }
    case 'switch':
      return compileSwitch(statement, scope, compiler);
    default:
      return compileTry(statement, scope, compiler);
  }
}

/** Statements in a scope that is theirs. */
function compileBlock(statements: readonly Statement[], scope: Scope, compiler: Compiler): StatementCode {
  // Local functions may be called before the line that defines them.
  const functions = statements.filter((statement) => statement.kind === 'function');
  for (const { name, at, value, returns } of functions)
    scope.declare(name, signature(value, returns ? knownType(returns, scope) : types.void, scope), at).readOnly = true;
  let ends = true;
  const compiled = statements.map((statement) => {
    const code = compiler.statement(statement, scope);
    if (statement.kind !== 'function') ends &&= code.ends;
    return code;
  });
  const isFunction = (i: number) => statements[i]?.kind === 'function';
  const ordered = functions.length
    ? [...compiled.filter((_step, i) => isFunction(i)), ...compiled.filter((_step, i) => !isFunction(i))]
    : compiled;
  const steps = ordered.map(({ run }) => run);
  const run: StatementCode['run'] = (frame) => {
    for (const step of steps) {
      const signal = step(frame);
      if (signal) return signal;
    }
    return undefined;
  };
  const [first, second] = steps;
  if (steps.length === 1 && first) return { ends, run: first };
  if (steps.length === 2 && first && second) return { ends, run: (frame) => first(frame) ?? second(frame) };
  return { ends, run };
}

function signature(node: Node, returns: NetType, scope: Scope): NetType {
  const parameters =
    node.kind === 'lambda' ? node.parameters.map(({ type }) => (type ? knownType(type, scope) : types.object)) : [];
  return returns === types.void ? netType('Action', parameters) : netType('Func', [...parameters, returns]);
}

function localFunction(
  statement: Extract<Statement, { kind: 'function' }>,
  scope: Scope,
  compiler: Compiler,
): StatementCode {
  const { value } = statement;
  const variable = scope.find(statement.name);
  if (value.kind !== 'lambda' || !variable) throw new SyntaxProblem('this function cannot be read', statement.at);
  const returns = statement.returns ? knownType(statement.returns, scope) : types.void;
  const put = initialize(variable);
  const set = store(variable);
  const made = compileLocalFunction(value, returns, scope, compiler);
  return {
    ends: true,
    run: (frame) => {
      put(frame, null);
      set(frame, made(frame));
      return undefined;
    },
  };
}

function declaration(
  statement: Extract<Statement, { kind: 'declare' }>,
  scope: Scope,
  compiler: Compiler,
): StatementCode {
  const { registry } = scope;
  const declared = statement.type && knownType(statement.type, scope);
  const steps = statement.variables.map(({ name, value }) => {
    const given = value && compiler.expression(value, scope);
    const type = declared ?? given?.type;
    if (
      !type ||
      (!declared && (!given || given.bindable || given.type.name === 'default' || given.type.name === 'throw'))
    )
      throw new SyntaxProblem(`"var ${name}" needs a value with a type`, statement.at);
    const code = given && convert(given, type, registry);
    if (given && !code) throw new SyntaxProblem(`${given.type.key} cannot be assigned to ${type.key}`, statement.at);
    const variable = scope.declare(name, type, statement.at);
    if (code) {
      scope.function.unassigned.delete(name);
      variable.origin = code.origin;
      if (statement.constant) {
        if (!code.constant && type !== types.null) throw new SyntaxProblem(`"${name}" needs a constant`, statement.at);
        variable.constant = code.constant;
      }
    } else scope.function.unassigned.add(name);
    const put = initialize(variable);
    if (!code) {
      const zero = defaultValue(type, registry);
      return (frame: Frame): Signal => {
        put(frame, zero);
        return undefined;
      };
    }
    const { run } = code;
    return (frame: Frame): Signal => {
      put(frame, run(frame));
      return undefined;
    };
  });
  const [only] = steps;
  if (only && steps.length === 1) return { ends: true, run: only };
  return {
    ends: true,
    run: (frame) => {
      for (const step of steps) step(frame);
      return undefined;
    },
  };
}

function ifStatement(statement: Extract<Statement, { kind: 'if' }>, scope: Scope, compiler: Compiler): StatementCode {
  // C# 7 lets variables of the condition live on in the scope around the statement.
  const code = compiler.expression(statement.test, scope);
  const test = condition(code, scope, statement.test.at);
  const home = scope.function;
  const constant = code.constant?.value;
  const flow = flowOf(code, scope);
  home.unassigned = new Set(flow.whenTrue);
  const yes = compiler.statement(statement.yes, scope.inner());
  const afterYes = home.unassigned;
  home.unassigned = new Set(flow.whenFalse);
  const no = statement.no && compiler.statement(statement.no, scope.inner());
  const [yesEnds, noEnds] = [yes.ends && constant !== false, (no?.ends ?? true) && constant !== true];
  home.unassigned = merge(home.unassigned, noEnds, afterYes, yesEnds);
  const [first, second] = [yes.run, no?.run];
  return { ends: yesEnds || noEnds, run: (frame) => (test(frame) ? first(frame) : second?.(frame)) };
}

function returnStatement(
  statement: Extract<Statement, { kind: 'return' }>,
  scope: Scope,
  compiler: Compiler,
): StatementCode {
  const home = scope.function;
  if (home.finals > 0) throw new SyntaxProblem('"return" cannot leave a finally block', statement.at);
  const finish = (run: Code['run']): StatementCode => ({
    ends: false,
    run: (frame) => {
      frame.result = run(frame);
      return 'return';
    },
  });
  if (!statement.value) {
    if (home.returns && home.returns !== types.void) throw new SyntaxProblem('"return" needs a value', statement.at);
    return finish(() => null);
  }
  const value = compiler.expression(statement.value, scope);
  if (!home.returns) {
    if (value.bindable) throw new SyntaxProblem('what is returned has no type', statement.at);
    home.returned.push(value);
    return finish(value.run);
  }
  const converted = home.returns === types.void ? undefined : convert(value, home.returns, scope.registry);
  if (!converted) throw new SyntaxProblem(`${value.type.key} cannot be returned as ${home.returns.key}`, statement.at);
  return finish(converted.run);
}

function throwStatement(
  statement: Extract<Statement, { kind: 'throw' }>,
  scope: Scope,
  compiler: Compiler,
): StatementCode {
  if (!statement.value) {
    const { caught } = scope.function;
    if (caught === undefined) throw new SyntaxProblem('"throw" alone stands outside of "catch"', statement.at);
    return {
      ends: false,
      run: (frame) => {
        throw frame.locals[caught];
      },
    };
  }
  const value = convert(compiler.expression(statement.value, scope), types.exception, scope.registry);
  if (!value) throw new SyntaxProblem('only exceptions can be thrown', statement.at);
  return {
    ends: false,
    run: (frame) => {
      const thrown = value.run(frame);
      throw thrown === null
        ? new ExpressionError('NullReferenceException', 'Object reference not set to an instance of an object.')
        : toException(thrown);
    },
  };
}
