import { ExpressionError } from '../../errors.ts';
import { JsonArray, JsonObject, JsonProperty, type JsonToken, JsonValue } from './json-token.ts';
import { isNumeric } from '../numbers.ts';
import { areEqual, compareNumbers, toText } from '../values.ts';

/** One step of a path: from the tokens found so far to the next. */
export type Step = (tokens: readonly JsonToken[], must: boolean, root: JsonToken) => JsonToken[];
export type Test = (token: JsonToken, root: JsonToken) => boolean;
/** A side of a comparison: a path's tokens, or the value that stands there. */
export type Side = (token: JsonToken, root: JsonToken) => readonly JsonToken[];

export const pathProblem = (message: string): ExpressionError => new ExpressionError('JsonException', message);

function typeName(token: JsonToken): string {
  if (token instanceof JsonArray) return 'JArray';
  if (token instanceof JsonObject) return 'JObject';
  return token instanceof JsonProperty ? 'JProperty' : 'JValue';
}

const eachOf =
  (one: (token: JsonToken, must: boolean) => readonly JsonToken[]): Step =>
  (tokens, must) =>
    tokens.flatMap((token) => one(token, must));

function none(must: boolean, message: string): [] {
  if (must) throw pathProblem(message);
  return [];
}

/** Properties of these names. */
export const fieldStep = (names: readonly string[]): Step =>
  eachOf((token, must) =>
    names.flatMap((name) => {
      if (!(token instanceof JsonObject)) return none(must, `Property '${name}' not valid on ${typeName(token)}.`);
      const found = token.properties.get(name);
      return found ? [found] : none(must, `Property '${name}' does not exist on JObject.`);
    }),
  );

export const anyFieldStep: Step = eachOf((token, must) =>
  token instanceof JsonObject
    ? [...token.properties.values()]
    : none(must, `Property '*' not valid on ${typeName(token)}.`),
);

/** Elements of these indexes. Throws ArgumentOutOfRangeException below zero. */
export const indexStep = (indexes: readonly number[]): Step =>
  eachOf((token, must) =>
    indexes.flatMap((index) => {
      if (!(token instanceof JsonArray)) return none(must, `Index ${index} not valid on ${typeName(token)}.`);
      if (index < 0)
        throw new ExpressionError(
          'ArgumentOutOfRangeException',
          'Index was out of range. Must be non-negative and less than the size of the collection.\r\nParameter name: index',
        );
      const found = token.items[index];
      return found ? [found] : none(must, `Index ${index} outside the bounds of JArray.`);
    }),
  );

export const anyIndexStep: Step = eachOf((token, must) =>
  token instanceof JsonArray ? token.items : none(must, `Index * not valid on ${typeName(token)}.`),
);

/** `[start:end:step]`. */
export function sliceStep(start: number | undefined, end: number | undefined, by = 1): Step {
  if (by === 0) throw pathProblem('Step cannot be zero.');
  return eachOf((token, must) => {
    if (!(token instanceof JsonArray)) return none(must, `Array slice is not valid on ${typeName(token)}.`);
    const size = token.items.length;
    const place = (at: number) => (at < 0 ? at + size : at);
    const from = Math.min(Math.max(place(start ?? (by > 0 ? 0 : size - 1)), by > 0 ? 0 : -1), by > 0 ? size : size - 1);
    const to = end === undefined ? (by > 0 ? size : -1) : Math.min(Math.max(place(end), -1), size);
    const found: JsonToken[] = [];
    for (let i = from; by > 0 ? i < to : i > to; i += by) found.push(token.items[i] as JsonToken);
    return found;
  });
}

const inner = (token: JsonToken): Iterable<JsonToken> => {
  if (token instanceof JsonArray) return token.items;
  return token instanceof JsonObject ? token.properties.values() : [];
};

function* all(token: JsonToken): Generator<JsonToken> {
  yield token;
  for (const one of inner(token)) yield* all(one);
}

/** `..name` at any depth; everything where there is no name. */
export const scanStep = (names: readonly string[] | undefined): Step =>
  eachOf((token) => {
    const found = [...all(token)];
    return names ? fieldStep(names)(found, false, token) : found;
  });

/** `[?(test)]`, of an array's elements, or of all at any depth. */
export const queryStep =
  (test: Test, deep: boolean): Step =>
  (tokens, _must, root) =>
    tokens.flatMap((token) => {
      const candidates = deep ? [...all(token)] : token instanceof JsonArray ? token.items : [];
      return candidates.filter((one) => test(one, root));
    });

/** Whether some of the left side's tokens stand so to some of the right's. */
export const comparison =
  (left: Side, operator: string, right: Side): Test =>
  (token, root) => {
    const others = right(token, root);
    return left(token, root).some((one) => others.some((other) => holds(one, operator, other)));
  };

function holds(left: JsonToken, operator: string, right: JsonToken): boolean {
  if (!(left instanceof JsonValue) || !(right instanceof JsonValue)) return operator === '!=' || operator === '<>';
  const [a, b] = [left.value, right.value];
  switch (operator) {
    case '==':
      return same(a, b);
    case '===':
      return typeof a === typeof b && areEqual(a, b);
    case '!==':
      return !(typeof a === typeof b && areEqual(a, b));
    case '!=':
    case '<>':
      return !same(a, b);
    case '=~':
      return matches(toText(a), toText(b));
    default:
  }
  const order = compare(a, b);
  if (operator === '<') return order < 0;
  if (operator === '<=') return order <= 0;
  return operator === '>' ? order > 0 : order >= 0;
}

/** A value of another type equals a text that it is written as. */
function same(left: unknown, right: unknown): boolean {
  if (typeof right === 'string' && typeof left === 'object' && left !== null && !isNumeric(left))
    return toText(left) === right;
  return areEqual(left, right);
}

function compare(left: unknown, right: unknown): number {
  if (left === null || right === null) return left === right ? 0 : left === null ? -1 : 1;
  if (isNumeric(left) && isNumeric(right)) return compareNumbers(left, right);
  if (isNumeric(left)) return Math.sign(Number(toText(left)) - Number(toText(right)));
  const [a, b] = [toText(left), toText(right)];
  return a < b ? -1 : a > b ? 1 : 0;
}

/** A regular expression as JSONPath writes it, `/pattern/flags`. */
function matches(text: string, written: string): boolean {
  const end = written.lastIndexOf('/');
  const flags = written.slice(end + 1).replaceAll(/[^ims]/g, '');
  return new RegExp(written.slice(1, end), flags).test(text);
}
