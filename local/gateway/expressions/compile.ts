import { compiler } from './compile-expression.ts';
import { startBudget } from './budget.ts';
import { toException } from './exceptions.ts';
import { parseSingleExpression, parseStatements } from './parse-statement.ts';
import { makeLocals, type Frame } from './code.ts';
import { capturedNames } from './captured-names.ts';
import { convert } from './conversions.ts';
import { types } from './net-type.ts';
import { Scope } from './scope.ts';
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
export function compileSource(text: string, registry: TypeRegistry): CompiledExpression {
  const start = text.indexOf('@');
  const end = text.trimEnd().length;
  const open = text[start + 1];
  if (text[end - 1] !== (open === '(' ? ')' : '}')) throw new SyntaxProblem('the expression is not closed', end);
  // Blanks stand for what comes before, so that offsets are those of the whole text.
  const source = ' '.repeat(start + 2) + text.slice(start + 2, end - 1);
  const isType = (name: string) => predefinedTypes.has(name) || registry.isName(name);
  const { run, scope } = shallow(() =>
    open === '(' ? expressionRunner(source, registry, isType) : statementRunner(source, registry, isType),
  );
  const { slots } = scope.function;
  return {
    touched: scope.root.touched,
    evaluate: (context) => {
      startBudget();
      try {
        return run({ context, locals: slots === 0 ? none : makeLocals(slots), result: null });
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

interface Compiled {
  run(frame: Frame): unknown;
  scope: Scope;
}

function expressionRunner(source: string, registry: TypeRegistry, isType: (name: string) => boolean): Compiled {
  const node = parseSingleExpression(source, isType);
  const scope = Scope.outermost(registry, capturedNames(node));
  const code = convert(compiler.expression(node, scope), types.object, registry);
  if (!code) throw new SyntaxProblem('this expression gives no value', node.at);
  return { run: code.run, scope };
}

function statementRunner(source: string, registry: TypeRegistry, isType: (name: string) => boolean): Compiled {
  const body = parseStatements(source, isType);
  const scope = Scope.outermost(registry, capturedNames(body));
  scope.function.returns = types.object;
  const { run, ends } = compiler.statement(body, scope);
  if (ends) throw new SyntaxProblem('not every path returns a value', 0);
  return {
    scope,
    run: (frame) => {
      run(frame);
      return frame.result;
    },
  };
}
