import { spend } from '../budget.ts';
import { ExpressionError } from '../../errors.ts';

export const xmlnsNamespace = 'http://www.w3.org/2000/xmlns/';
/** Finds what no XML may hold: control characters and halves of pairs. */
export const noXmlCharacter = /[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u;

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
  /** What equal names share. */
  readonly key: string;
  constructor(uri: string, local: string) {
    if (local === '') throw new ExpressionError('ArgumentException', "'' is an invalid expanded name.");
    if (!isXmlName(local))
      throw new ExpressionError('XmlException', `The name '${local}' cannot be the name of an element or attribute.`);
    this.uri = uri;
    this.local = local;
    this.key = `{${uri}}${local}`;
  }

  /** Reads `{namespace}local` or `local`, as C#'s implicit conversion of a string does. */
  static of(text: string): XmlName {
    if (!text.startsWith('{')) return new XmlName('', text);
    const end = text.lastIndexOf('}');
    if (end <= 1 || end === text.length - 1)
      throw new ExpressionError('ArgumentException', `'${text}' is an invalid expanded name.`);
    return new XmlName(text.slice(1, end), text.slice(end + 1));
  }

  toNetString(): string {
    return this.uri === '' ? this.local : this.key;
  }
}

function isXmlName(text: string): boolean {
  return /^[\p{L}_][\p{L}\p{N}\p{M}_.·-]*$/u.test(text);
}

function rootOf(node: XmlNode): XmlNode {
  let at = node;
  while (at.parent) {
    spend();
    at = at.parent;
  }
  return at;
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
    return new XmlText(this.value);
  }
}

export class XmlCData extends XmlText {
  constructor(value: string) {
    super(value, true);
  }

  override clone(): XmlCData {
    return new XmlCData(this.value);
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
  target: string;
  data: string;
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
    const own = node.parent || node === rootOf(this) ? node.clone() : node;
    own.parent = this;
    this.nodes.splice(at, 0, own);
  }

  elements(name?: XmlName): XmlElement[] {
    const all = this.nodes.filter((node): node is XmlElement => node instanceof XmlElement);
    return name ? all.filter((element) => element.name.key === name.key) : all;
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
    if (at !== -1) for (const one of this.attributes.splice(at, 1)) one.parent = undefined;
  }

  override insert(node: XmlNode, at?: number): void {
    this.isOpen = false;
    super.insert(node, at);
  }

  override removeNodes(): void {
    this.isOpen = false;
    super.removeNodes();
  }

  clone(): XmlElement {
    const copy = new XmlElement(this.name);
    for (const attribute of this.attributes) copy.addAttribute(new XmlAttribute(attribute.name, attribute.value));
    for (const node of this.nodes) copy.insert(node.clone());
    copy.isOpen = this.isOpen;
    return copy;
  }
}

/** `<?xml version=... ?>` */
export class XmlDeclaration {
  version: string | null;
  encoding: string | null;
  standalone: string | null;
  constructor(version: string | null, encoding: string | null = null, standalone: string | null = null) {
    this.version = version;
    this.encoding = encoding;
    this.standalone = standalone;
  }

  toNetString(): string {
    const part = (name: string, value: string | null) => (value === null ? '' : ` ${name}="${value}"`);
    return `<?xml${part('version', this.version)}${part('encoding', this.encoding)}${part('standalone', this.standalone)}?>`;
  }
}

export class XmlDocument extends XmlContainer {
  declaration: XmlDeclaration | undefined;

  get root(): XmlElement | undefined {
    return this.elements()[0];
  }

  override insert(node: XmlNode, at?: number): void {
    if (node instanceof XmlElement && this.root)
      throw new ExpressionError(
        'InvalidOperationException',
        'This operation would create an incorrectly structured document.',
      );
    if (node instanceof XmlText && (node.isCData || node.value.trim() !== ''))
      throw new ExpressionError('ArgumentException', 'Non-whitespace characters cannot be added to content.');
    super.insert(node, at);
  }

  clone(): XmlDocument {
    const copy = new XmlDocument();
    const { declaration } = this;
    if (declaration)
      copy.declaration = new XmlDeclaration(declaration.version, declaration.encoding, declaration.standalone);
    for (const node of this.nodes) copy.insert(node.clone());
    return copy;
  }
}
