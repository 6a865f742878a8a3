import { readXml } from './expressions/xml/read-xml.ts';
import { XmlText, type XmlContainer, type XmlElement } from './expressions/xml/xml-node.ts';

const schemaInstance = 'http://www.w3.org/2001/XMLSchema-instance';

/**
 * XML as Liquid templates walk it: `body.envelope.body.answer`. Elements go by their local names without regard to case;
 * one that holds elements is a list of them, too, and any other is its text.
 */
export class LiquidXml {
  readonly #container: XmlContainer;
  /** What an element with `xsi:nil="true"` is. */
  readonly #nil: string | null;

  constructor(container: XmlContainer, nil: string | null) {
    this.#container = container;
    this.#nil = nil;
  }

  /** Throws ExpressionError for what is no XML. */
  static parse(text: string, nil: string | null): LiquidXml {
    return new LiquidXml(readXml(text), nil);
  }

  get items(): unknown[] {
    return this.#container.elements().map((element) => this.#valueOf(element));
  }

  /** null where there is none; a list where there are several. */
  member(name: string): unknown {
    const found = this.#container.elements().filter((one) => one.name.local.toLowerCase() === name.toLowerCase());
    const [first] = found;
    if (!first) return null;
    return found.length === 1 ? this.#valueOf(first) : found.map((element) => this.#valueOf(element));
  }

  toNetString(): string {
    return textOf(this.#container);
  }

  #valueOf(element: XmlElement): unknown {
    const isNil = ({ name, value }: XmlElement['attributes'][number]) =>
      name.uri === schemaInstance && name.local === 'nil' && /^(?:true|1)$/.test(value);
    if (element.attributes.some(isNil)) return this.#nil;
    return element.elements().length === 0 ? textOf(element) : new LiquidXml(element, this.#nil);
  }
}

function textOf(container: XmlContainer): string {
  return container.nodes
    .map((node) => (node instanceof XmlText ? node.value : 'nodes' in node ? textOf(node as XmlContainer) : ''))
    .join('');
}
