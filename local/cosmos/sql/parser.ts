import { parseExpression, parseOperand, parsePath } from './expression-parser.ts';
import type { Expression, Query, Selection, Source } from './syntax.ts';
import { TokenCursor } from './token-cursor.ts';

/** Parses one query of Cosmos DB's SQL. @throws CosmosError 400 with the service's syntax error. */
export function parseQuery(text: string): Query {
  const cursor = new TokenCursor(text);
  const query = parseSelect(cursor);
  if (cursor.peek().kind !== 'end') cursor.fail();
  return query;
}

/** A query up to where it ends: the whole text, or a subquery's bracket. */
function parseSelect(cursor: TokenCursor): Query {
  const outer = cursor.aggregates;
  cursor.aggregates = false;
  const expression = () => parseExpression(cursor, parseSelect);
  cursor.need('SELECT');
  const distinct = cursor.eat('DISTINCT');
  const isTop = cursor.is('TOP') && ['number', 'parameter'].includes(cursor.peek(1).kind) && cursor.eat('TOP');
  const query: Query = {
    distinct,
    ...(isTop && { top: parseOperand(cursor, parseSelect) }),
    select: selection(cursor, expression),
    from: [],
    fromText: '',
    groupBy: [],
    orderBy: [],
    aggregates: false,
  };
  const { start } = cursor.peek();
  if (cursor.eat('FROM')) {
    query.from.push(source(cursor));
    while (cursor.eat('JOIN')) query.from.push(source(cursor));
    query.fromText = cursor.since(start);
  }
  if (cursor.eat('WHERE')) query.where = expression();
  if (cursor.eat('GROUP')) {
    cursor.need('BY');
    query.groupBy = cursor.list(expression);
  }
  if (cursor.eat('ORDER')) {
    cursor.need('BY');
    query.orderBy = cursor.list(() => {
      const key = expression();
      const descending = cursor.eat('DESC');
      if (!descending) cursor.eat('ASC');
      return { expression: key, descending };
    });
  }
  if (cursor.eat('OFFSET')) {
    query.offset = parseOperand(cursor, parseSelect);
    cursor.need('LIMIT');
    query.limit = parseOperand(cursor, parseSelect);
  }
  query.aggregates = cursor.aggregates;
  cursor.aggregates = outer;
  return query;
}

function selection(cursor: TokenCursor, expression: () => Expression): Selection {
  if (cursor.eat('*')) return { kind: 'star' };
  const after = cursor.peek(1);
  // `value` may also be the name of a source.
  if (cursor.is('VALUE') && !['.', ',', 'FROM', 'AS'].includes(after.upper) && after.kind !== 'end') {
    cursor.next();
    return { kind: 'value', expression: expression() };
  }
  let unnamed = 0;
  const columns = cursor.list(() => {
    const column = expression();
    return { name: cursor.alias() ?? impliedName(column) ?? `$${++unnamed}`, expression: column };
  });
  return { kind: 'list', columns };
}

function source(cursor: TokenCursor): Source {
  if (cursor.peek().kind === 'word' && cursor.peek(1).upper === 'IN') {
    const alias = cursor.name();
    cursor.need('IN');
    return { kind: 'iterate', alias, over: parsePath(cursor, parseSelect) };
  }
  const path = parsePath(cursor, parseSelect);
  const alias = cursor.alias() ?? impliedName(path) ?? cursor.fail();
  return path.kind === 'subquery' ? { kind: 'subquery', alias, query: path.query } : { kind: 'path', alias, path };
}

/** What a column or a source is called when nobody says so. */
function impliedName(expression: Expression): string | undefined {
  if (expression.kind === 'name') return expression.name;
  if (expression.kind !== 'member' || expression.key.kind !== 'literal') return undefined;
  return typeof expression.key.value === 'string' ? expression.key.value : undefined;
}
