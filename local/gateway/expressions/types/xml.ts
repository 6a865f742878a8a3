import { ExpressionError } from '../../errors.ts';
import { formatNumber } from '../format-number.ts';
import { Real } from '../numbers.ts';
import { readXml } from '../read-xml.ts';
import { DateTime, DateTimeOffset, type EnumValue } from '../time.ts';
import { typeTable } from '../type-table.ts';
import { areEqual, isWalkable, iterate, toText } from '../values.ts';
import { formatDate } from '../format-date.ts';
import { writeXml } from '../write-xml.ts';
import {
  XmlAttribute,
  XmlComment,
  XmlContainer,
  XmlDeclaration,
  XmlDocument,
  XmlElement,
  XmlName,
  XmlNamespace,
  xmlNamespace,
  XmlNode,
  xmlnsNamespace,
  XmlText,
} from '../xml-node.ts';

type Name = unknown;
const nameOrAll = (name: Name) => (name === undefined || name === null ? undefined : XmlName.of(name));

/** Text of content as XLinq writes it: `true`, ISO dates. */
function contentText(value: unknown): string {
  if (typeof value === 'boolean') return String(value);
  if (value instanceof DateTime || value instanceof DateTimeOffset)
    return formatDate(value, "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK");
  return value instanceof Real ? formatNumber(value, 'R') : toText(value);
}

/** Puts content where XLinq puts it: attributes, nodes, lists of these, anything else as text. */
function add(to: XmlContainer, content: readonly unknown[], at?: number): void {
  let place = at;
  for (const one of content) {
    if (one === null || one === undefined) continue;
    if (one instanceof XmlAttribute) {
      if (!(to instanceof XmlElement))
        throw new ExpressionError('ArgumentException', 'An attribute cannot be added here.');
      to.addAttribute(one);
    } else if (one instanceof XmlNode) to.insert(one, place === undefined ? undefined : place++);
    else if (Array.isArray(one) || isWalkable(one)) add(to, iterate(one));
    else addText(to, contentText(one));
  }
}

function addText(to: XmlContainer, text: string): void {
  const last = to.nodes.at(-1);
  if (last instanceof XmlText && !last.isCData) last.value += text;
  else if (text !== '') to.insert(new XmlText(text));
  else if (to instanceof XmlElement && to.nodes.length === 0) to.isOpen = true;
}

function replaceNodes(container: XmlContainer, content: readonly unknown[]): void {
  container.removeNodes();
  add(container, content);
}

function beside(node: XmlNode, content: readonly unknown[], offset: 0 | 1): void {
  if (!node.parent) throw new ExpressionError('InvalidOperationException', 'The parent is missing.');
  add(node.parent, content, node.parent.nodes.indexOf(node) + offset);
}

function ancestors(node: XmlNode): XmlElement[] {
  const found: XmlElement[] = [];
  for (let at = node.parent; at instanceof XmlElement; at = at.parent) found.push(at);
  return found;
}

const withSelf = (element: XmlElement, name: Name) => {
  const wanted = nameOrAll(name);
  const isWanted = !wanted || wanted.key === element.name.key;
  return [...(isWanted ? [element] : []), ...element.descendants(wanted)];
};

const isIndented = (options?: EnumValue) => options?.name !== 'DisableFormatting';

const nodeType = typeTable('XNode', {
  'Parent: XElement': ({ parent }: XmlNode) => (parent instanceof XmlElement ? parent : null),
  'NodeType: object': (node: XmlNode) => node.constructor.name.replace('Xml', ''),
  'NextNode: XNode': (node: XmlNode) => node.parent?.nodes[node.parent.nodes.indexOf(node) + 1],
  'PreviousNode: XNode': (node: XmlNode) => node.parent?.nodes[node.parent.nodes.indexOf(node) - 1],
  'Ancestors(object name?): List': (node: XmlNode, name: Name) => {
    const wanted = nameOrAll(name);
    return ancestors(node).filter((one) => !wanted || one.name.key === wanted.key);
  },
  'ElementsAfterSelf(): List': (node: XmlNode) =>
    node.parent?.nodes.slice(node.parent.nodes.indexOf(node) + 1).filter((one) => one instanceof XmlElement) ?? [],
  'Remove(): void': (node: XmlNode) => node.remove(),
  'ReplaceWith(params object content): void': (node: XmlNode, content: unknown[]) => {
    beside(node, content, 1);
    node.remove();
  },
  'AddAfterSelf(params object content): void': (node: XmlNode, content: unknown[]) => beside(node, content, 1),
  'AddBeforeSelf(params object content): void': (node: XmlNode, content: unknown[]) => beside(node, content, 0),
  'ToString(SaveOptions options?): string': (node: XmlNode, options?: EnumValue) => writeXml(node, isIndented(options)),
  'static DeepEquals(XNode left, XNode right): bool': (left: XmlNode, right: XmlNode) =>
    writeXml(left, false) === writeXml(right, false),
});

const containerType = typeTable(
  'XContainer',
  {
    'Element(object name): XElement': (container: XmlContainer, name: Name) => container.elements(XmlName.of(name))[0],
    'Elements(object name?): List': (container: XmlContainer, name: Name) => container.elements(nameOrAll(name)),
    'Descendants(object name?): List': (container: XmlContainer, name: Name) => container.descendants(nameOrAll(name)),
    'Nodes(): List': ({ nodes }: XmlContainer) => [...nodes],
    'DescendantNodes(): List': (container: XmlContainer) => descendantNodes(container),
    'FirstNode: XNode': ({ nodes }: XmlContainer) => nodes[0],
    'LastNode: XNode': ({ nodes }: XmlContainer) => nodes.at(-1),
    'Add(params object content): void': add,
    'AddFirst(params object content): void': (container: XmlContainer, content: unknown[]) =>
      add(container, content, 0),
    'RemoveNodes(): void': (container: XmlContainer) => container.removeNodes(),
    'ReplaceNodes(params object content): void': replaceNodes,
  },
  'XNode',
);

function descendantNodes(container: XmlContainer): XmlNode[] {
  return container.nodes.flatMap((node) => (node instanceof XmlContainer ? [node, ...descendantNodes(node)] : [node]));
}

const elementType = typeTable(
  'XElement',
  {
    'new(object name, params object content)': (name: Name, content: unknown[]) => {
      const made = new XmlElement(XmlName.of(name));
      add(made, content);
      return made;
    },
    'static Parse(string text): XElement': (text: string) => rootOf(readXml(text)),
    'static Parse(string text, LoadOptions options): XElement': (text: string) => rootOf(readXml(text)),
    'Name: XName': ({ name }: XmlElement) => name,
    'Value: string': (element: XmlElement) => element.text,
    'HasElements: bool': (element: XmlElement) => element.elements().length > 0,
    'HasAttributes: bool': ({ attributes }: XmlElement) => attributes.length > 0,
    'IsEmpty: bool': (element: XmlElement) => element.nodes.length === 0 && !element.isOpen,
    'FirstAttribute: XAttribute': ({ attributes }: XmlElement) => attributes[0],
    'LastAttribute: XAttribute': ({ attributes }: XmlElement) => attributes.at(-1),
    'Attribute(object name): XAttribute': (element: XmlElement, name: Name) => element.attribute(XmlName.of(name)),
    'Attributes(object name?): List': (element: XmlElement, name: Name) => attributesOf(element, name),
    'DescendantsAndSelf(object name?): List': withSelf,
    'AncestorsAndSelf(): List': (element: XmlElement) => [element, ...ancestors(element)],
    'RemoveAttributes(): void': ({ attributes }: XmlElement) => void (attributes.length = 0),
    'RemoveAll(): void': (element: XmlElement) => {
      element.attributes.length = 0;
      element.removeNodes();
    },
    'ReplaceAll(params object content): void': (element: XmlElement, content: unknown[]) => {
      element.attributes.length = 0;
      replaceNodes(element, content);
    },
    'SetValue(object value): void': (element: XmlElement, value: unknown) => element.setText(contentText(value)),
    'SetAttributeValue(object name, object value): void': (element: XmlElement, name: Name, value: unknown) => {
      const own = XmlName.of(name);
      const known = element.attribute(own);
      if (value === null) element.removeAttribute(own);
      else if (known) known.value = contentText(value);
      else element.addAttribute(new XmlAttribute(own, contentText(value)));
    },
    'SetElementValue(object name, object value): void': (element: XmlElement, name: Name, value: unknown) => {
      const own = XmlName.of(name);
      const [known] = element.elements(own);
      if (value === null) known?.remove();
      else if (known) known.setText(contentText(value));
      else add(element, [newElement(own, contentText(value))]);
    },
    'GetDefaultNamespace(): XNamespace': (element: XmlElement) => new XmlNamespace(declared(element, '') ?? ''),
    'GetNamespaceOfPrefix(string prefix): XNamespace': (element: XmlElement, prefix: string) => {
      const uri = declared(element, prefix);
      return uri === undefined ? null : new XmlNamespace(uri);
    },
  },
  'XContainer',
);

function newElement(name: XmlName, text: string): XmlElement {
  const made = new XmlElement(name);
  made.setText(text);
  return made;
}

function rootOf(document: XmlDocument): XmlElement | undefined {
  const { root } = document;
  root?.remove();
  return root;
}

function attributesOf(element: XmlElement, name: Name): XmlAttribute[] {
  const wanted = nameOrAll(name);
  return element.attributes.filter((one) => !wanted || one.name.key === wanted.key);
}

/** The namespace that a prefix stands for where the element is. */
function declared(element: XmlElement, prefix: string): string | undefined {
  const key = prefix === '' ? new XmlName('', 'xmlns') : new XmlName(xmlnsNamespace, prefix);
  const holder = [element, ...ancestors(element)].find((one) => one.attribute(key));
  return holder?.attribute(key)?.value;
}

const documentType = typeTable(
  'XDocument',
  {
    'new(params object content)': (content: unknown[]) => {
      const made = new XmlDocument();
      for (const one of content) {
        if (one instanceof XmlDeclaration) made.declaration = one;
        else add(made, [one]);
      }
      return made;
    },
    'static Parse(string text): XDocument': readXml,
    'static Parse(string text, LoadOptions options): XDocument': (text: string) => readXml(text),
    'Root: XElement': ({ root }: XmlDocument) => root,
    'Declaration: XDeclaration': ({ declaration }: XmlDocument) => declaration,
  },
  'XContainer',
);

const declarationType = typeTable('XDeclaration', {
  'new(string version, string encoding, string standalone)': (
    version: string,
    encoding?: string,
    standalone?: string,
  ) => new XmlDeclaration(version, encoding, standalone),
  'Version: string': ({ version }: XmlDeclaration) => version,
  'Encoding: string': ({ encoding }: XmlDeclaration) => encoding,
  'Standalone: string': ({ standalone }: XmlDeclaration) => standalone,
});

const attributeType = typeTable('XAttribute', {
  'new(object name, object value)': (name: Name, value: unknown) =>
    new XmlAttribute(XmlName.of(name), contentText(value)),
  'Name: XName': ({ name }: XmlAttribute) => name,
  'Value: string': ({ value }: XmlAttribute) => value,
  'Parent: XElement': ({ parent }: XmlAttribute) => parent,
  'IsNamespaceDeclaration: bool': (attribute: XmlAttribute) => attribute.declaresNamespace,
  'SetValue(object value): void': (attribute: XmlAttribute, value: unknown) =>
    void (attribute.value = contentText(value)),
  'Remove(): void': ({ name, parent }: XmlAttribute) => parent?.removeAttribute(name),
});

const nameType = typeTable('XName', {
  'static Get(string name): XName': (name: string) => XmlName.of(name),
  'static Get(string local, string uri): XName': (local: string, uri: string) => new XmlName(uri, local),
  'LocalName: string': ({ local }: XmlName) => local,
  'NamespaceName: string': ({ uri }: XmlName) => uri,
  'Namespace: XNamespace': ({ uri }: XmlName) => new XmlNamespace(uri),
  'Equals(object other): bool': areEqual,
});

const namespaceType = typeTable('XNamespace', {
  'static Get(string uri): XNamespace': (uri: string) => new XmlNamespace(uri),
  'static None: XNamespace': () => new XmlNamespace(''),
  'static Xml: XNamespace': () => new XmlNamespace(xmlNamespace),
  'static Xmlns: XNamespace': () => new XmlNamespace(xmlnsNamespace),
  'NamespaceName: string': ({ uri }: XmlNamespace) => uri,
  'GetName(string local): XName': ({ uri }: XmlNamespace, local: string) => new XmlName(uri, local),
});

const textMembers = { 'Value: string': (node: XmlText | XmlComment) => node.value };

/** `System.Xml.Linq`. */
export const xmlTypes = [
  [nodeType, XmlNode],
  [containerType, XmlContainer],
  [elementType, XmlElement],
  [documentType, XmlDocument],
  [declarationType, XmlDeclaration],
  [attributeType, XmlAttribute],
  [nameType, XmlName],
  [namespaceType, XmlNamespace],
  [typeTable('XText', { 'new(string text)': (text: string) => new XmlText(text), ...textMembers }, 'XNode'), XmlText],
  [typeTable('XCData', { 'new(string text)': (text: string) => new XmlText(text, true) }, 'XText')],
  [
    typeTable('XComment', { 'new(string text)': (text: string) => new XmlComment(text), ...textMembers }, 'XNode'),
    XmlComment,
  ],
] as const;

const containersOf = (items: unknown) => iterate(items).filter((item) => item instanceof XmlContainer);

/** What `System.Xml.Linq.Extensions` adds to sequences. */
export const xmlSequenceMembers = {
  'Elements(object name?): List': (items: unknown, name: Name) =>
    containersOf(items).flatMap((item) => item.elements(nameOrAll(name))),
  'Descendants(object name?): List': (items: unknown, name: Name) =>
    containersOf(items).flatMap((item) => item.descendants(nameOrAll(name))),
  'Attributes(object name?): List': (items: unknown, name: Name) =>
    iterate(items).flatMap((item) => (item instanceof XmlElement ? attributesOf(item, name) : [])),
  'Nodes(): List': (items: unknown) => containersOf(items).flatMap(({ nodes }) => nodes),
  'Remove(): void': (items: unknown) => {
    for (const item of [...iterate(items)]) {
      if (item instanceof XmlNode) item.remove();
      else if (item instanceof XmlAttribute) item.parent?.removeAttribute(item.name);
    }
  },
};
