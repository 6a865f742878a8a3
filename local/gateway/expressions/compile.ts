import { compiler } from './compile-expression.ts';
import { toException } from './exceptions.ts';
import { parseSingleExpression, parseStatements } from './parse-statement.ts';
import { type Frame, Scope } from './scope.ts';
import { predefinedTypes } from './token-reader.ts';
import { SyntaxProblem } from './tokens.ts';
import type { TypeRegistry } from './type-registry.ts';

export interface CompiledExpression {
  /** Throws ExpressionError for what .NET would throw. */
  evaluate(context: unknown): unknown;
  /** `Type.Member` of what it uses of the host's types, `?.Member` where the type is known only when it runs. */
  touched: ReadonlySet<string>;
}

export function isExpression(text: string): boolean {
  return /^\s*@[({]/.test(text);
}

/** Compiles `@(expression)` or `@{ statements }`. Throws SyntaxProblem with the offset in `text`. */
export function compileSource(text: string, types: TypeRegistry): CompiledExpression {
  const start = text.indexOf('@');
  const end = text.trimEnd().length;
  const open = text[start + 1];
  if (text[end - 1] !== (open === '(' ? ')' : '}')) throw new SyntaxProblem('the expression is not closed', end);
  // Blanks stand for what comes before, so that offsets are those of the whole text.
  const source = ' '.repeat(start + 2) + text.slice(start + 2, end - 1);
  const scope = new Scope(types);
  const isType = (name: string) => predefinedTypes.has(name) || types.named(name) !== undefined;
  const run = shallow(() =>
    open === '(' ? expressionRunner(source, scope, isType) : statementRunner(source, scope, isType),
  );
  const { slots } = scope;
  return {
    touched: scope.touched,
    evaluate: (context) => {
      try {
        return run({ context, locals: slots === 0 ? none : Array.from({ length: slots }, () => null), result: null });
      } catch (error) {
        throw toException(error);
      }
    },
  };
}

const none: unknown[] = [];

function shallow<T>(compile: () => T): T {
  try {
    return compile();
  } catch (error) {
    if (error instanceof RangeError) throw new SyntaxProblem('it nests too deeply', 0);
    throw error;
  }
}

type Runner = (frame: Frame) => unknown;

function expressionRunner(source: string, scope: Scope, isType: (name: string) => boolean): Runner {
  return compiler.expression(parseSingleExpression(source, isType), scope).run;
}

function statementRunner(source: string, scope: Scope, isType: (name: string) => boolean): Runner {
  const body = compiler.statement(parseStatements(source, isType), scope);
  return (frame) => {
    body(frame);
    return frame.result;
  };
}
