import { ExpressionError } from '../errors.ts';
import { castTo, widen } from './conversions.ts';
import { toException } from './exceptions.ts';
import type { Code, Compiler, Frame, Scope, Signal, StatementCode } from './scope.ts';
import type { Statement, SwitchSection, TypeName } from './syntax.ts';
import { SyntaxProblem } from './tokens.ts';
import { areEqual, walk } from './values.ts';

/** A loop that runs longer than this is a mistake, and would stop every other request. */
const maxIterations = 1_000_000;

/** Turns a statement into a closure. Throws SyntaxProblem for what is not supported. */
export function compileStatement(statement: Statement, scope: Scope, compiler: Compiler): StatementCode {
  switch (statement.kind) {
    case 'block':
      return sequence(statement.statements, scope.inner(), compiler);
    case 'declare':
      return declaration(statement, scope, compiler);
    case 'expression': {
      const value = compiler.expression(statement.value, scope);
      return (frame) => void value.run(frame);
    }
    case 'function': {
      const value = compiler.expression(statement.value, scope);
      const slot = scope.find(statement.name)?.slot ?? scope.declare(statement.name, 'Func', statement.at).slot;
      return (frame) => void (frame.locals[slot] = value.run(frame));
    }
    case 'if': {
      const test = condition(compiler.expression(statement.test, scope), statement.test.at);
      const yes = compiler.statement(statement.yes, scope.inner());
      const no = statement.no && compiler.statement(statement.no, scope.inner());
      return (frame) => (test(frame) ? yes(frame) : no?.(frame));
    }
    case 'foreach':
      return foreach(statement, scope, compiler);
    case 'for':
      return forLoop(statement, scope.inner(), compiler);
    case 'while': {
      const test = condition(compiler.expression(statement.test, scope), statement.test.at);
      return loop(statement.testFirst, test, compiler.statement(statement.body, scope.inner()), undefined);
    }
    case 'return': {
      const value = statement.value && compiler.expression(statement.value, scope);
      return (frame) => {
        frame.result = value ? value.run(frame) : null;
        return 'return';
      };
    }
    case 'break':
      return () => 'break';
    case 'continue':
      return () => 'continue';
    case 'throw': {
      const value = statement.value && compiler.expression(statement.value, scope);
      return (frame) => {
        throw value ? toException(value.run(frame)) : new ExpressionError('Exception', 'rethrown');
      };
    }
    case 'using': {
      const inside = scope.inner();
      const first = compiler.statement(statement.declare, inside);
      const body = compiler.statement(statement.body, inside);
      return (frame) => first(frame) ?? body(frame);
    }
    case 'switch':
      return switchStatement(statement, scope, compiler);
    default:
      return tryStatement(statement, scope, compiler);
  }
}

function sequence(statements: readonly Statement[], scope: Scope, compiler: Compiler): StatementCode {
  // Local functions may be called before the line that defines them.
  const functions = statements.filter((statement) => statement.kind === 'function');
  for (const { name, at } of functions) scope.declare(name, 'Func', at);
  const compiled = statements.map((statement) => compiler.statement(statement, scope));
  const isFunction = (i: number) => statements[i]?.kind === 'function';
  const steps = functions.length
    ? [...compiled.filter((_step, i) => isFunction(i)), ...compiled.filter((_step, i) => !isFunction(i))]
    : compiled;
  return (frame) => {
    for (const step of steps) {
      const signal = step(frame);
      if (signal) return signal;
    }
    return undefined;
  };
}

/** A condition that is known not to be a bool is refused; otherwise it is checked when it runs. */
export function condition(code: Code, at: number): (frame: Frame) => boolean {
  if (code.type !== undefined && !['bool', 'object', 'JToken', 'JValue', 'T'].includes(code.type))
    throw new SyntaxProblem(`a condition is a bool, and this is ${code.type}`, at);
  return (frame) => {
    const value = code.run(frame);
    if (typeof value === 'boolean') return value;
    throw new ExpressionError('InvalidCastException', 'A condition must be a bool.');
  };
}

function declaration(
  statement: Extract<Statement, { kind: 'declare' }>,
  scope: Scope,
  compiler: Compiler,
): StatementCode {
  const steps = statement.variables.map(({ name, value }) => {
    const code = value && compiler.expression(value, scope);
    const declared = statement.type && knownType(statement.type, scope);
    if (!declared && !code) throw new SyntaxProblem(`"var ${name}" needs a value`, statement.at);
    const { slot } = scope.declare(name, declared === 'object' ? 'object' : (declared ?? code?.type), statement.at);
    return (frame: Frame) => {
      const given = code ? code.run(frame) : null;
      frame.locals[slot] = declared ? widen(declared, given) : given;
    };
  });
  return (frame) => {
    for (const step of steps) step(frame);
    return undefined;
  };
}

/** The interpreter's name of a type that must be one that expressions may use. */
export function knownType(type: TypeName, scope: Scope): string {
  for (const argument of type.arguments) knownType(argument, scope);
  const name = scope.types.nameOf(type);
  if (!scope.types.named(name)) throw new SyntaxProblem(`the type "${type.name}" is not supported`, type.at);
  return name;
}

function foreach(statement: Extract<Statement, { kind: 'foreach' }>, scope: Scope, compiler: Compiler): StatementCode {
  const items = compiler.expression(statement.items, scope);
  const inside = scope.inner();
  const type = statement.type && knownType(statement.type, scope);
  const { slot } = inside.declare(statement.variable, type, statement.at);
  const body = compiler.statement(statement.body, inside);
  const { types } = scope;
  return (frame) => {
    for (const item of walk(items.run(frame))) {
      frame.locals[slot] = type ? castTo(type, item, types) : item;
      const signal = body(frame);
      if (signal === 'return') return signal;
      if (signal === 'break') break;
    }
    return undefined;
  };
}

function forLoop(statement: Extract<Statement, { kind: 'for' }>, scope: Scope, compiler: Compiler): StatementCode {
  const start = statement.start.map((one) => compiler.statement(one, scope));
  const test = statement.test && condition(compiler.expression(statement.test, scope), statement.test.at);
  const step = statement.step.map((one) => compiler.expression(one, scope));
  const body = compiler.statement(statement.body, scope.inner());
  const run = loop(true, test ?? (() => true), body, (frame) => {
    for (const one of step) one.run(frame);
  });
  return (frame) => {
    for (const one of start) one(frame);
    return run(frame);
  };
}

function loop(
  testFirst: boolean,
  test: (frame: Frame) => boolean,
  body: StatementCode,
  step: ((frame: Frame) => void) | undefined,
): StatementCode {
  return (frame) => {
    let count = 0;
    for (let first = true; (first && !testFirst) || test(frame); first = false) {
      if (++count > maxIterations)
        throw new ExpressionError('TimeoutException', `A loop ran more than ${maxIterations} times.`);
      const signal = body(frame);
      if (signal === 'return') return signal;
      if (signal === 'break') break;
      step?.(frame);
    }
    return undefined;
  };
}

function switchStatement(
  statement: Extract<Statement, { kind: 'switch' }>,
  scope: Scope,
  compiler: Compiler,
): StatementCode {
  const value = compiler.expression(statement.value, scope);
  const inside = scope.inner();
  const sections = statement.sections.map((section: SwitchSection) => ({
    labels: section.labels.map((label) => label && compiler.expression(label, inside)),
    body: sequence(section.statements, inside, compiler),
  }));
  const fallback = sections.find(({ labels }) => labels.includes(undefined));
  return (frame) => {
    const subject = value.run(frame);
    const chosen =
      sections.find(({ labels }) => labels.some((label) => label && areEqual(label.run(frame), subject))) ?? fallback;
    const signal = chosen?.body(frame);
    return signal === 'break' ? undefined : signal;
  };
}

function tryStatement(statement: Extract<Statement, { kind: 'try' }>, scope: Scope, compiler: Compiler): StatementCode {
  const body = compiler.statement(statement.body, scope.inner());
  const last = statement.last && compiler.statement(statement.last, scope.inner());
  const catches = statement.catches.map((one) => {
    const inside = scope.inner();
    const type = one.type ? knownType(one.type, scope) : 'Exception';
    const slot = one.variable === undefined ? undefined : inside.declare(one.variable, undefined, statement.at).slot;
    const when = one.when && condition(compiler.expression(one.when, inside), one.when.at);
    return { type, slot, when, body: compiler.statement(one.body, inside) };
  });
  const handle = (error: ExpressionError, frame: Frame): Signal => {
    for (const { type, slot, when, body } of catches) {
      if (type !== 'Exception' && type !== error.type) continue;
      if (slot !== undefined) frame.locals[slot] = error;
      if (when && !when(frame)) continue;
      return body(frame);
    }
    throw error;
  };
  return (frame) => {
    let signal: Signal;
    try {
      signal = body(frame);
    } catch (error) {
      signal = handle(toException(error), frame);
    } finally {
      last?.(frame);
    }
    return signal;
  };
}
