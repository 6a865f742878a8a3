import { syntaxError, tokens, type Token } from './lexer.ts';

/** Words that cannot be an alias without AS. */
const reserved = new Set(
  'SELECT DISTINCT TOP VALUE FROM IN JOIN WHERE GROUP ORDER BY ASC DESC OFFSET LIMIT AND OR NOT BETWEEN LIKE ESCAPE AS'
    .concat(' NULL TRUE FALSE UNDEFINED EXISTS ARRAY')
    .split(' '),
);

/** A place in the tokens of a query. */
export class TokenCursor {
  /** Whether an aggregate function was met since this was last set to false. */
  aggregates = false;
  private readonly text: string;
  private readonly tokens: Token[];
  private at = 0;

  constructor(text: string) {
    this.text = text;
    this.tokens = tokens(text);
  }

  peek(ahead = 0): Token {
    return this.tokens[Math.min(this.at + ahead, this.tokens.length - 1)]!;
  }

  next(): Token {
    return this.tokens[this.at++]!;
  }

  is(word: string): boolean {
    const { kind, upper } = this.peek();
    return upper === word && (kind === 'word' || kind === 'symbol');
  }

  eat(word: string): boolean {
    const found = this.is(word);
    if (found) this.at++;
    return found;
  }

  need(word: string): void {
    if (!this.eat(word)) this.fail();
  }

  name(): string {
    return this.peek().kind === 'word' ? this.next().value : this.fail();
  }

  alias(): string | undefined {
    if (this.eat('AS')) return this.name();
    return this.peek().kind === 'word' && !reserved.has(this.peek().upper) ? this.name() : undefined;
  }

  /** What was written from `start` to the last token that was taken. */
  since(start: number): string {
    return this.text.slice(start, this.tokens[this.at - 1]?.end ?? 0);
  }

  list<T>(item: () => T): T[] {
    const items = [item()];
    while (this.eat(',')) items.push(item());
    return items;
  }

  /** A list, perhaps empty, up to the closing bracket. */
  until<T>(closing: string, item: () => T): T[] {
    const items = this.is(closing) ? [] : this.list(item);
    this.need(closing);
    return items;
  }

  isReserved(): boolean {
    return reserved.has(this.peek().upper);
  }

  fail(): never {
    throw syntaxError(this.peek().value || 'end of query');
  }
}
