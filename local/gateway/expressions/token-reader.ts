import type { TypeName } from './syntax.ts';
import { SyntaxProblem, type Token } from './tokens.ts';

export const predefinedTypes = new Set([
  ...['bool', 'byte', 'sbyte', 'short', 'ushort', 'int', 'uint', 'long', 'ulong'],
  ...['float', 'double', 'decimal', 'char', 'string', 'object'],
]);

/** Walks over tokens; the parsers' shared ground: marks, names and types. */
export class TokenReader {
  readonly tokens: readonly Token[];
  index = 0;
  #depth = 0;

  constructor(tokens: readonly Token[]) {
    this.tokens = tokens;
  }

  get token(): Token {
    return this.tokens[this.index] as Token;
  }

  peek(ahead = 1): Token {
    return this.tokens[Math.min(this.index + ahead, this.tokens.length - 1)] as Token;
  }

  is(text: string, ahead = 0): boolean {
    const token = this.peek(ahead);
    return (token.kind === 'mark' || token.kind === 'name') && token.text === text;
  }

  take(text: string): boolean {
    if (!this.is(text)) return false;
    this.index++;
    return true;
  }

  expect(text: string, why = ''): void {
    if (!this.take(text)) this.fail(`"${text}" is missing${why && ` ${why}`}`);
  }

  name(what: string): string {
    const token = this.token;
    if (token.kind !== 'name') return this.fail(`${what} is missing`);
    this.index++;
    return withoutMark(token.text);
  }

  fail(problem: string, at = this.token.at): never {
    throw new SyntaxProblem(problem, at);
  }

  /** Runs `work` one level deeper, so that a hostile expression meets a limit and not the end of the stack. */
  nested<T>(work: () => T): T {
    if (++this.#depth > 200) this.fail('this expression nests too deeply');
    try {
      return work();
    } finally {
      this.#depth--;
    }
  }

  /** Goes back if what `work` reads does not hold. */
  attempt<T>(work: () => T | undefined): T | undefined {
    const start = this.index;
    const found = work();
    if (found === undefined) this.index = start;
    return found;
  }

  /** A type such as `System.Collections.Generic.List<string>[]`; undefined where none stands. */
  type(allowNullable = true): TypeName | undefined {
    return this.attempt(() => this.nested(() => this.#type(allowNullable)));
  }

  #type(allowNullable: boolean): TypeName | undefined {
    const { at } = this.token;
    const first = this.token;
    if (first.kind !== 'name' || (first.text.startsWith('@') && predefinedTypes.has(withoutMark(first.text))))
      return undefined;
    let name = this.name('a type');
    while (this.is('.') && this.peek().kind === 'name') {
      this.index++;
      name += `.${this.name('a type')}`;
    }
    const typeArguments = this.typeArguments() ?? [];
    // In `int?[]` the first two marks were read as one, which elsewhere is an operator.
    const glued = allowNullable && this.is('?[') && this.is(']', 1);
    if (glued) this.index += 2;
    const nullable = glued || (allowNullable && this.take('?'));
    let ranks = glued ? 1 : 0;
    while (this.is('[') && this.is(']', 1)) {
      this.index += 2;
      ranks++;
    }
    return { name: simpleName(name), arguments: typeArguments, ranks, nullable, at };
  }

  typeArguments(): TypeName[] | undefined {
    return this.attempt(() => {
      if (!this.take('<')) return undefined;
      const types: TypeName[] = [];
      do {
        const type = this.type();
        if (!type) return undefined;
        types.push(type);
      } while (this.take(','));
      // ">>" never is one token, so that List<List<int>> closes as it should.
      return this.take('>') ? types : undefined;
    });
  }
}

/** `@class` is the name "class". */
export const withoutMark = (name: string): string => name.replace(/^@/, '');

/** Namespaces carry no meaning here: `System.Text.Encoding` is `Encoding`. */
function simpleName(name: string): string {
  return name.slice(name.lastIndexOf('.') + 1);
}
