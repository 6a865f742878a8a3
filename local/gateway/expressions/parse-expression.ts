import { assignments, precedence } from './precedence.ts';
import { parseKeyword } from './parse-keyword.ts';
import { typePattern } from './parse-pattern.ts';
import { isQuery, parseQuery } from './parse-query.ts';
import type { Argument, LambdaParameter, Node, Statement, TypeName } from './syntax.ts';
import { predefinedTypes, TokenReader, withoutMark } from './token-reader.ts';
import { tokenize, type Token } from './tokens.ts';

const refused = new Set(['await', 'stackalloc', 'sizeof', 'base', 'this', 'ref', 'delegate']);

/** Parses C# expressions; statements inside lambdas go to `statement`. */
export class ExpressionParser extends TokenReader {
  readonly #statement: (reader: ExpressionParser) => Statement;
  readonly #isType: (name: string) => boolean;

  constructor(
    tokens: readonly Token[],
    isType: (name: string) => boolean,
    statement: (reader: ExpressionParser) => Statement,
  ) {
    super(tokens);
    this.#isType = isType;
    this.#statement = statement;
  }

  expression(): Node {
    return this.nested(() => this.#assignment());
  }

  /** What may stand after "=>", "??" and in "?:". */
  expressionOrThrow(): Node {
    const { at } = this.token;
    return this.take('throw') ? { kind: 'throw', value: this.expression(), at } : this.expression();
  }

  #assignment(): Node {
    const lambda = this.attempt(() => this.#lambda());
    if (lambda) return lambda;
    if (isQuery(this)) return parseQuery(this);
    const target = this.#conditional();
    const token = this.token;
    if (token.kind !== 'mark' || !assignments.has(token.text)) return target;
    if (target.kind !== 'name' && target.kind !== 'index' && target.kind !== 'member')
      this.fail('only a variable, an element or a property can be assigned');
    this.index++;
    return { kind: 'assign', operator: token.text, target, value: this.expression(), at: token.at };
  }

  #lambda(): Node | undefined {
    const { at } = this.token;
    const parameters: LambdaParameter[] = [];
    const add = (type: TypeName | undefined) => {
      const { at } = this.token;
      parameters.push({ name: this.name('a parameter'), type, at });
    };
    if (this.token.kind === 'name' && this.is('=>', 1)) add(undefined);
    else if (this.take('(')) {
      while (!this.is(')')) {
        if (this.token.kind !== 'name') return undefined;
        const after = this.peek();
        if (after.kind === 'mark' && (after.text === ',' || after.text === ')')) add(undefined);
        else {
          const type = this.type();
          if (!type || this.token.kind !== 'name') return undefined;
          add(type);
        }
        if (!this.take(',')) break;
      }
      if (!this.take(')')) return undefined;
    } else return undefined;
    if (!this.take('=>')) return undefined;
    return { kind: 'lambda', parameters, body: this.is('{') ? this.#statement(this) : this.expressionOrThrow(), at };
  }

  #conditional(): Node {
    const test = this.#coalesce();
    const { at } = this.token;
    if (!this.take('?')) return test;
    const yes = this.expressionOrThrow();
    this.expect(':', 'after the first result of "?"');
    return { kind: 'conditional', test, yes, no: this.expressionOrThrow(), at };
  }

  #coalesce(): Node {
    const left = this.#binary(0);
    const { at } = this.token;
    if (!this.take('??')) return left;
    const right = this.is('throw') ? this.expressionOrThrow() : this.nested(() => this.#coalesce());
    return { kind: 'binary', operator: '??', left, right, at };
  }

  #binary(level: number): Node {
    const operators = precedence[level];
    if (!operators) return this.#unary();
    let left = this.#binary(level + 1);
    for (;;) {
      const { at } = this.token;
      if (level === 6 && this.is('is')) left = this.#isPattern(left);
      else if (level === 6 && this.is('as')) {
        this.index++;
        const type = this.type() ?? this.fail('a type is missing after "as"');
        left = { kind: 'as', type, operand: left, at };
      } else {
        const operator = this.#operatorOf(operators);
        if (!operator) return left;
        left = { kind: 'binary', operator, left, right: this.#binary(level + 1), at };
      }
    }
  }

  #operatorOf(operators: readonly string[]): string | undefined {
    const token = this.token;
    if (token.kind !== 'mark') return undefined;
    // Two ">" in a row are a shift only when nothing is between them.
    if (token.text === '>' && this.is('>', 1) && this.peek().at === token.end) {
      if (!operators.includes('>>')) return undefined;
      this.index += 2;
      return '>>';
    }
    if (!operators.includes(token.text)) return undefined;
    this.index++;
    return token.text;
  }

  #isPattern(operand: Node): Node {
    const { at } = this.token;
    this.index++;
    if (this.is('not')) this.fail('"is not" is C# 9, which API Management does not have');
    const token = this.token;
    const isType = token.kind === 'name' && !['null', 'true', 'false'].includes(token.text);
    if (!isType) return { kind: 'is', pattern: { kind: 'constant', value: this.#binary(7) }, operand, at };
    return { kind: 'is', pattern: typePattern(this) ?? this.fail('a type is missing after "is"'), operand, at };
  }

  #unary(): Node {
    return this.nested(() => {
      const token = this.token;
      const { at } = token;
      if (token.kind === 'mark') {
        const { text } = token;
        if (text === '-' || text === '+' || text === '!' || text === '~') {
          this.index++;
          return { kind: 'unary', operator: text, operand: this.#unary(), at };
        }
        if (text === '++' || text === '--') {
          this.index++;
          return { kind: 'step', by: text === '++' ? 1 : -1, prefix: true, target: this.#unary(), at };
        }
        const cast = text === '(' ? this.attempt(() => this.#cast()) : undefined;
        if (cast) return cast;
      }
      return this.#postfix(this.#primary());
    });
  }

  #cast(): Node | undefined {
    const { at } = this.token;
    this.index++;
    const type = this.type();
    if (!type || !this.take(')')) return undefined;
    const predefined = predefinedTypes.has(type.name);
    const next = this.token;
    if (!predefined && !this.#isType(type.name)) {
      // Nothing else is written like `(XElement) body`.
      const follows = next.kind === 'value' || (next.kind === 'name' && next.text !== 'is' && next.text !== 'as');
      return follows ? this.fail(`the type "${type.name}" is not supported`, type.at) : undefined;
    }
    const begins =
      next.kind === 'value' ||
      next.kind === 'interpolated' ||
      (next.kind === 'name' && next.text !== 'is' && next.text !== 'as') ||
      (next.kind === 'mark' && (/^[(!~]$/.test(next.text) || (predefined && /^(?:-|\+|--|\+\+)$/.test(next.text))));
    return begins ? { kind: 'cast', type, operand: this.#unary(), at } : undefined;
  }

  #primary(): Node {
    const token = this.token;
    const { at } = token;
    this.index++;
    switch (token.kind) {
      case 'value':
        return { kind: 'value', value: token.value, at };
      case 'interpolated':
        return {
          kind: 'interpolated',
          at,
          parts: token.parts.map((part) => {
            if (typeof part === 'string') return part;
            const { alignment, format } = part;
            return { value: this.#inner(part.source, part.at), alignment, format };
          }),
        };
      case 'name':
        return this.#named(token.text, at);
      case 'mark':
        if (token.text === '(') {
          const inner = this.expression();
          if (this.is(',')) this.fail('tuples are not supported');
          this.expect(')');
          return inner;
        }
        return this.fail(`"${token.text}" is not expected here`, at);
      default:
        return this.fail('the expression ends too early', at);
    }
  }

  #inner(source: string, at: number): Node {
    const parser = new ExpressionParser(tokenize(source, at), this.#isType, this.#statement);
    const node = this.nested(() => parser.expression());
    if (parser.token.kind !== 'end') parser.fail('this hole in the string holds more than one expression');
    return node;
  }

  #named(name: string, at: number): Node {
    if (name === 'true' || name === 'false') return { kind: 'value', value: name === 'true', at };
    if (name === 'null') return { kind: 'value', value: null, at };
    const keyword = parseKeyword(this, name, at);
    if (keyword) return keyword;
    if (refused.has(name)) this.fail(`"${name}" is not supported`, at);
    if (predefinedTypes.has(name)) return { kind: 'predefined', name, at };
    return { kind: 'name', name: withoutMark(name), typeArguments: this.#callTypeArguments(), at };
  }

  #callTypeArguments(): readonly TypeName[] {
    const found = this.attempt(() => {
      const types = this.typeArguments();
      return types && (this.is('(') || this.is('.')) ? types : undefined;
    });
    return found ?? [];
  }

  #postfix(start: Node): Node {
    let node = start;
    for (;;) {
      const { at } = this.token;
      if (this.take('?.')) {
        const first = this.#memberOf({ kind: 'hole', at }, at);
        return { kind: 'maybe', target: node, rest: this.#postfix(first), at };
      }
      if (this.take('?[')) {
        const first: Node = { kind: 'index', target: { kind: 'hole', at }, arguments: this.arguments(']'), at };
        return { kind: 'maybe', target: node, rest: this.#postfix(first), at };
      }
      if (this.take('.')) node = this.#memberOf(node, at);
      else if (this.take('(')) node = { kind: 'call', target: node, arguments: this.arguments(')'), at };
      else if (this.take('[')) node = { kind: 'index', target: node, arguments: this.arguments(']'), at };
      else if (this.is('++') || this.is('--')) {
        const by = this.is('++') ? 1 : -1;
        this.index++;
        node = { kind: 'step', by, prefix: false, target: node, at };
      } else if (this.is('!') && this.is('.', 1))
        this.fail('"!" after an expression is C# 8, which API Management does not have');
      else return node;
    }
  }

  #memberOf(target: Node, at: number): Node {
    const name = this.name('a member\'s name after "."');
    return { kind: 'member', target, name, typeArguments: this.#callTypeArguments(), at };
  }

  arguments(close: string): Argument[] {
    const found: Argument[] = [];
    while (!this.is(close)) {
      found.push(this.#argument());
      if (!this.take(',')) break;
    }
    this.expect(close, 'after the arguments');
    return found;
  }

  #argument(): Argument {
    const { at } = this.token;
    let name: string | undefined;
    if (this.token.kind === 'name' && this.is(':', 1)) {
      name = this.name('an argument');
      this.index++;
    }
    if (!this.is('out')) return { name, out: undefined, value: this.expression() };
    this.index++;
    let type: TypeName | undefined;
    if (this.peek().kind === 'name' || this.is('<', 1) || this.is('[', 1)) type = this.type();
    const variable = this.name('a variable after "out"');
    const declared = type ?? undefined;
    return { name, out: { type: declared, variable }, value: { kind: 'name', name: variable, typeArguments: [], at } };
  }
}
