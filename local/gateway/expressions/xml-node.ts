import { ExpressionError } from '../errors.ts';

export const xmlnsNamespace = 'http://www.w3.org/2000/xmlns/';
export const xmlNamespace = 'http://www.w3.org/XML/1998/namespace';

/** .NET's `XNamespace`: a namespace that `+` turns into names. */
export class XmlNamespace {
  readonly uri: string;
  constructor(uri: string) {
    this.uri = uri;
  }

  toNetString(): string {
    return this.uri;
  }
}

/** .NET's `XName`. */
export class XmlName {
  readonly uri: string;
  readonly local: string;
  constructor(uri: string, local: string) {
    if (!isXmlName(local))
      throw new ExpressionError('XmlException', `The name '${local}' cannot be the name of an element or attribute.`);
    this.uri = uri;
    this.local = local;
  }

  /** Reads `{namespace}local` or `local`, as C#'s implicit conversion of a string does. */
  static of(name: unknown): XmlName {
    if (name instanceof XmlName) return name;
    const [, uri = '', local = ''] = /^(?:\{([^}]*)\})?([^]*)$/.exec(String(name)) ?? [];
    return new XmlName(uri, local);
  }

  get key(): string {
    return `{${this.uri}}${this.local}`;
  }

  toNetString(): string {
    return this.uri === '' ? this.local : this.key;
  }
}

function isXmlName(text: string): boolean {
  return /^[\p{L}_][\p{L}\p{N}\p{M}_.·-]*$/u.test(text);
}

/** What stands in an XML tree. */
export abstract class XmlNode {
  parent: XmlContainer | undefined;

  remove(): void {
    const { parent } = this;
    if (!parent) throw new ExpressionError('InvalidOperationException', 'The parent is missing.');
    parent.nodes.splice(parent.nodes.indexOf(this), 1);
    this.parent = undefined;
  }

  /** A copy without a parent, since a node has one parent at most. */
  abstract clone(): XmlNode;
}

export class XmlText extends XmlNode {
  value: string;
  readonly isCData: boolean;
  constructor(value: string, isCData = false) {
    super();
    this.value = value;
    this.isCData = isCData;
  }

  clone(): XmlText {
    return new XmlText(this.value, this.isCData);
  }
}

export class XmlComment extends XmlNode {
  value: string;
  constructor(value: string) {
    super();
    this.value = value;
  }

  clone(): XmlComment {
    return new XmlComment(this.value);
  }
}

export class XmlInstruction extends XmlNode {
  readonly target: string;
  readonly data: string;
  constructor(target: string, data: string) {
    super();
    this.target = target;
    this.data = data;
  }

  clone(): XmlInstruction {
    return new XmlInstruction(this.target, this.data);
  }
}

export class XmlAttribute {
  readonly name: XmlName;
  value: string;
  parent: XmlElement | undefined;
  constructor(name: XmlName, value: string) {
    this.name = name;
    this.value = value;
  }

  get declaresNamespace(): boolean {
    return this.name.uri === xmlnsNamespace || (this.name.uri === '' && this.name.local === 'xmlns');
  }
}

export abstract class XmlContainer extends XmlNode {
  readonly nodes: XmlNode[] = [];

  /** Adds a node at the end or at a place; one that has a parent already is copied, as .NET does. */
  insert(node: XmlNode, at = this.nodes.length): void {
    const own = node.parent ? node.clone() : node;
    own.parent = this;
    this.nodes.splice(at, 0, own);
  }

  elements(name?: XmlName): XmlElement[] {
    const all = this.nodes.filter((node): node is XmlElement => node instanceof XmlElement);
    return name ? all.filter((element) => element.name.key === name.key) : all;
  }

  descendants(name?: XmlName): XmlElement[] {
    const found: XmlElement[] = [];
    const walk = (from: XmlContainer): void => {
      for (const element of from.elements()) {
        if (!name || element.name.key === name.key) found.push(element);
        walk(element);
      }
    };
    walk(this);
    return found;
  }

  removeNodes(): void {
    for (const node of this.nodes) node.parent = undefined;
    this.nodes.length = 0;
  }
}

export class XmlElement extends XmlContainer {
  name: XmlName;
  readonly attributes: XmlAttribute[] = [];
  /** Whether it is written `<a></a>` though nothing is inside. */
  isOpen = false;

  constructor(name: XmlName) {
    super();
    this.name = name;
  }

  /** All text inside, however deep. */
  get text(): string {
    return this.nodes
      .map((node) => (node instanceof XmlText ? node.value : node instanceof XmlElement ? node.text : ''))
      .join('');
  }

  setText(value: string): void {
    this.removeNodes();
    this.isOpen = value === '';
    if (value !== '') this.insert(new XmlText(value));
  }

  attribute(name: XmlName): XmlAttribute | undefined {
    return this.attributes.find((one) => one.name.key === name.key);
  }

  addAttribute(attribute: XmlAttribute): void {
    if (this.attribute(attribute.name)) throw new ExpressionError('InvalidOperationException', 'Duplicate attribute.');
    const own = attribute.parent ? new XmlAttribute(attribute.name, attribute.value) : attribute;
    own.parent = this;
    this.attributes.push(own);
  }

  removeAttribute(name: XmlName): void {
    const at = this.attributes.findIndex((one) => one.name.key === name.key);
    if (at !== -1) this.attributes.splice(at, 1);
  }

  clone(): XmlElement {
    const copy = new XmlElement(this.name);
    copy.isOpen = this.isOpen;
    for (const attribute of this.attributes) copy.addAttribute(new XmlAttribute(attribute.name, attribute.value));
    for (const node of this.nodes) copy.insert(node.clone());
    return copy;
  }
}

/** `<?xml version=... ?>` */
export class XmlDeclaration {
  readonly version: string;
  readonly encoding: string | undefined;
  readonly standalone: string | undefined;
  constructor(version: string, encoding?: string, standalone?: string) {
    this.version = version;
    this.encoding = encoding;
    this.standalone = standalone;
  }

  toNetString(): string {
    const part = (name: string, value: string | undefined) => (value ? ` ${name}="${value}"` : '');
    return `<?xml version="${this.version}"${part('encoding', this.encoding)}${part('standalone', this.standalone)}?>`;
  }
}

export class XmlDocument extends XmlContainer {
  declaration: XmlDeclaration | undefined;

  get root(): XmlElement | undefined {
    return this.elements()[0];
  }

  clone(): XmlDocument {
    const copy = new XmlDocument();
    copy.declaration = this.declaration;
    for (const node of this.nodes) copy.insert(node.clone());
    return copy;
  }
}
