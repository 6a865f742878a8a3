import { TextCursor } from '../text-cursor.ts';
import {
  anyFieldStep,
  anyIndexStep,
  comparison,
  fieldStep,
  indexStep,
  pathProblem,
  queryStep,
  scanStep,
  sliceStep,
  type Side,
  type Step,
  type Test,
} from './json-path-steps.ts';
import { JsonValue } from './json-token.ts';
import { fits, integer, Real } from '../numbers.ts';

const openIndexer = 'Path ended with open indexer.';
const words: ReadonlyMap<string, unknown> = new Map<string, unknown>([
  ['true', true],
  ['false', false],
  ['null', null],
]);

/** Reads a path as Newtonsoft does. Throws JsonException. */
export class PathReader extends TextCursor {
  main(): Step[] {
    this.#blank();
    if (this.at >= this.text.length) return [];
    if (this.text[this.at] === '$') {
      this.at++;
      if (this.at >= this.text.length) return [];
      if (!'.['.includes(this.text[this.at] as string)) this.at--;
    }
    const steps = this.#path(false);
    if (this.at < this.text.length) throw pathProblem(`Unexpected character while parsing path: ${this.text[this.at]}`);
    return steps;
  }

  #path(isQuery: boolean): Step[] {
    const steps: Step[] = [];
    let [from, scan, afterIndexer, afterDot] = [this.at, false, false, false];
    const member = () => {
      const name = this.text.slice(from, this.at).trimEnd();
      if (name === '') return;
      const any = name === '*';
      steps.push(scan ? scanStep(any ? undefined : [name]) : any ? anyFieldStep : fieldStep([name]));
      scan = false;
    };
    while (this.at < this.text.length) {
      const char = this.text[this.at] as string;
      if (char === '[' || char === '(') {
        member();
        steps.push(this.#indexer(char === '[' ? ']' : ')', scan));
        [from, scan, afterIndexer, afterDot] = [this.at, false, true, false];
      } else if (char === '.') {
        member();
        if (this.text[this.at + 1] === '.') {
          scan = true;
          this.at++;
        }
        [from, afterIndexer, afterDot] = [++this.at, false, true];
      } else if (char === ']' || char === ')' || char === ' ') break;
      else if (isQuery && '=<>!|&'.includes(char)) break;
      else {
        if (afterIndexer) throw pathProblem(`Unexpected character following indexer: ${char}`);
        this.at++;
      }
    }
    if (this.at > from) member();
    else if (afterDot) throw pathProblem('Unexpected end while parsing path.');
    return steps;
  }

  #indexer(close: string, scan: boolean): Step {
    this.at++;
    this.#blank();
    const char = this.#current();
    if (char === "'" || char === '"') return this.#fields(close, scan);
    return char === '?' ? this.#query(close, scan) : this.#indexes(close);
  }

  #fields(close: string, scan: boolean): Step {
    const names: string[] = [];
    do {
      this.#blank();
      names.push(this.#quoted());
      this.#blank();
    } while (this.#skip(','));
    this.#expect(close);
    return scan ? scanStep(names) : fieldStep(names);
  }

  #indexes(close: string): Step {
    if (this.#skip('*')) {
      this.#blank();
      this.#expect(close);
      return anyIndexStep;
    }
    const from = this.at;
    while (this.#current() !== close) {
      const char = this.#current();
      if (!/[-\d,: ]/.test(char)) throw pathProblem(`Unexpected character while parsing path indexer: ${char}`);
      this.at++;
    }
    const parts = this.text.slice(from, this.at++);
    const numbers = (mark: string) => parts.split(mark).map((part) => (part.trim() === '' ? undefined : Number(part)));
    if (parts.includes(':')) {
      const [start, end, by] = numbers(':');
      return sliceStep(start, end, by);
    }
    const wanted = numbers(',');
    if (wanted.includes(undefined)) throw pathProblem('Array index expected.');
    return indexStep(wanted as number[]);
  }

  #query(close: string, scan: boolean): Step {
    this.at++;
    this.#current();
    this.#expect('(');
    const test = this.#test();
    this.#expect(')');
    this.#blank();
    this.#expect(close);
    return queryStep(test, scan);
  }

  /** `&&` and `||` have no order between them: the right side holds all that follows. */
  #test(): Test {
    this.#blank();
    const left = this.#side();
    this.#blank();
    const operator = this.match(/===|!==|=~|==|!=|<>|<=|>=|<|>/y);
    let first: Test = (token, root) => left(token, root).length > 0;
    if (operator) {
      this.#blank();
      first = comparison(left, operator, this.#side());
      this.#blank();
    } else if (!'&|)'.includes(this.#current())) throw pathProblem('Could not read query operator.');
    const joint = this.match(/&&|\|\|/y);
    if (!joint) return first;
    const rest = this.#test();
    return joint === '&&'
      ? (token, root) => first(token, root) && rest(token, root)
      : (token, root) => first(token, root) || rest(token, root);
  }

  #side(): Side {
    const char = this.#current();
    if (char === '@' || char === '$') {
      this.at++;
      const steps = this.#path(true);
      return (token, root) => {
        let found: readonly (typeof token)[] = [char === '$' ? root : token];
        for (const step of steps) found = step(found, false, root);
        return found;
      };
    }
    const held = [new JsonValue(this.#literal(char))];
    return () => held;
  }

  #literal(char: string): unknown {
    if (char === "'" || char === '"') return this.#quoted();
    if (char === '/') return this.match(/\/(?:[^/\\]|\\.)*\/\w*/y) ?? this.#unexpected();
    const number = this.match(/-?\d[\w.+-]*/y);
    if (number === undefined) {
      const word = this.match(/true|false|null/y) ?? this.#unexpected();
      return words.get(word);
    }
    if (!/^-?\d+$/.test(number)) return new Real(Number(number));
    const whole = BigInt(number);
    return fits('long', whole) ? integer('long', whole) : new Real(Number(number));
  }

  #quoted(): string {
    const found = this.match(/'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)"/y) ?? this.#unexpected();
    return found.slice(1, -1).replaceAll(/\\(.)/g, '$1');
  }

  #current(): string {
    return this.text[this.at] ?? fail(openIndexer);
  }

  #skip(mark: string): boolean {
    if (this.text[this.at] !== mark) return false;
    this.at++;
    return true;
  }

  #expect(mark: string): void {
    const char = this.#current();
    if (char !== mark) throw pathProblem(`Unexpected character while parsing path indexer: ${char}`);
    this.at++;
  }

  #unexpected(): never {
    return fail(
      this.at < this.text.length ? `Unexpected character while parsing path query: ${this.text[this.at]}` : openIndexer,
    );
  }

  #blank(): void {
    this.match(/ +/y);
  }
}

function fail(message: string): never {
  throw pathProblem(message);
}
