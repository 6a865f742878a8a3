import { TextCursor } from '../text-cursor.ts';
import { ExpressionError } from '../../errors.ts';
import { JsonArray, JsonObject, type JsonToken, JsonValue } from './json-token.ts';
import { fits, Integer, integer, Real } from '../numbers.ts';
import { parseIsoDate } from '../parse-date.ts';
import { DateTime, unixEpochTicks } from '../time.ts';

const isoDate = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,7})?(?:Z|[+-]\d\d:\d\d)?$/;
const microsoftDate = /^\/Date\((-?\d{1,15})([+-]\d{4})?\)\/$/;
const maxTicks = 3_155_378_975_999_999_999n;
const maxDepth = 500;
const escapes: Readonly<Record<string, string>> = { b: '\b', f: '\f', n: '\n', r: '\r', t: '\t' };
const words: ReadonlyMap<string, unknown> = new Map<string, unknown>([
  ['true', true],
  ['false', false],
  ['null', null],
  ['undefined', null],
  ['NaN', new Real(Number.NaN)],
  ['Infinity', new Real(Infinity)],
  ['-Infinity', new Real(-Infinity)],
]);

/**
 * Reads JSON as Newtonsoft does by default: whole numbers are `long`, others `double`, and strings that look like
 * ISO 8601 dates become DateTime unless `dates` says they stay text. It takes comments, single quotes, bare names and
 * a comma too many, as Newtonsoft does. Throws JsonReaderException.
 */
export function parseJson(text: string, dates = true, wanted = 'JToken'): JsonToken {
  const reader = new JsonReader(text, dates, wanted);
  const token = reader.value();
  reader.end();
  return token;
}

/** A date as ISO 8601 or Microsoft's older JSON writes it; undefined for other text. */
function dateIn(text: string): DateTime | undefined {
  if (text.length >= 19 && isoDate.test(text)) return parseIsoDate(text);
  const [, milliseconds, zone] = microsoftDate.exec(text) ?? [];
  if (milliseconds === undefined) return undefined;
  const ticks = unixEpochTicks + BigInt(milliseconds) * 10_000n;
  return ticks >= 0n && ticks <= maxTicks ? new DateTime(ticks, zone === undefined ? 'Utc' : 'Local') : undefined;
}

class JsonReader extends TextCursor {
  readonly #dates: boolean;
  /** Where the reader is: in each container the last name or index read, which is not there before the first. */
  readonly #path: (string | number | undefined)[] = [];

  constructor(text: string, dates: boolean, wanted: string) {
    super(text.startsWith('\ufeff') ? text.slice(1) : text);
    this.#dates = dates;
    this.#blank();
    if (this.at >= this.text.length) this.#fail(`Error reading ${wanted} from JsonReader.`);
  }

  value(): JsonToken {
    this.#blank();
    const char = this.text[this.at];
    if (char === undefined) return this.#fail('Unexpected end of content while loading JToken.');
    if (this.#path.length > maxDepth) return this.#fail(`The reader's MaxDepth of ${maxDepth} has been exceeded.`);
    if (char === '{') return this.#object();
    if (char === '[') return this.#array();
    if (char === '"' || char === "'") {
      const text = this.#string(char);
      return new JsonValue((this.#dates ? dateIn(text) : undefined) ?? text);
    }
    // An element left out is undefined.
    if (char === ',' && this.#path.length > 0) return new JsonValue(null);
    const word = this.match(/-?[A-Za-z]+/y);
    if (word !== undefined) {
      if (words.has(word)) return new JsonValue(words.get(word));
      this.at -= word.length;
      return this.#unexpected('value');
    }
    return new JsonValue(this.#number());
  }

  end(): void {
    this.#blank();
    const char = this.text[this.at];
    if (char !== undefined) this.#fail(`Additional text encountered after finished reading JSON content: ${char}.`);
  }

  #object(): JsonObject {
    const found = new JsonObject();
    this.at++;
    const depth = this.#path.push(undefined) - 1;
    for (;;) {
      this.#blank();
      const char = this.text[this.at];
      if (char === '}') break;
      if (char === undefined) this.#fail('Unexpected end of content while loading JObject.');
      const name = char === '"' || char === "'" ? this.#string(char) : this.match(/[\w$]+/y);
      if (name === undefined) return this.#fail(`Invalid property identifier character: ${char}.`);
      this.#blank();
      if (this.text[this.at] !== ':')
        this.#fail(`Invalid character after parsing property name. Expected ':' but got: ${this.text[this.at] ?? ''}.`);
      this.at++;
      this.#path[depth] = name;
      found.set(name, this.value());
      if (!this.#separator('}', 'JObject')) break;
    }
    this.at++;
    this.#path.pop();
    return found;
  }

  #array(): JsonArray {
    const found = new JsonArray();
    this.at++;
    const depth = this.#path.push(undefined) - 1;
    for (;;) {
      this.#blank();
      const char = this.text[this.at];
      if (char === ']') break;
      if (this.at >= this.text.length) this.#fail('Unexpected end of content while loading JArray.');
      const index = found.items.length;
      // A bare value counts when it has been read, a container when it begins.
      if (char === '{' || char === '[') this.#path[depth] = index;
      found.insert(index, this.value());
      this.#path[depth] = index;
      if (!this.#separator(']', 'JArray')) break;
    }
    this.at++;
    this.#path.pop();
    return found;
  }

  /** Whether a comma follows; false at the closing mark. */
  #separator(close: string, name: string): boolean {
    this.#blank();
    const char = this.text[this.at];
    if (char === close) return false;
    if (char === undefined) return this.#fail(`Unexpected end of content while loading ${name}.`);
    if (char !== ',') return this.#fail(`After parsing a value an unexpected character was encountered: ${char}.`);
    this.at++;
    return true;
  }

  #string(quote: string): string {
    let text = '';
    let from = ++this.at;
    for (;;) {
      const char = this.text[this.at];
      if (char === undefined) return this.#fail(`Unterminated string. Expected delimiter: ${quote}.`);
      if (char !== '\\' && char !== quote) {
        this.at++;
        continue;
      }
      text += this.text.slice(from, this.at++);
      if (char === quote) return text;
      const escaped = this.text[this.at++] ?? '';
      if (escaped === 'u') {
        const digits = this.match(/[0-9a-fA-F]{4}/y) ?? this.#fail('Unexpected end while parsing unicode character.');
        text += String.fromCharCode(Number.parseInt(digits, 16));
      } else if ('"\'\\/'.includes(escaped)) text += escaped;
      else text += escapes[escaped] ?? this.#fail(`Bad JSON escape sequence: \\${escaped}.`);
      from = this.at;
    }
  }

  #number(): unknown {
    const text = this.match(/-?[0-9][\w.+-]*|-?\.[0-9][\w.+-]*/y) ?? this.#unexpected('value');
    const bad = () => this.#fail(`Input string '${text}' is not a valid number.`);
    // A zero before other digits makes the number an octal or hexadecimal one.
    if (/^0[^.e]/i.test(text)) {
      const whole = /^0(?:x[0-9a-f]+|[0-7]+)$/i.test(text) ? BigInt(text.replace(/^0(?!x)/i, '0o')) : undefined;
      return whole !== undefined && fits('ulong', whole) ? integer('long', whole) : bad();
    }
    if (/^-?\d+$/.test(text)) {
      const whole = BigInt(text);
      // A number beyond long is a BigInteger, which keeps all its digits.
      return fits('long', whole) ? integer('long', whole) : new Integer('ulong', whole);
    }
    const value = /^-?\d*\.?\d*(?:e[+-]?\d+)?$/i.test(text) ? Number(text) : Number.NaN;
    return Number.isFinite(value) ? new Real(value) : bad();
  }

  #blank(): void {
    for (;;) {
      this.match(/[\s\u0085]+/y);
      if (this.text[this.at] !== '/') return;
      if (this.match(/\/\/[^\r\n]*|\/\*[^]*?\*\//y) === undefined)
        this.#fail('Error parsing comment. Expected: *, got .', 1);
    }
  }

  #unexpected(what: string): never {
    return this.#fail(`Unexpected character encountered while parsing ${what}: ${this.text[this.at] ?? ''}.`);
  }

  #fail(problem: string, ahead = 0): never {
    const before = this.text.slice(0, this.at + ahead).split('\n');
    const path = this.#path
      .map((step) => (typeof step === 'number' ? `[${step}]` : step === undefined ? '' : `.${step}`))
      .join('');
    const [line, position] =
      this.text.trim() === '' || this.at + ahead === 0 ? [0, 0] : [before.length, before.at(-1)?.length ?? 0];
    throw new ExpressionError(
      'JsonReaderException',
      `${problem} Path '${path.replace(/^\./, '')}', line ${line}, position ${position}.`,
    );
  }
}
