import { ExpressionError } from '../errors.ts';
import { arithmetic } from './arithmetic.ts';
import type { Code } from './code.ts';
import { JsonToken, JsonValue } from './json/json-token.ts';
import { isNumeric, kindOf } from './numbers.ts';
import { types } from './net-type.ts';
import { typeOfValue } from './runtime-type.ts';
import { toNumber } from './to-type.ts';
import { SyntaxProblem } from './tokens.ts';
import type { TypeRegistry } from './type-registry.ts';
import { toText } from './values.ts';

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

/** Arithmetic that a value of JSON begins: what it gives is one too, by the wider of the sides' types. */
export function ofToken(operator: string, first: JsonValue, second: unknown): JsonValue {
  const sides = [first.value, second instanceof JsonValue ? second.value : (second ?? null)] as const;
  if (operator === '+' && sides.some((side) => typeof side === 'string'))
    return new JsonValue(toText(sides[0]) + toText(sides[1]));
  const kind = arithmeticOf(sides);
  if (!kind || !/^[-+*/]$/.test(operator)) throw tokenRefused(operator);
  if (sides.includes(null)) return new JsonValue(null);
  const [left, right] = sides.map((side) => toNumber(kind, side));
  return new JsonValue(arithmetic(operator, kind, false)(left, right));
}

function arithmeticOf(sides: readonly unknown[]): 'decimal' | 'double' | 'long' | undefined {
  const kinds = sides.filter(isNumeric).map(kindOf);
  if (kinds.includes('ulong') || kinds.includes('decimal')) return 'decimal';
  if (kinds.includes('float') || kinds.includes('double')) return 'double';
  return kinds.some((kind) => kind !== 'char') ? 'long' : undefined;
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
