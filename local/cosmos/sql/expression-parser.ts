import { notSupported } from '../errors.ts';
import type { AggregateName, BinaryOperator, Expression, Query, Unlocated } from './syntax.ts';
import type { TokenCursor } from './token-cursor.ts';

type ParseSelect = (cursor: TokenCursor) => Query;

/** Binary operators, loosest first; IN, BETWEEN and LIKE bind as comparisons do. */
const levels = [
  ['??'],
  ['OR'],
  ['AND'],
  ['=', '!=', '<>', '<', '<=', '>', '>=', 'IN', 'BETWEEN', 'LIKE', 'NOT'],
  ['|'],
  ['^'],
  ['&'],
  ['<<', '>>', '>>>'],
  ['||'],
  ['+', '-'],
  ['*', '/', '%'],
];
const precedence = new Map(levels.flatMap((operators, level) => operators.map((operator) => [operator, level])));
const comparison = 3;
const aggregateNames = new Set(['COUNT', 'SUM', 'MIN', 'MAX', 'AVG']);
const constants = new Map([
  ['NULL', null],
  ['TRUE', true],
  ['FALSE', false],
  ['UNDEFINED', undefined],
]);

export function parseExpression(cursor: TokenCursor, select: ParseSelect): Expression {
  return located(cursor, () => {
    const test = binary(cursor, select, 0);
    if (!cursor.eat('?')) return test;
    const whenTrue = parseExpression(cursor, select);
    cursor.need(':');
    return { kind: 'conditional', test, whenTrue, otherwise: parseExpression(cursor, select) };
  });
}

/** Operators of `lowest` precedence and tighter, by precedence climbing. */
function binary(cursor: TokenCursor, select: ParseSelect, lowest: number): Expression {
  const { start } = cursor.peek();
  let left = prefixed(cursor, select);
  for (;;) {
    const { kind, upper } = cursor.peek();
    const level = kind === 'word' || kind === 'symbol' ? precedence.get(upper) : undefined;
    if (level === undefined || level < lowest) return left;
    cursor.next();
    const right = () => binary(cursor, select, level + 1);
    const shape = operation(cursor, select, upper, left, right);
    left = { ...shape, text: cursor.since(start) };
  }
}

function operation(
  cursor: TokenCursor,
  select: ParseSelect,
  operator: string,
  left: Expression,
  right: () => Expression,
): Unlocated {
  switch (operator) {
    case 'NOT': {
      const { upper } = cursor.next();
      if (!['IN', 'BETWEEN', 'LIKE'].includes(upper)) return cursor.fail();
      const shape = operation(cursor, select, upper, left, right);
      return { kind: 'unary', operator: 'NOT', operand: { ...shape, text: '' } };
    }
    case 'IN':
      cursor.need('(');
      return { kind: 'in', value: left, list: cursor.until(')', () => parseExpression(cursor, select)) };
    case 'BETWEEN': {
      const low = right();
      cursor.need('AND');
      return { kind: 'between', value: left, low, high: right() };
    }
    case 'LIKE': {
      const pattern = right();
      return { kind: 'like', value: left, pattern, ...(cursor.eat('ESCAPE') && { escape: right() }) };
    }
    case 'AND':
    case 'OR':
      return { kind: 'logical', operator, left, right: right() };
    default:
      return {
        kind: 'binary',
        operator: (operator === '<>' ? '!=' : operator) as BinaryOperator,
        left,
        right: right(),
      };
  }
}

function prefixed(cursor: TokenCursor, select: ParseSelect): Expression {
  return located(cursor, () => {
    if (cursor.eat('NOT')) return { kind: 'unary', operator: 'NOT', operand: binary(cursor, select, comparison) };
    for (const operator of ['-', '+', '~'] as const)
      if (cursor.eat(operator)) return { kind: 'unary', operator, operand: prefixed(cursor, select) };
    return parsePath(cursor, select);
  });
}

/** An operand and the properties or elements that are taken from it. */
export function parsePath(cursor: TokenCursor, select: ParseSelect): Expression {
  const { start } = cursor.peek();
  let of = parseOperand(cursor, select);
  for (;;) {
    let key: Expression;
    if (cursor.eat('.')) {
      const value = cursor.name();
      if (cursor.is('(')) throw notSupported(`User-defined functions (${of.text}.${value})`);
      key = { kind: 'literal', value, text: value };
    } else if (cursor.eat('[')) {
      key = parseExpression(cursor, select);
      cursor.need(']');
    } else return of;
    of = { kind: 'member', of, key, text: cursor.since(start) };
  }
}

export function parseOperand(cursor: TokenCursor, select: ParseSelect): Expression {
  return located(cursor, () => {
    const token = cursor.peek();
    const expression = () => parseExpression(cursor, select);
    if (token.kind === 'word') return word(cursor, select);
    if (token.kind === 'end') return cursor.fail();
    if (cursor.eat('[')) return { kind: 'array', items: cursor.until(']', expression) };
    if (cursor.eat('{')) return { kind: 'object', entries: cursor.until('}', () => property(cursor, select)) };
    if (cursor.eat('(')) {
      const inner: Unlocated = cursor.is('SELECT')
        ? { kind: 'subquery', as: 'scalar', query: select(cursor) }
        : expression();
      cursor.need(')');
      return inner;
    }
    if (token.kind === 'symbol') return cursor.fail();
    cursor.next();
    if (token.kind === 'parameter') return { kind: 'parameter', name: token.value };
    return { kind: 'literal', value: token.kind === 'number' ? Number(token.value) : token.value };
  });
}

/** A name, a constant, a function call or a subquery with EXISTS or ARRAY. */
function word(cursor: TokenCursor, select: ParseSelect): Unlocated {
  const { upper } = cursor.peek();
  const isCall = cursor.peek(1).value === '(';
  if (isCall && (upper === 'EXISTS' || upper === 'ARRAY')) {
    cursor.next();
    cursor.need('(');
    const query = select(cursor);
    cursor.need(')');
    return { kind: 'subquery', as: upper === 'ARRAY' ? 'array' : 'exists', query };
  }
  if (!isCall && constants.has(upper)) {
    cursor.next();
    return { kind: 'literal', value: constants.get(upper) };
  }
  if (cursor.isReserved() && !isCall && !['VALUE', 'TOP', 'LIMIT', 'OFFSET', 'ARRAY'].includes(upper))
    return cursor.fail();
  const { value } = cursor.next();
  if (!cursor.eat('(')) return { kind: 'name', name: value };
  const args = cursor.until(')', () => parseExpression(cursor, select));
  if (!aggregateNames.has(upper)) return { kind: 'call', name: upper, args };
  cursor.aggregates = true;
  return { kind: 'aggregate', name: upper as AggregateName, argument: args[0] ?? cursor.fail() };
}

function property(cursor: TokenCursor, select: ParseSelect): [string, Expression] {
  const key = cursor.peek().kind === 'string' ? cursor.next().value : cursor.name();
  cursor.need(':');
  return [key, parseExpression(cursor, select)];
}

/** Notes what was written for the node. */
function located(cursor: TokenCursor, parse: () => Unlocated): Expression {
  const { start } = cursor.peek();
  return { ...parse(), text: cursor.since(start) };
}
