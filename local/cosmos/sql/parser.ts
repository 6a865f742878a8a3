import { notSupported } from '../errors.ts';
import { syntaxError, tokens, type Token } from './lexer.ts';
import type { AggregateName, BinaryOperator, Expression, Query, Selection, Source, Unlocated } from './syntax.ts';

const reserved = new Set(
  'SELECT DISTINCT TOP VALUE FROM IN JOIN WHERE GROUP ORDER BY ASC DESC OFFSET LIMIT AND OR NOT BETWEEN LIKE ESCAPE AS'
    .concat(' NULL TRUE FALSE UNDEFINED EXISTS ARRAY')
    .split(' '),
);
const aggregateNames = new Set(['COUNT', 'SUM', 'MIN', 'MAX', 'AVG']);
const comparisons = ['=', '!=', '<>', '<', '<=', '>', '>='];
/** Binary operators that only differ in precedence, loosest first. */
const levels = [['|'], ['^'], ['&'], ['<<', '>>', '>>>'], ['||'], ['+', '-'], ['*', '/', '%']];

/** Parses one query of Cosmos DB's SQL. @throws CosmosError 400 with the service's syntax error. */
export function parseQuery(text: string): Query {
  const parser = new Parser(text);
  const query = parser.query();
  parser.expectEnd();
  return query;
}

class Parser {
  private readonly text: string;
  private readonly tokens: Token[];
  private at = 0;
  private aggregates = false;

  constructor(text: string) {
    this.text = text;
    this.tokens = tokens(text);
  }

  query(): Query {
    const outer = this.aggregates;
    this.aggregates = false;
    this.need('SELECT');
    const distinct = this.eat('DISTINCT');
    const top =
      this.is('TOP') && ['number', 'parameter'].includes(this.peek(1).kind) ? (this.at++, this.primary()) : undefined;
    const query: Query = {
      distinct,
      ...(top && { top }),
      select: this.selection(),
      from: [],
      fromText: '',
      groupBy: [],
      orderBy: [],
      aggregates: false,
    };
    const from = this.peek().start;
    if (this.eat('FROM')) {
      query.from.push(this.source());
      while (this.eat('JOIN')) query.from.push(this.source());
      query.fromText = this.text.slice(from, this.previousEnd());
    }
    if (this.eat('WHERE')) query.where = this.expression();
    if (this.eat('GROUP')) {
      this.need('BY');
      query.groupBy = this.list(() => this.expression());
    }
    if (this.eat('ORDER')) {
      this.need('BY');
      query.orderBy = this.list(() => {
        const expression = this.expression();
        return { expression, descending: this.eat('DESC') || (this.eat('ASC') && false) };
      });
    }
    if (this.eat('OFFSET')) {
      query.offset = this.primary();
      this.need('LIMIT');
      query.limit = this.primary();
    }
    query.aggregates = this.aggregates;
    this.aggregates = outer;
    return query;
  }

  expectEnd(): void {
    if (this.peek().kind !== 'end') this.fail();
  }

  private selection(): Selection {
    if (this.eat('*')) return { kind: 'star' };
    if (this.is('VALUE') && !['.', ',', 'FROM', 'AS'].includes(this.peek(1).upper) && this.peek(1).kind !== 'end') {
      this.at++;
      return { kind: 'value', expression: this.expression() };
    }
    let unnamed = 0;
    const columns = this.list(() => {
      const expression = this.expression();
      const alias = this.eat('AS') ? this.name() : this.optionalAlias();
      return { name: alias ?? impliedName(expression) ?? `$${++unnamed}`, expression };
    });
    return { kind: 'list', columns };
  }

  private source(): Source {
    if (this.peek().kind === 'word' && this.peek(1).upper === 'IN') {
      const alias = this.name();
      this.need('IN');
      return { kind: 'iterate', alias, over: this.postfix() };
    }
    const path = this.postfix();
    if (path.kind === 'subquery') {
      this.eat('AS');
      return { kind: 'subquery', alias: this.name(), query: path.query };
    }
    const alias = this.eat('AS') ? this.name() : this.optionalAlias();
    return { kind: 'path', alias: alias ?? impliedName(path) ?? this.fail(), path };
  }

  private expression(): Expression {
    return this.located(() => {
      const test = this.coalesce();
      if (!this.eat('?')) return test;
      const whenTrue = this.expression();
      this.need(':');
      return { kind: 'conditional', test, whenTrue, otherwise: this.expression() };
    });
  }

  private coalesce(): Expression {
    return this.chain(['??'], () => this.logical('OR'));
  }

  private logical(operator: 'OR' | 'AND'): Expression {
    const next = () => (operator === 'OR' ? this.logical('AND') : this.not());
    const start = this.peek().start;
    let left = next();
    while (this.eat(operator)) left = this.close({ kind: 'logical', operator, left, right: next() }, start);
    return left;
  }

  private not(): Expression {
    return this.located(() =>
      this.eat('NOT') ? { kind: 'unary', operator: 'NOT', operand: this.not() } : this.comparison(),
    );
  }

  private comparison(): Expression {
    const start = this.peek().start;
    return this.located(() => {
      let left = this.level(0);
      while (this.peek().kind === 'symbol' && comparisons.includes(this.peek().value)) {
        const written = this.tokens[this.at++]!.value;
        const operator = (written === '<>' ? '!=' : written) as BinaryOperator;
        left = this.close({ kind: 'binary', operator, left, right: this.level(0) }, start);
      }
      const negated = this.is('NOT') && ['IN', 'BETWEEN', 'LIKE'].includes(this.peek(1).upper) && this.eat('NOT');
      const test = this.membership(left);
      if (!test) return left;
      return negated ? { kind: 'unary', operator: 'NOT', operand: this.close(test, start) } : test;
    });
  }

  private membership(value: Expression): Unlocated | undefined {
    if (this.eat('IN')) {
      this.need('(');
      const list = this.list(() => this.expression());
      this.need(')');
      return { kind: 'in', value, list };
    }
    if (this.eat('BETWEEN')) {
      const low = this.level(0);
      this.need('AND');
      return { kind: 'between', value, low, high: this.level(0) };
    }
    if (!this.eat('LIKE')) return undefined;
    const pattern = this.level(0);
    return { kind: 'like', value, pattern, ...(this.eat('ESCAPE') && { escape: this.primary() }) };
  }

  private level(depth: number): Expression {
    const operators = levels[depth];
    return operators ? this.chain(operators, () => this.level(depth + 1)) : this.unary();
  }

  /** Left-associative operators of one precedence. */
  private chain(operators: readonly string[], next: () => Expression): Expression {
    const start = this.peek().start;
    let left = next();
    while (this.peek().kind === 'symbol' && operators.includes(this.peek().value)) {
      const operator = this.tokens[this.at++]!.value as BinaryOperator;
      left = this.close({ kind: 'binary', operator, left, right: next() }, start);
    }
    return left;
  }

  private unary(): Expression {
    return this.located(() => {
      for (const operator of ['-', '+', '~'] as const)
        if (this.eat(operator)) return { kind: 'unary', operator, operand: this.unary() };
      return this.postfix();
    });
  }

  private postfix(): Expression {
    const start = this.peek().start;
    let of = this.primary();
    while (this.is('.') || this.is('[')) {
      if (this.eat('.')) {
        const value = this.name();
        if (this.is('(')) throw notSupported(`User-defined functions (${of.text}.${value})`);
        of = this.close({ kind: 'member', of, key: { kind: 'literal', value, text: value } }, start);
      } else {
        this.need('[');
        const key = this.expression();
        this.need(']');
        of = this.close({ kind: 'member', of, key }, start);
      }
    }
    return of;
  }

  private primary(): Expression {
    return this.located(() => {
      const token = this.peek();
      if (token.kind === 'end') return this.fail();
      this.at++;
      if (token.kind === 'string') return { kind: 'literal', value: token.value };
      if (token.kind === 'number') return { kind: 'literal', value: Number(token.value) };
      if (token.kind === 'parameter') return { kind: 'parameter', name: token.value };
      if (token.kind === 'word') return this.word(token);
      if (token.value === '[') return { kind: 'array', items: this.until(']', () => this.expression()) };
      if (token.value === '{') return { kind: 'object', entries: this.until('}', () => this.property()) };
      if (token.value !== '(') {
        this.at--;
        return this.fail();
      }
      const inner: Unlocated = this.is('SELECT')
        ? { kind: 'subquery', as: 'scalar', query: this.query() }
        : this.expression();
      this.need(')');
      return inner;
    });
  }

  private word(token: Token): Unlocated {
    if ((token.upper === 'EXISTS' || token.upper === 'ARRAY') && this.eat('(')) {
      const query = this.query();
      this.need(')');
      return { kind: 'subquery', as: token.upper === 'ARRAY' ? 'array' : 'exists', query };
    }
    if (this.eat('(')) {
      const args = this.until(')', () => this.expression());
      if (!aggregateNames.has(token.upper)) return { kind: 'call', name: token.upper, args };
      this.aggregates = true;
      return { kind: 'aggregate', name: token.upper as AggregateName, argument: args[0] ?? this.fail() };
    }
    if (token.upper === 'NULL') return { kind: 'literal', value: null };
    if (token.upper === 'TRUE' || token.upper === 'FALSE') return { kind: 'literal', value: token.upper === 'TRUE' };
    if (token.upper === 'UNDEFINED') return { kind: 'literal', value: undefined };
    if (reserved.has(token.upper) && !['VALUE', 'TOP', 'LIMIT', 'OFFSET', 'ARRAY'].includes(token.upper)) {
      this.at--;
      return this.fail();
    }
    return { kind: 'name', name: token.value };
  }

  private property(): [string, Expression] {
    const key = this.peek().kind === 'string' ? this.tokens[this.at++]!.value : this.name();
    this.need(':');
    return [key, this.expression()];
  }

  private list<T>(item: () => T): T[] {
    const items = [item()];
    while (this.eat(',')) items.push(item());
    return items;
  }

  private until<T>(closing: string, item: () => T): T[] {
    const items = this.is(closing) ? [] : this.list(item);
    this.need(closing);
    return items;
  }

  private name(): string {
    return this.peek().kind === 'word' ? this.tokens[this.at++]!.value : this.fail();
  }

  private optionalAlias(): string | undefined {
    return this.peek().kind === 'word' && !reserved.has(this.peek().upper) ? this.name() : undefined;
  }

  private located(parse: () => Unlocated): Expression {
    const start = this.peek().start;
    return { ...parse(), text: this.text.slice(start, this.previousEnd()) };
  }

  /** A node that began at `start` and ends here. */
  private close(shape: Unlocated, start: number): Expression {
    return { ...shape, text: this.text.slice(start, this.previousEnd()) };
  }

  private peek(ahead = 0): Token {
    return this.tokens[Math.min(this.at + ahead, this.tokens.length - 1)]!;
  }
  private previousEnd(): number {
    return this.tokens[this.at - 1]?.end ?? 0;
  }
  private is(word: string): boolean {
    const token = this.peek();
    return token.upper === word && (token.kind === 'word' || token.kind === 'symbol');
  }
  private eat(word: string): boolean {
    if (!this.is(word)) return false;
    this.at++;
    return true;
  }
  private need(word: string): void {
    if (!this.eat(word)) this.fail();
  }
  private fail(): never {
    throw syntaxError(this.peek().value || 'end of query');
  }
}

function impliedName(expression: Expression): string | undefined {
  if (expression.kind === 'name') return expression.name;
  if (expression.kind !== 'member' || expression.key.kind !== 'literal') return undefined;
  return typeof expression.key.value === 'string' ? expression.key.value : undefined;
}
