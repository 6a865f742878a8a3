import type { Schema } from './configuration/model.ts';
import { LoadError, PolicyError, ExpressionError } from './errors.ts';
import { compileSource, isExpression } from './expressions/compile.ts';
import { SyntaxProblem } from './expressions/tokens.ts';
import { toText } from './expressions/values.ts';
import type { Exchange } from './exchange.ts';
import { expressionTypes } from './context-types.ts';
import type { ElementShape, ScopeName, Section, Step } from './policy.ts';
import type { XmlElement, XmlText } from './xml.ts';

/** A value of a policy that is fixed at load or computed for each request. */
export type Getter<T> = ((exchange: Exchange) => T) & { readonly constant?: T };

/** Which bodies must be in memory before a policy runs. */
export interface BodyNeeds {
  request: boolean;
  response: boolean;
}

/** What a policy's compiler may ask of the document it stands in. */
export interface DocumentScope {
  section: Section;
  /** What the document belongs to. */
  level: ScopeName;
  /** Compiles the policies inside an element. */
  steps(element: XmlElement, path: string): Step;
  fragment(id: string, at: XmlText): Step;
  /** Whether the instance has a certificate of this name, be its content here or not. */
  hasCertificate(id: string): boolean;
  /** The service's schemas, by id. */
  schemas: ReadonlyMap<string, Schema>;
}

/** A policy's XML, read with checks: whatever is wrong is an error with its place in the file. */
export class PolicyElement {
  readonly xml: XmlElement;
  readonly scope: DocumentScope;
  readonly path: string;
  readonly needs: BodyNeeds;
  readonly #shape: ElementShape;

  constructor(xml: XmlElement, shape: ElementShape, scope: DocumentScope, path: string, needs?: BodyNeeds) {
    this.xml = xml;
    this.scope = scope;
    this.path = path;
    this.needs = needs ?? { request: false, response: false };
    this.#shape = shape;
  }

  get name(): string {
    return this.xml.name;
  }

  has(name: string): boolean {
    return this.xml.attributes.has(name);
  }

  /** An attribute that may be an expression; the fallback stands in where it is not given. */
  text(name: string): Getter<string> | undefined;
  text(name: string, fallback: string): Getter<string>;
  text(name: string, fallback?: string): Getter<string> | undefined {
    const value = this.value(name);
    if (!value) return fallback === undefined ? undefined : constant(fallback);
    return map(value, toText);
  }

  /** The attribute's value as the expression gave it, without turning it into text. */
  value(name: string): Getter<unknown> | undefined {
    const attribute = this.xml.attributes.get(name);
    return attribute && this.#getter(attribute);
  }

  requiredText(name: string): Getter<string> {
    return this.text(name) ?? this.fail(`<${this.name}> needs the attribute "${name}"`);
  }

  /** An attribute that must be written out: an expression is refused. */
  constant(name: string): string | undefined;
  constant(name: string, fallback: string): string;
  constant(name: string, fallback?: string): string | undefined {
    const attribute = this.xml.attributes.get(name);
    if (!attribute) return fallback;
    if (isExpression(attribute.value)) this.fail(`"${name}" of <${this.name}> takes no expression`, attribute);
    return attribute.value;
  }

  /** An attribute that names a certificate; one that is written out must be there. */
  certificateId(name: string): Getter<string> {
    const id = this.requiredText(name);
    if (id.constant !== undefined && !this.scope.hasCertificate(id.constant))
      this.fail(`there is no certificate "${id.constant}"`, this.xml.attributes.get(name));
    return id;
  }

  choice<const T extends string>(name: string, values: readonly T[], fallback: T): Getter<T> {
    return this.#checked(
      name,
      fallback,
      (text) => values.find((value) => value === text),
      `one of ${values.join(', ')}`,
    );
  }

  boolean(name: string, fallback: boolean): Getter<boolean> {
    const parse = (text: string) => (/^true$/i.test(text) ? true : /^false$/i.test(text) ? false : undefined);
    return this.#checked(name, fallback, parse, 'true or false');
  }

  integer(name: string, limits: { min: number; max?: number }, fallback: number): Getter<number> {
    const { min, max = Number.MAX_SAFE_INTEGER } = limits;
    const parse = (text: string) => {
      const number = /^-?\d+$/.test(text) ? Number(text) : undefined;
      return number !== undefined && number >= min && number <= max ? number : undefined;
    };
    const range = max === Number.MAX_SAFE_INTEGER ? `from ${min}` : `from ${min} to ${max}`;
    return this.#checked(name, fallback, parse, `a whole number ${range}`);
  }

  #checked<T>(name: string, fallback: T, parse: (text: string) => T | undefined, wanted: string): Getter<T> {
    const attribute = this.xml.attributes.get(name);
    if (!attribute) return constant(fallback);
    const convert = (text: string): T | undefined => parse(text.trim());
    if (!isExpression(attribute.value)) {
      const parsed = convert(attribute.value);
      if (parsed === undefined)
        this.fail(`"${name}" of <${this.name}> is ${wanted}, not "${attribute.value}"`, attribute);
      return constant(parsed);
    }
    return map(this.#getter(attribute), (value) => {
      const parsed = convert(toText(value));
      if (parsed !== undefined) return parsed;
      throw new PolicyError(`"${name}" is ${wanted}, not "${toText(value)}".`, {
        source: this.name,
        reason: 'ExpressionValueEvaluationFailure',
      });
    });
  }

  /** The text inside the element, with its blanks at both ends removed unless it is an expression. */
  content(): Getter<unknown> {
    return this.#getter({ ...this.xml.text, value: this.xml.text.value.trim() });
  }

  contentText(): Getter<string> {
    return map(this.content(), toText);
  }

  children(name: string): PolicyElement[] {
    return this.xml.children.filter((child) => child.name === name).map((child) => this.#inner(child));
  }

  child(name: string): PolicyElement | undefined {
    const found = this.children(name);
    if (found.length > 1) this.fail(`<${this.name}> takes one <${name}>`, found[1]?.xml);
    return found[0];
  }

  /** `<value>` elements, each of which may be an expression. */
  values(name = 'value'): Getter<string>[] {
    return this.children(name).map((child) => child.contentText());
  }

  /** The policies inside. */
  steps(): Step {
    return this.scope.steps(this.xml, this.path);
  }

  /** The policies inside, each on its own. */
  branches(): Step[] {
    return this.xml.children.map((child) => this.scope.steps({ ...this.xml, children: [child] }, this.path));
  }

  #inner(child: XmlElement): PolicyElement {
    const same = this.xml.children.filter(({ name }) => name === child.name).indexOf(child);
    const path = `${this.path}/${child.name}${same > 0 ? `[${same + 1}]` : ''}`;
    return new PolicyElement(child, this.#shape.children?.[child.name] ?? {}, this.scope, path, this.needs);
  }

  #getter(text: XmlText): Getter<unknown> {
    if (!isExpression(text.value)) return constant(text.value);
    const { evaluate, touched } = compileAt(text);
    const reads = [...touched].some((member) => /^(?:IMessageBody|\?)\.As/.test(member));
    const vague = touched.has('?.Body');
    if (reads && (touched.has('IRequest.Body') || vague)) this.needs.request = true;
    // It may be read by way of a variable or parameter that says no more than IResponse.
    const perhaps = touched.has('IResponse.Body') && touched.has('IProxyRequestContext.Response');
    if (reads && (touched.has('ContextResponse.Body') || perhaps || vague)) this.needs.response = true;
    const { name } = this;
    return (exchange) => {
      try {
        return evaluate(exchange);
      } catch (error) {
        throw new PolicyError(`Expression evaluation failed. ${(error as ExpressionError).message}`, {
          source: name,
          reason: 'ExpressionValueEvaluationFailure',
          cause: error,
        });
      }
    };
  }

  fail(problem: string, at: { position: XmlElement['position'] } = this.xml): never {
    throw new LoadError(problem, at.position);
  }
}

function constant<T>(value: T): Getter<T> {
  return Object.assign(() => value, { constant: value });
}

function map<A, B>(getter: Getter<A>, convert: (value: A) => B): Getter<B> {
  if ('constant' in getter) return constant(convert(getter.constant as A));
  return (exchange) => convert(getter(exchange));
}

/** Compiles an expression where it stands in a file. Throws LoadError. */
function compileAt(text: XmlText): ReturnType<typeof compileSource> {
  try {
    return compileSource(text.value, expressionTypes);
  } catch (error) {
    if (error instanceof SyntaxProblem)
      throw new LoadError(`expression: ${error.message}`, offsetPosition(text, error.at));
    if (error instanceof ExpressionError) throw new LoadError(`expression: ${error.message}`, text.position);
    throw error;
  }
}

function offsetPosition(text: XmlText, offset: number): XmlText['position'] {
  const before = text.value.slice(0, offset).split('\n');
  const line = text.position.line + before.length - 1;
  const last = before.at(-1)?.length ?? 0;
  return { ...text.position, line, column: before.length === 1 ? text.position.column + last : last + 1 };
}
