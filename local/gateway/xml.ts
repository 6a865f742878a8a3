import { LoadError, type Position } from './errors.ts';
import { expressionEnd } from './expressions/expression-end.ts';

export interface XmlText {
  value: string;
  position: Position;
}

export interface XmlElement {
  name: string;
  position: Position;
  attributes: Map<string, XmlText>;
  children: XmlElement[];
  /** All text directly inside, comments left out. */
  text: XmlText;
  /** Everything inside as it was written. */
  inner: string;
}

/** Where an expression stands in the source, and what it is once read. */
export interface ExpressionSpan {
  from: number;
  to: number;
  code: string;
}

const maxDepth = 100;
const entities: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" };
const namePattern = /[\p{L}_:][\p{L}\p{N}_:.-]*/uy;

/**
 * Reads a policy document. API Management stores documents in two forms: well-formed XML, and "rawxml" in which
 * `@(...)` and `@{...}` hold C# as it was typed, quotes, `<` and `&&` included. Both are read here, so no general
 * XML parser would do.
 */
export function parseXml(source: string, file: string): XmlElement {
  return new XmlReader(source.replace(/^\uFEFF/, ''), file).document();
}

/** The expressions of a document, in their order. Throws LoadError as parseXml does. */
export function expressionsOf(source: string, file: string): readonly ExpressionSpan[] {
  const reader = new XmlReader(source, file);
  reader.document();
  return reader.expressions;
}

class XmlReader {
  readonly #source: string;
  readonly #file: string;
  readonly #lineStarts: number[] = [0];
  readonly expressions: ExpressionSpan[] = [];
  #at = 0;

  constructor(source: string, file: string) {
    this.#source = source;
    this.#file = file;
    for (let i = source.indexOf('\n'); i !== -1; i = source.indexOf('\n', i + 1)) this.#lineStarts.push(i + 1);
  }

  document(): XmlElement {
    this.#skipMisc();
    if (!this.#startsElement()) this.#fail('a policy document begins with an element');
    const root = this.#element(0);
    this.#skipMisc();
    if (this.#at < this.#source.length) this.#fail('nothing may follow the root element');
    return root;
  }

  #skipMisc(): void {
    for (;;) {
      while (/\s/.test(this.#source[this.#at] ?? '')) this.#at++;
      if (this.#source.startsWith('<!--', this.#at)) this.#skipTo('-->', 'comment');
      else if (this.#source.startsWith('<?', this.#at)) this.#skipTo('?>', 'processing instruction');
      else return;
    }
  }

  #skipTo(end: string, what: string): void {
    const found = this.#source.indexOf(end, this.#at + 2);
    if (found === -1) this.#fail(`this ${what} is never closed`);
    this.#at = found + end.length;
  }

  #startsElement(): boolean {
    return this.#source[this.#at] === '<' && /[\p{L}_:]/u.test(this.#source[this.#at + 1] ?? '');
  }

  #element(depth: number): XmlElement {
    const position = this.#position(this.#at);
    if (depth > maxDepth) this.#fail(`elements nest deeper than ${maxDepth}`);
    this.#at++;
    const element: XmlElement = {
      name: this.#name('an element'),
      position,
      attributes: new Map(),
      children: [],
      text: { value: '', position },
      inner: '',
    };
    for (;;) {
      const spaced = this.#skipSpace();
      if (this.#source.startsWith('/>', this.#at)) {
        this.#at += 2;
        return element;
      }
      if (this.#source[this.#at] === '>') {
        this.#at++;
        const from = this.#at;
        this.#content(element, depth);
        element.inner = this.#source.slice(from, this.#source.lastIndexOf('</', this.#at - 1));
        return element;
      }
      if (this.#at >= this.#source.length) this.#fail(`<${element.name}> is never closed`, position);
      if (!spaced) this.#fail(`a space is missing before an attribute of <${element.name}>`);
      this.#attribute(element);
    }
  }

  #attribute(element: XmlElement): void {
    const start = this.#at;
    const name = this.#name(`an attribute of <${element.name}>`);
    this.#skipSpace();
    if (this.#source[this.#at] !== '=') this.#fail(`attribute "${name}" has no value`);
    this.#at++;
    this.#skipSpace();
    const quote = this.#source[this.#at];
    if (quote !== '"' && quote !== "'") this.#fail(`the value of attribute "${name}" is not quoted`);
    this.#at++;
    if (element.attributes.has(name)) this.#fail(`attribute "${name}" is given twice`, this.#position(start));
    const from = this.#at;
    element.attributes.set(name, { value: this.#attributeValue(name, quote), position: this.#position(from) });
  }

  #attributeValue(name: string, quote: string): string {
    const from = this.#at;
    const end = this.#source.indexOf(quote, from);
    if (end === -1) this.#fail(`the value of attribute "${name}" is never closed`);
    const wellFormed = this.#source.slice(from, end);
    if (!/^\s*@[({]/.test(wellFormed)) {
      if (wellFormed.includes('<')) this.#fail(`"<" is not allowed in attribute "${name}": write &lt;`);
      this.#at = end + 1;
      return this.#decode(wellFormed, from);
    }
    if (!wellFormed.includes('<') && this.#isWholeExpression(wellFormed, from)) {
      this.#at = end + 1;
      return this.#expression(from, end, this.#decode(wellFormed, from));
    }
    const closed = this.#rawExpression(from);
    this.#at = closed;
    this.#skipSpace();
    if (this.#source[this.#at] !== quote) this.#fail(`attribute "${name}" goes on after its expression`);
    this.#at++;
    return this.#expression(from, closed, decodeOutsideStrings(this.#source.slice(from, closed)));
  }

  #expression(from: number, to: number, code: string): string {
    this.expressions.push({ from, to, code });
    return code;
  }

  #isWholeExpression(text: string, from: number): boolean {
    const decoded = this.#decode(text, from);
    const end = expressionEnd(decoded, decoded.indexOf('@'));
    return end !== -1 && decoded.slice(end).trim() === '';
  }

  /** The end of the unescaped expression that begins at or after `from`. */
  #rawExpression(from: number): number {
    const start = this.#source.indexOf('@', from);
    const end = expressionEnd(this.#source, start);
    if (end === -1) this.#fail('this expression is never closed', this.#position(start));
    return end;
  }

  #content(element: XmlElement, depth: number): void {
    let text = '';
    let textAt: number | undefined;
    for (;;) {
      if (this.#at >= this.#source.length) this.#fail(`<${element.name}> is never closed`, element.position);
      if (this.#source.startsWith('<!--', this.#at)) this.#skipTo('-->', 'comment');
      else if (this.#source.startsWith('<![CDATA[', this.#at)) {
        const from = this.#at + 9;
        this.#skipTo(']]>', 'CDATA section');
        textAt ??= from;
        text += this.#source.slice(from, this.#at - 3);
      } else if (this.#source.startsWith('<?', this.#at)) this.#skipTo('?>', 'processing instruction');
      else if (this.#source.startsWith('</', this.#at)) {
        this.#closingTag(element);
        if (textAt !== undefined) element.text = { value: text, position: this.#position(textAt) };
        return;
      } else if (this.#source[this.#at] === '<') element.children.push(this.#element(depth + 1));
      else {
        const from = this.#at;
        const chunk = this.#textChunk(text);
        if (textAt === undefined && chunk.trim() !== '') textAt = from + chunk.length - chunk.trimStart().length;
        text += chunk;
      }
    }
  }

  #textChunk(before: string): string {
    const from = this.#at;
    const next = this.#source.indexOf('<', from);
    const plain = this.#source.slice(from, next === -1 ? undefined : next);
    const isExpression = before.trim() === '' && /^\s*@[({]/.test(plain);
    if (!isExpression || this.#isWholeExpression(plain, from)) {
      this.#at = next === -1 ? this.#source.length : next;
      const text = this.#decode(plain, from);
      return isExpression ? this.#expression(from, this.#at, text) : text;
    }
    this.#at = this.#rawExpression(from);
    return this.#expression(from, this.#at, decodeOutsideStrings(this.#source.slice(from, this.#at)));
  }

  #closingTag(element: XmlElement): void {
    const at = this.#at;
    this.#at += 2;
    const name = this.#name('a closing tag');
    this.#skipSpace();
    if (name !== element.name)
      this.#fail(`</${name}> closes <${element.name}> of line ${element.position.line}`, this.#position(at));
    if (this.#source[this.#at] !== '>') this.#fail(`</${name}> is not closed`);
    this.#at++;
  }

  #name(what: string): string {
    namePattern.lastIndex = this.#at;
    const name = namePattern.exec(this.#source)?.[0];
    if (name === undefined) return this.#fail(`the name of ${what} is missing`);
    this.#at += name.length;
    return name;
  }

  #skipSpace(): boolean {
    const from = this.#at;
    while (/\s/.test(this.#source[this.#at] ?? '')) this.#at++;
    return this.#at > from;
  }

  #decode(text: string, from: number): string {
    if (!text.includes('&')) return text;
    return text.replace(/&([^;&\s]*;?)/g, (whole, body: string, offset: number) => {
      const decoded = body.endsWith(';') ? decodeEntity(body.slice(0, -1)) : undefined;
      // C# typed without escaping ("a && b") is read as it stands; anything else is a mistake worth naming.
      if (decoded === undefined && !/^\s*@[({]/.test(text))
        this.#fail(`"${whole}" is no entity: write &amp; for &`, this.#position(from + offset));
      return decoded ?? whole;
    });
  }

  #position(at: number): Position {
    let low = 0;
    let high = this.#lineStarts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.#lineStarts[middle] as number) <= at) low = middle;
      else high = middle - 1;
    }
    return { file: this.#file, line: low + 1, column: at - (this.#lineStarts[low] as number) + 1 };
  }

  #fail(problem: string, position = this.#position(this.#at)): never {
    throw new LoadError(problem, position);
  }
}

function decodeEntity(name: string): string | undefined {
  const number = /^#(?:x([0-9a-f]{1,6})|([0-9]{1,7}))$/i.exec(name);
  if (!number) return Object.hasOwn(entities, name) ? entities[name] : undefined;
  const code = number[1] ? Number.parseInt(number[1], 16) : Number(number[2]);
  return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : undefined;
}

/** In unescaped C# an entity inside a string literal is meant as it stands; elsewhere it can only be XML. */
function decodeOutsideStrings(text: string): string {
  return text.replace(
    /"(?:[^"\\]|\\.)*"|&(amp|lt|gt|quot|apos);/gs,
    (whole, name: string | undefined) => (name && entities[name]) ?? whole,
  );
}
