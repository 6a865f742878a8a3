import { ExpressionError } from '../errors.ts';
import type { Code } from './code.ts';
import { JsonToken, JsonValue } from './json/json-token.ts';
import { types } from './net-type.ts';
import { typeOfValue } from './runtime-type.ts';
import { SyntaxProblem } from './tokens.ts';
import type { TypeRegistry } from './type-registry.ts';

/** An operator on `dynamic` values, chosen by the types that they turn out to have. */
export function dynamically(
  compile: (first: Code, second: Code) => Code,
  values: readonly unknown[],
  registry: TypeRegistry,
): unknown {
  const [first, second] = values.map((given): Code => {
    const value = given instanceof JsonValue ? given.value : given;
    const type = value === null || value === undefined ? types.null : typeOfValue(value, registry);
    return { run: () => value ?? null, type };
  });
  const none: Code = { run: () => null, type: types.null };
  try {
    return compile(first ?? none, second ?? none).run({ context: null, locals: [], result: null });
  } catch (error) {
    if (error instanceof SyntaxProblem) throw new ExpressionError('RuntimeBinderException', error.message);
    throw error;
  }
}

/** A value of JSON takes part in an operator from its left side alone; text may be put together with it. */
export function refuseToken(operator: string, first: unknown, second: unknown): void {
  const isPlain = first !== null && first !== undefined && !(first instanceof JsonToken);
  if (!isPlain || !(second instanceof JsonValue)) return;
  if (operator === '+' && typeof first === 'string') return;
  throw tokenRefused(operator);
}

export const tokenRefused = (operator: string): ExpressionError =>
  new ExpressionError(
    'RuntimeBinderException',
    `Operator '${operator}' cannot be applied to an operand of type 'Newtonsoft.Json.Linq.JValue'`,
  );
