import { invalid } from './errors.ts';

/** Reads a field of what is filtered. */
export type Field<T> = (item: T) => unknown;
type Test<T> = (item: T) => boolean;

const MAX_LENGTH = 4096;
const MAX_DEPTH = 32;
const tokenPattern = /\s*(?:('(?:[^']|'')*')|([A-Za-z_][A-Za-z0-9_]*(?:\/[A-Za-z_][A-Za-z0-9_]*)?)|([(),:]))/y;

const comparisons: ReadonlyMap<string, (order: number) => boolean> = new Map([
  ['eq', (order: number) => order === 0],
  ['ne', (order: number) => order !== 0],
  ['gt', (order: number) => order > 0],
  ['ge', (order: number) => order >= 0],
  ['lt', (order: number) => order < 0],
  ['le', (order: number) => order <= 0],
]);

const functions: ReadonlyMap<string, (text: string, part: string) => boolean> = new Map([
  ['contains', (text: string, part: string) => text.includes(part)],
  ['substringof', (text: string, part: string) => text.includes(part)],
  ['startswith', (text: string, part: string) => text.startsWith(part)],
  ['endswith', (text: string, part: string) => text.endsWith(part)],
]);

/**
 * Compiles a `$filter` of OData as far as API Management documents it: comparisons, the four functions of text, `and`,
 * `or`, `not`, parentheses, and `any` and `all` over lists. Text is compared without regard to case.
 * Throws AdministrationError for what it cannot read.
 */
export function compileFilter<T>(text: string, fields: ReadonlyMap<string, Field<T>>): Test<T> {
  if (text.length > MAX_LENGTH) fail(`it is longer than ${MAX_LENGTH} characters`);
  const reader = new FilterReader(tokensOf(text));
  const test = reader.either(fields, 0);
  reader.end();
  return test;
}

function tokensOf(text: string): string[] {
  const tokens: string[] = [];
  const whole = text.trimEnd();
  tokenPattern.lastIndex = 0;
  while (tokenPattern.lastIndex < whole.length) {
    const at = tokenPattern.lastIndex;
    const found = tokenPattern.exec(whole);
    if (!found) return fail(`"${whole.slice(at, at + 20).trim()}" cannot be read`);
    tokens.push(found[0].trim());
  }
  return tokens;
}

class FilterReader {
  readonly #tokens: readonly string[];
  #at = 0;

  constructor(tokens: readonly string[]) {
    this.#tokens = tokens;
  }

  end(): void {
    const left = this.#tokens[this.#at];
    if (left !== undefined) fail(`"${left}" is too much`);
  }

  either<T>(fields: ReadonlyMap<string, Field<T>>, depth: number): Test<T> {
    const tests = [this.#both(fields, depth)];
    while (this.#take('or')) tests.push(this.#both(fields, depth));
    return tests.length === 1 ? (tests[0] as Test<T>) : (item) => tests.some((test) => test(item));
  }

  #both<T>(fields: ReadonlyMap<string, Field<T>>, depth: number): Test<T> {
    const tests = [this.#one(fields, depth)];
    while (this.#take('and')) tests.push(this.#one(fields, depth));
    return tests.length === 1 ? (tests[0] as Test<T>) : (item) => tests.every((test) => test(item));
  }

  #one<T>(fields: ReadonlyMap<string, Field<T>>, depth: number): Test<T> {
    if (depth > MAX_DEPTH) fail(`it nests deeper than ${MAX_DEPTH}`);
    if (this.#take('not')) {
      const test = this.#one(fields, depth + 1);
      return (item) => !test(item);
    }
    if (this.#take('(')) {
      const test = this.either(fields, depth + 1);
      this.#expect(')');
      return test;
    }
    const word = this.#next('a field or a function');
    const holds = functions.get(word.toLowerCase());
    if (holds && this.#take('(')) return this.#function(word.toLowerCase(), holds, fields);
    if (/\/(?:any|all)$/.test(word)) return this.#overList(word, fields, depth);
    return this.#comparison(fieldOf(word, fields));
  }

  #function<T>(
    name: string,
    holds: (text: string, part: string) => boolean,
    fields: ReadonlyMap<string, Field<T>>,
  ): Test<T> {
    const given = [this.#next('a field or a text')];
    this.#expect(',');
    given.push(this.#next('a field or a text'));
    this.#expect(')');
    // substringof takes what is looked for first.
    const [field = '', part = ''] = name === 'substringof' ? given.reverse() : given;
    const read = fieldOf(field, fields);
    const sought = folded(textOf(part));
    const test: Test<T> = (item) => textsOf(read(item)).some((text) => holds(text, sought));
    if (!this.#take('eq')) return test;
    const wanted = this.#next('true or false');
    if (wanted !== 'true' && wanted !== 'false') fail(`a function is compared with true or false, not with ${wanted}`);
    return (item) => test(item) === (wanted === 'true');
  }

  #overList<T>(word: string, fields: ReadonlyMap<string, Field<T>>, depth: number): Test<T> {
    const [list = '', quantifier] = word.split('/');
    const read = fieldOf(list, fields);
    this.#expect('(');
    const variable = this.#next('a variable');
    this.#expect(':');
    const test = this.either(new Map([[variable, (item: unknown) => item]]), depth + 1);
    this.#expect(')');
    return (item) => {
      const values = read(item);
      if (!Array.isArray(values)) return false;
      return quantifier === 'any' ? values.some(test) : values.every(test);
    };
  }

  #comparison<T>(read: Field<T>): Test<T> {
    const operator = this.#next('an operator');
    const holds = comparisons.get(operator);
    if (!holds) return fail(`"${operator}" is no operator: use ${[...comparisons.keys()].join(', ')}`);
    const literal = this.#next('a value');
    if (literal !== 'true' && literal !== 'false') {
      const wanted = folded(textOf(literal));
      return (item) => textsOf(read(item)).some((text) => holds(order(text, wanted)));
    }
    return (item) => holds(order(`${read(item) === true}`, literal));
  }

  #take(token: string): boolean {
    if (this.#tokens[this.#at] !== token) return false;
    this.#at++;
    return true;
  }

  #expect(token: string): void {
    if (!this.#take(token)) fail(`"${token}" is missing before "${this.#tokens[this.#at] ?? 'its end'}"`);
  }

  #next(what: string): string {
    const token = this.#tokens[this.#at++];
    return token ?? fail(`${what} is missing at its end`);
  }
}

function fieldOf<T>(name: string, fields: ReadonlyMap<string, Field<T>>): Field<T> {
  return fields.get(name) ?? fail(`"${name}" is no field here: use ${[...fields.keys()].join(', ')}`);
}

function textOf(literal: string): string {
  if (!literal.startsWith("'")) return fail(`${literal} is no text: write it in single quotes`);
  return literal.slice(1, -1).replaceAll("''", "'");
}

const folded = (value: unknown): string => (typeof value === 'string' ? value.toLowerCase() : '');
/** Of a list, any text may hold. */
const textsOf = (value: unknown): string[] => (Array.isArray(value) ? value : [value]).map(folded);
const order = (a: string, b: string): number => Number(a > b) - Number(a < b);

function fail(problem: string): never {
  throw invalid([{ target: '$filter', message: `The filter cannot be applied: ${problem}.` }]);
}
