import { JsonToken } from './json/json-token.ts';
import { walk } from './json/walk-json.ts';
import { spend } from './budget.ts';
import type { Code, Frame, StatementCode } from './code.ts';
import { condition, flowOf } from './compile-choice.ts';
import { convert, explicitChange } from './conversions.ts';
import { netType, substitute, types, type NetType } from './net-type.ts';
import { initialize, type Compiler, type Scope } from './scope.ts';
import type { Statement } from './syntax.ts';
import { SyntaxProblem } from './tokens.ts';
import { knownType } from './type-names.ts';
import { iterate, nullReference } from './values.ts';

/** Compiles what a loop repeats; tells whether a `break` leaves it. */
function loopBody(body: Statement, scope: Scope, compiler: Compiler): { body: StatementCode; broken: boolean } {
  const loop = { continues: true, broken: false };
  const { loops } = scope.function;
  loops.push(loop);
  try {
    return { body: compiler.statement(body, scope.inner()), broken: loop.broken };
  } finally {
    loops.pop();
  }
}

export function compileForeach(
  statement: Extract<Statement, { kind: 'foreach' }>,
  scope: Scope,
  compiler: Compiler,
): StatementCode {
  const { registry } = scope;
  const given = compiler.expression(statement.items, scope);
  const { items, element } = elementsOf(given, scope, statement.items.at);
  const type = statement.type ? knownType(statement.type, scope) : element;
  const change = explicitChange(element, type, registry);
  if (change === undefined) throw new SyntaxProblem(`${element.key} cannot become ${type.key}`, statement.at);
  const inside = scope.inner();
  const variable = inside.declare(statement.variable, type, statement.at);
  variable.readOnly = true;
  const put = initialize(variable);
  const before = new Set(scope.function.unassigned);
  const { body } = loopBody(statement.body, inside, compiler);
  scope.function.unassigned = before;
  const { run } = body;
  return {
    ends: true,
    run: (frame) => {
      const all = items.run(frame);
      for (const item of all instanceof JsonToken ? walk(all) : iterate(all)) {
        spend();
        put(frame, change ? change(item) : item);
        const signal = run(frame);
        if (signal === 'return') return signal;
        if (signal === 'break') break;
      }
      return undefined;
    },
  };
}

/** What `foreach` walks over, and the type of what it finds there. */
function elementsOf(given: Code, scope: Scope, at: number): { items: Code; element: NetType } {
  const { registry } = scope;
  const { type } = given;
  if (type === types.dynamic) return { items: given, element: types.dynamic };
  if (given.bindable || type === types.null || type === types.void)
    throw new SyntaxProblem(`${type.key} is no sequence`, at);
  const own = registry.property(type, 'foreach');
  if (own) {
    const { run } = given;
    const shown = substitute(own.member.returns, own.by);
    const items: Code = {
      type: shown,
      run: (frame) => {
        const value = run(frame);
        if (value === null || value === undefined) throw nullReference();
        return own.member.call(value);
      },
    };
    return { items, element: shown.args[0] as NetType };
  }
  const sequence = registry.supers(type).find(({ name, args }) => name === 'IEnumerable' && args.length === 1);
  if (sequence) {
    const items = convert(given, sequence, registry) ?? given;
    return { items, element: sequence.args[0] as NetType };
  }
  if (!registry.supers(type).includes(netType('IEnumerable')))
    throw new SyntaxProblem(`${type.key} is no sequence`, at);
  const shown = registry.tableOf(type)?.members.get('foreach')?.[0]?.returns;
  return { items: given, element: shown ?? types.object };
}

/** `for (;;)`, which goes on as a test that holds. */
const noTest: Code = { type: types.bool, run: () => true, constant: { value: true } };

export function compileFor(
  statement: Extract<Statement, { kind: 'for' }>,
  scope: Scope,
  compiler: Compiler,
): StatementCode {
  const start = statement.start.map((one) => compiler.statement(one, scope));
  const code = statement.test && compiler.expression(statement.test, scope);
  const test = code && statement.test && condition(code, scope, statement.test.at);
  const { whenTrue, whenFalse } = flowOf(code ?? noTest, scope);
  scope.function.unassigned = new Set(whenTrue);
  const { body, broken } = loopBody(statement.body, scope, compiler);
  const step = statement.step.map((one) => compiler.expression(one, scope));
  const endless = !code || code.constant?.value === true;
  if (!endless) scope.function.unassigned = new Set(broken ? [...whenTrue, ...whenFalse] : whenFalse);
  const run = loop(true, test ?? (() => true), body, (frame) => {
    for (const one of step) one.run(frame);
  });
  return {
    ends: !endless || broken,
    run: (frame) => {
      for (const one of start) one.run(frame);
      return run(frame);
    },
  };
}

export function compileLoop(
  statement: Extract<Statement, { kind: 'while' }>,
  scope: Scope,
  compiler: Compiler,
): StatementCode {
  const compileTest = () => {
    const code = compiler.expression(statement.test, scope);
    return { code, test: condition(code, scope, statement.test.at) };
  };
  if (!statement.testFirst) {
    const { body, broken } = loopBody(statement.body, scope, compiler);
    const { code, test } = compileTest();
    if (!broken) scope.function.unassigned = new Set(flowOf(code, scope).whenFalse);
    return { ends: code.constant?.value !== true || broken, run: loop(false, test, body, undefined) };
  }
  const { code, test } = compileTest();
  const { whenTrue, whenFalse } = flowOf(code, scope);
  scope.function.unassigned = new Set(whenTrue);
  const { body, broken } = loopBody(statement.body, scope, compiler);
  const endless = code.constant?.value === true;
  if (!endless) scope.function.unassigned = new Set(broken ? [...whenTrue, ...whenFalse] : whenFalse);
  return { ends: !endless || broken, run: loop(true, test, body, undefined) };
}

function loop(
  testFirst: boolean,
  test: (frame: Frame) => boolean,
  { run }: StatementCode,
  step: ((frame: Frame) => void) | undefined,
): StatementCode['run'] {
  return (frame) => {
    for (let first = true; (first && !testFirst) || test(frame); first = false) {
      spend();
      const signal = run(frame);
      if (signal === 'return') return signal;
      if (signal === 'break') break;
      step?.(frame);
    }
    return undefined;
  };
}
