import type { ExpressionError } from '../errors.ts';
import type { Frame, Signal, StatementCode } from './code.ts';
import { condition } from './compile-choice.ts';
import { toException } from './exceptions.ts';
import { types, type NetType } from './net-type.ts';
import { isInstance } from './runtime-type.ts';
import { initialize, type Compiler, type Scope } from './scope.ts';
import type { Statement } from './syntax.ts';
import { SyntaxProblem } from './tokens.ts';
import { knownType } from './type-names.ts';

type TryStatement = Extract<Statement, { kind: 'try' }>;

export function compileTry(statement: TryStatement, scope: Scope, compiler: Compiler): StatementCode {
  const home = scope.function;
  const before = new Set(home.unassigned);
  const body = compiler.statement(statement.body, scope);
  const afterBody = home.unassigned;
  const union = new Set(body.ends ? afterBody : []);
  const caught: NetType[] = [];
  const catches = statement.catches.map((one) => {
    home.unassigned = new Set(before);
    const code = catchClause(one, scope, compiler);
    if (one.type && caught.some((type) => scope.registry.supers(code.type).includes(type)))
      throw new SyntaxProblem(`a clause before catches every ${code.type.key} already`, one.type?.at ?? statement.at);
    if (!one.when) caught.push(code.type);
    if (code.ends) for (const name of home.unassigned) union.add(name);
    return code;
  });
  home.unassigned = union;
  home.finals++;
  const last = statement.last && compiler.statement(statement.last, scope);
  home.finals--;
  const run = (frame: Frame): Signal => {
    try {
      return body.run(frame);
    } catch (thrown) {
      const error = toException(thrown);
      const found = catches.find(({ fits }) => fits(error, frame));
      if (!found) throw error;
      return found.run(error, frame);
    }
  };
  const ends = (body.ends || catches.some((one) => one.ends)) && (last?.ends ?? true);
  if (!last) return { ends, run };
  return {
    ends,
    run: (frame) => {
      let signal: Signal;
      try {
        signal = run(frame);
      } catch (error) {
        last.run(frame);
        throw error;
      }
      const { result } = frame;
      last.run(frame);
      frame.result = result;
      return signal;
    },
  };
}

function catchClause(clause: TryStatement['catches'][number], scope: Scope, compiler: Compiler) {
  const { registry, function: home } = scope;
  const type = clause.type ? knownType(clause.type, scope) : types.exception;
  if (!registry.supers(type).includes(types.exception))
    throw new SyntaxProblem(`${type.key} is no exception`, clause.type?.at ?? 0);
  const inside = scope.inner();
  const variable =
    clause.variable === undefined ? undefined : inside.declare(clause.variable, type, clause.type?.at ?? 0);
  const put = variable && initialize(variable);
  const { slot } = inside.temporary(type);
  const when = clause.when && condition(compiler.expression(clause.when, inside), inside, clause.when.at);
  const outer = home.caught;
  home.caught = slot;
  const body = compiler.statement(clause.body, inside);
  home.caught = outer;
  return {
    type,
    ends: body.ends,
    fits: (error: ExpressionError, frame: Frame) => {
      if (type !== types.exception && !isInstance(error, type, registry)) return false;
      put?.(frame, error);
      return when ? when(frame) : true;
    },
    run: (error: ExpressionError, frame: Frame) => {
      frame.locals[slot] = error;
      return body.run(frame);
    },
  };
}
