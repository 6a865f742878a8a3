import { ExpressionError } from '../../../errors.ts';
import { typeTable } from '../../type-table.ts';
import { argumentNull } from '../../text-parts.ts';
import type { EnumValue } from '../../time.ts';
import { readXml } from '../../xml/read-xml.ts';
import { writeXml } from '../../xml/write-xml.ts';
import type { StringReader, StringWriter } from '../text-streams.ts';
import {
  XmlAttribute,
  XmlContainer,
  XmlDeclaration,
  XmlDocument,
  XmlElement,
  XmlName,
  XmlNamespace,
  xmlNamespace,
  xmlnsNamespace,
} from '../../xml/xml-node.ts';
import { add, contentText, sequence, snapshot } from './content.ts';
import { ofContent, replaceNodes } from './nodes.ts';
import { ancestorsOf, attributesOf, descendantNodesOf, descendantsOf, elementsOf, nodesOf, withSelf } from './walk.ts';

type Name = XmlName | null;

const containerType = typeTable('class System.Xml.Linq.XContainer : XNode', {
  'Element(XName name): XElement': (container: XmlContainer, name: Name) => (name ? container.elements(name)[0] : null),
  'Elements(): IEnumerable<XElement>': (container: XmlContainer) => sequence('XElement', () => elementsOf(container)),
  'Elements(XName name): IEnumerable<XElement>': (container: XmlContainer, name: Name) =>
    sequence('XElement', () => elementsOf(container, name)),
  'Descendants(): IEnumerable<XElement>': (container: XmlContainer) =>
    sequence('XElement', () => descendantsOf(container)),
  'Descendants(XName name): IEnumerable<XElement>': (container: XmlContainer, name: Name) =>
    sequence('XElement', () => descendantsOf(container, name)),
  'Nodes(): IEnumerable<XNode>': (container: XmlContainer) => sequence('XNode', () => nodesOf(container)),
  'DescendantNodes(): IEnumerable<XNode>': (container: XmlContainer) =>
    sequence('XNode', () => descendantNodesOf(container)),
  'FirstNode: XNode': ({ nodes }: XmlContainer) => nodes[0],
  'LastNode: XNode': ({ nodes }: XmlContainer) => nodes.at(-1),
  ...ofContent('Add', (container: XmlContainer, content) => void add(container, content)),
  ...ofContent('AddFirst', (container: XmlContainer, content) => void add(container, content, 0)),
  'RemoveNodes(): void': (container: XmlContainer) => container.removeNodes(),
  ...ofContent('ReplaceNodes', replaceNodes),
});

function made(name: Name, content?: unknown): XmlElement {
  if (!name) throw argumentNull('name');
  const element = new XmlElement(name);
  add(element, content);
  return element;
}

function parse(text: string | null, options?: EnumValue): XmlElement | undefined {
  const { root } = read(text, options);
  root?.remove();
  return root;
}

function read(text: string | null, options?: EnumValue): XmlDocument {
  if (text === null) throw argumentNull('s');
  return readXml(text, options !== undefined && (options.value & 1) === 1);
}

function clearAttributes(element: XmlElement): void {
  for (const one of element.attributes.splice(0)) one.parent = undefined;
}

function setAttribute(element: XmlElement, name: Name, value: unknown): void {
  if (!name) throw argumentNull('name');
  const known = element.attribute(name);
  if (value === null) element.removeAttribute(name);
  else if (known) known.value = contentText(value);
  else element.addAttribute(new XmlAttribute(name, contentText(value)));
}

function setElement(element: XmlElement, name: Name, value: unknown): void {
  if (!name) throw argumentNull('name');
  const [known] = element.elements(name);
  if (value === null) known?.remove();
  else if (known) known.setText(contentText(value));
  else {
    const child = new XmlElement(name);
    child.setText(contentText(value));
    element.insert(child);
  }
}

/** The namespace that a prefix stands for where the element is. */
function declared(element: XmlElement, prefix: string): string | undefined {
  if (prefix === 'xml') return xmlNamespace;
  if (prefix === 'xmlns') return xmlnsNamespace;
  const key = prefix === '' ? new XmlName('', 'xmlns') : new XmlName(xmlnsNamespace, prefix);
  return [element, ...ancestorsOf(element)].map((one) => one.attribute(key)?.value).find((uri) => uri !== undefined);
}

function prefixOf(element: XmlElement, uri: string): string | null {
  if (uri === xmlNamespace) return 'xml';
  if (uri === xmlnsNamespace) return 'xmlns';
  const holders = [element, ...ancestorsOf(element)].flatMap(({ attributes }) => attributes);
  const found = holders.find(
    (one) => one.name.uri === xmlnsNamespace && one.value === uri && declared(element, one.name.local) === uri,
  );
  return found?.name.local ?? null;
}

function readAll(reader: StringReader | null): string {
  if (!reader) throw argumentNull('textReader');
  return reader.all();
}

function save(node: XmlElement | XmlDocument, writer: StringWriter | null, options?: EnumValue): void {
  if (!writer) throw argumentNull('textWriter');
  if (node instanceof XmlDocument && !node.root)
    throw new ExpressionError(
      'InvalidOperationException',
      'Token EndDocument in state Document would result in an invalid XML document.',
    );
  const indented = ((options?.value ?? 0) & 1) === 0;
  const standalone = node instanceof XmlDocument ? (node.declaration?.standalone ?? null) : null;
  // A text's encoding is that of .NET's strings, whatever the declaration says.
  const declaration = new XmlDeclaration('1.0', 'utf-16', standalone).toNetString();
  writer.write(`${declaration}${indented ? '\r\n' : ''}${writeXml(node, indented)}`);
}

const saving = {
  'Save(StringWriter textWriter): void': save,
  'Save(StringWriter textWriter, SaveOptions options): void': save,
};

const elementType = typeTable('class System.Xml.Linq.XElement : XContainer', {
  'new(XElement other)': (other: XmlElement) => other.clone(),
  'new(XName name)': (name: Name) => made(name),
  'new(XName name, object content)': made,
  'new(XName name, params object[] content)': made,
  'static Parse(string text): XElement': (text: string | null) => parse(text),
  'static Parse(string text, LoadOptions options): XElement': parse,
  'static Load(StringReader textReader): XElement': (reader: StringReader | null) => parse(readAll(reader)),
  'static Load(StringReader textReader, LoadOptions options): XElement': (
    reader: StringReader | null,
    options: EnumValue,
  ) => parse(readAll(reader), options),
  ...saving,
  'static EmptySequence: IEnumerable<XElement>': () => sequence('XElement', () => []),
  'Name: XName': ({ name }: XmlElement) => name,
  'set_Name(XName value): void': (element: XmlElement, name: Name) => {
    if (!name) throw argumentNull('value');
    element.name = name;
  },
  'Value: string': (element: XmlElement) => element.text,
  'set_Value(string value): void': (element: XmlElement, value: string | null) => {
    if (value === null) throw argumentNull('value');
    element.setText(value);
  },
  'HasElements: bool': (element: XmlElement) => element.elements().length > 0,
  'HasAttributes: bool': ({ attributes }: XmlElement) => attributes.length > 0,
  'IsEmpty: bool': (element: XmlElement) => element.nodes.length === 0 && !element.isOpen,
  'FirstAttribute: XAttribute': ({ attributes }: XmlElement) => attributes[0],
  'LastAttribute: XAttribute': ({ attributes }: XmlElement) => attributes.at(-1),
  'Attribute(XName name): XAttribute': (element: XmlElement, name: Name) => (name ? element.attribute(name) : null),
  'Attributes(): IEnumerable<XAttribute>': (element: XmlElement) => sequence('XAttribute', () => attributesOf(element)),
  'Attributes(XName name): IEnumerable<XAttribute>': (element: XmlElement, name: Name) =>
    sequence('XAttribute', () => attributesOf(element, name)),
  'DescendantsAndSelf(): IEnumerable<XElement>': (element: XmlElement) =>
    sequence('XElement', () => withSelf(element, descendantsOf(element))),
  'DescendantsAndSelf(XName name): IEnumerable<XElement>': (element: XmlElement, name: Name) =>
    sequence('XElement', () => withSelf(element, descendantsOf(element, name), name)),
  'DescendantNodesAndSelf(): IEnumerable<XNode>': (element: XmlElement) =>
    sequence('XNode', () => [element, ...descendantNodesOf(element)]),
  'AncestorsAndSelf(): IEnumerable<XElement>': (element: XmlElement) =>
    sequence('XElement', () => withSelf(element, ancestorsOf(element))),
  'AncestorsAndSelf(XName name): IEnumerable<XElement>': (element: XmlElement, name: Name) =>
    sequence('XElement', () => withSelf(element, ancestorsOf(element, name), name)),
  'RemoveAttributes(): void': clearAttributes,
  'RemoveAll(): void': (element: XmlElement) => {
    clearAttributes(element);
    element.removeNodes();
  },
  ...ofContent('ReplaceAll', (element: XmlElement, content) => {
    const items = snapshot(content);
    clearAttributes(element);
    replaceNodes(element, items);
  }),
  ...ofContent('ReplaceAttributes', (element: XmlElement, content) => {
    const items = snapshot(content);
    clearAttributes(element);
    add(element, items);
  }),
  'SetValue(object value): void': (element: XmlElement, value: unknown) => element.setText(contentText(value)),
  'SetAttributeValue(XName name, object value): void': setAttribute,
  'SetElementValue(XName name, object value): void': setElement,
  'GetDefaultNamespace(): XNamespace': (element: XmlElement) => new XmlNamespace(declared(element, '') ?? ''),
  'GetNamespaceOfPrefix(string prefix): XNamespace': (element: XmlElement, prefix: string) => {
    const uri = declared(element, prefix);
    return uri === undefined ? null : new XmlNamespace(uri);
  },
  'GetPrefixOfNamespace(XNamespace ns): string': (element: XmlElement, { uri }: XmlNamespace) => prefixOf(element, uri),
});

function documentOf(declaration: XmlDeclaration | undefined, content: unknown): XmlDocument {
  const document = new XmlDocument();
  document.declaration = declaration;
  for (const one of Array.isArray(content) ? (content as unknown[]) : [content]) {
    if (one instanceof XmlDeclaration) document.declaration = one;
    else add(document, one);
  }
  return document;
}

const documentType = typeTable('class System.Xml.Linq.XDocument : XContainer', {
  'new()': () => new XmlDocument(),
  'new(params object[] content)': (content: unknown) => documentOf(undefined, content),
  'new(XDeclaration declaration, params object[] content)': (declaration: XmlDeclaration | null, content: unknown) =>
    documentOf(declaration ?? undefined, content),
  'new(XDocument other)': (other: XmlDocument) => other.clone(),
  'static Parse(string text): XDocument': (text: string | null) => read(text),
  'static Parse(string text, LoadOptions options): XDocument': read,
  ...saving,
  'Root: XElement': ({ root }: XmlDocument) => root,
  'Declaration: XDeclaration': ({ declaration }: XmlDocument) => declaration,
  'set_Declaration(XDeclaration value): void': (document: XmlDocument, value: XmlDeclaration | null) =>
    void (document.declaration = value ?? undefined),
});

const declarationType = typeTable('class System.Xml.Linq.XDeclaration', {
  'new(string version, string encoding, string standalone)': (
    version: string | null,
    encoding: string | null,
    standalone: string | null,
  ) => new XmlDeclaration(version, encoding, standalone),
  'new(XDeclaration other)': ({ version, encoding, standalone }: XmlDeclaration) =>
    new XmlDeclaration(version, encoding, standalone),
  'Version: string': ({ version }: XmlDeclaration) => version,
  'set_Version(string value): void': (made: XmlDeclaration, value: string | null) => void (made.version = value),
  'Encoding: string': ({ encoding }: XmlDeclaration) => encoding,
  'set_Encoding(string value): void': (made: XmlDeclaration, value: string | null) => void (made.encoding = value),
  'Standalone: string': ({ standalone }: XmlDeclaration) => standalone,
  'set_Standalone(string value): void': (made: XmlDeclaration, value: string | null) => void (made.standalone = value),
  'ToString(): string': (made: XmlDeclaration) => made.toNetString(),
});

export const elementTypes = [
  [containerType, XmlContainer],
  [elementType, XmlElement],
  [documentType, XmlDocument],
  [declarationType, XmlDeclaration],
] as const;
