import { ExpressionError } from '../../../errors.ts';
import { hashCode } from '../../hash-code.ts';
import { typeTable } from '../../type-table.ts';
import type { EnumValue } from '../../time.ts';
import { writeXml } from '../../xml/write-xml.ts';
import {
  XmlAttribute,
  XmlCData,
  XmlComment,
  type XmlContainer,
  XmlDocument,
  XmlElement,
  XmlInstruction,
  type XmlName,
  XmlNode,
  XmlText,
} from '../../xml/xml-node.ts';
import { enumType } from '../enum-base.ts';
import { argumentNull } from '../../text-parts.ts';
import { add, addBeside, sequence, snapshot } from './content.ts';
import { ancestorsOf, documentOrder } from './walk.ts';

const nodeKinds = enumType('System.Xml.XmlNodeType', {
  None: 0,
  Element: 1,
  Attribute: 2,
  Text: 3,
  CDATA: 4,
  ProcessingInstruction: 7,
  Comment: 8,
  Document: 9,
  DocumentType: 10,
});

function kindOf(node: XmlNode | XmlAttribute): string {
  if (node instanceof XmlElement) return 'Element';
  if (node instanceof XmlAttribute) return 'Attribute';
  if (node instanceof XmlText) return node.isCData ? 'CDATA' : 'Text';
  if (node instanceof XmlComment) return 'Comment';
  return node instanceof XmlDocument ? 'Document' : 'ProcessingInstruction';
}

function documentOf(node: XmlNode | XmlAttribute): XmlDocument | null {
  let at: XmlNode | XmlAttribute = node;
  while (at.parent) at = at.parent;
  return at instanceof XmlDocument ? at : null;
}

const siblings = (node: XmlNode): readonly XmlNode[] => node.parent?.nodes ?? [node];
const after = (node: XmlNode) => siblings(node).slice(siblings(node).indexOf(node) + 1);
const before = (node: XmlNode) => siblings(node).slice(0, siblings(node).indexOf(node));
const elementsOf = (nodes: readonly XmlNode[], name?: XmlName | null) =>
  nodes.filter((one) => one instanceof XmlElement && (name === undefined || one.name.key === name?.key));

const isIndented = (options: EnumValue) => (options.value & 1) === 0;

function replaceWith(node: XmlNode, content: unknown): void {
  addBeside(node, content, 1);
  node.remove();
}

/** A method as XLinq has it for one piece of content and for any number. */
export function ofContent<T extends XmlNode>(name: string, run: (node: T, content: unknown) => void) {
  return { [`${name}(object content): void`]: run, [`${name}(params object[] content): void`]: run };
}

const text = (value: string | null) => {
  if (value === null) throw argumentNull('value');
  return value;
};

function instruction(target: string | null, data: string | null): XmlInstruction {
  if (data === null) throw argumentNull('data');
  if (target === null) throw argumentNull('target');
  if (target.toLowerCase() === 'xml')
    throw new ExpressionError('ArgumentException', `'${target}' is an invalid name for a processing instruction.`);
  return new XmlInstruction(target, data);
}

const textMembers = {
  'Value: string': ({ value }: XmlText | XmlComment) => value,
  'set_Value(string value): void': (node: XmlText | XmlComment, value: string | null) =>
    void (node.value = text(value)),
};

function deepEquals(left: XmlNode | null, right: XmlNode | null): boolean {
  if (left === right) return true;
  return left !== null && right !== null && kindOf(left) === kindOf(right) && plain(left) === plain(right);
}

const plain = (node: XmlNode) => writeXml(node, false);

/** Throws InvalidOperationException where the nodes are in different trees. */
export function compareOrder(left: XmlNode | null, right: XmlNode | null): number {
  if (left === right) return 0;
  if (!left || !right) return left ? 1 : -1;
  const order = documentOrder(left, right);
  if (order === undefined) throw new ExpressionError('InvalidOperationException', 'A common ancestor is missing.');
  return order;
}

class DocumentOrder {
  readonly name = 'document order';
}

class DeepEquality {
  readonly name = 'deep equality';
}

export const nodeTypes = [
  [nodeKinds],
  [enumType('System.Xml.Linq.SaveOptions', { None: 0, DisableFormatting: 1, OmitDuplicateNamespaces: 2 })],
  [enumType('System.Xml.Linq.LoadOptions', { None: 0, PreserveWhitespace: 1, SetBaseUri: 2, SetLineInfo: 4 })],
  [
    typeTable('class System.Xml.Linq.XObject', {
      'Parent: XElement': ({ parent }: XmlNode | XmlAttribute) => (parent instanceof XmlElement ? parent : null),
      'Document: XDocument': documentOf,
      'BaseUri: string': () => '',
      'NodeType: XmlNodeType': (node: XmlNode | XmlAttribute) => nodeKinds.statics.get(kindOf(node))?.[0]?.call(),
    }),
  ],
  [
    typeTable('class System.Xml.Linq.XNode : XObject', {
      'NextNode: XNode': (node: XmlNode) => siblings(node)[siblings(node).indexOf(node) + 1],
      'PreviousNode: XNode': (node: XmlNode) => siblings(node)[siblings(node).indexOf(node) - 1],
      'Ancestors(): IEnumerable<XElement>': (node: XmlNode) => sequence('XElement', () => ancestorsOf(node)),
      'Ancestors(XName name): IEnumerable<XElement>': (node: XmlNode, name: XmlName | null) =>
        sequence('XElement', () => ancestorsOf(node, name)),
      'ElementsAfterSelf(): IEnumerable<XElement>': (node: XmlNode) =>
        sequence('XElement', () => elementsOf(after(node))),
      'ElementsAfterSelf(XName name): IEnumerable<XElement>': (node: XmlNode, name: XmlName | null) =>
        sequence('XElement', () => elementsOf(after(node), name)),
      'ElementsBeforeSelf(): IEnumerable<XElement>': (node: XmlNode) =>
        sequence('XElement', () => elementsOf(before(node))),
      'ElementsBeforeSelf(XName name): IEnumerable<XElement>': (node: XmlNode, name: XmlName | null) =>
        sequence('XElement', () => elementsOf(before(node), name)),
      'NodesAfterSelf(): IEnumerable<XNode>': (node: XmlNode) =>
        sequence('XNode', () => (node.parent ? after(node) : [])),
      'NodesBeforeSelf(): IEnumerable<XNode>': (node: XmlNode) => sequence('XNode', () => before(node)),
      'Remove(): void': (node: XmlNode) => node.remove(),
      ...ofContent('ReplaceWith', replaceWith),
      ...ofContent('AddAfterSelf', (node, content) => addBeside(node, content, 1)),
      ...ofContent('AddBeforeSelf', (node, content) => addBeside(node, content, 0)),
      'ToString(): string': (node: XmlNode) => writeXml(node),
      'ToString(SaveOptions options): string': (node: XmlNode, options: EnumValue) =>
        writeXml(node, isIndented(options)),
      'static DeepEquals(XNode n1, XNode n2): bool': deepEquals,
      'static CompareDocumentOrder(XNode n1, XNode n2): int': compareOrder,
      'static DocumentOrderComparer: XNodeDocumentOrderComparer': () => new DocumentOrder(),
      'static EqualityComparer: XNodeEqualityComparer': () => new DeepEquality(),
      'IsBefore(XNode node): bool': (node: XmlNode, other: XmlNode) => compareOrder(node, other) < 0,
      'IsAfter(XNode node): bool': (node: XmlNode, other: XmlNode) => compareOrder(node, other) > 0,
    }),
    XmlNode,
  ],
  [
    typeTable('class System.Xml.Linq.XText : XNode', {
      'new(string value)': (value: string | null) => new XmlText(text(value)),
      'new(XText other)': (other: XmlText) => new XmlText(other.value),
      ...textMembers,
    }),
    XmlText,
  ],
  [
    typeTable('class System.Xml.Linq.XCData : XText', {
      'new(string value)': (value: string | null) => new XmlCData(text(value)),
      'new(XCData other)': (other: XmlCData) => other.clone(),
    }),
    XmlCData,
  ],
  [
    typeTable('class System.Xml.Linq.XComment : XNode', {
      'new(string value)': (value: string | null) => new XmlComment(text(value)),
      'new(XComment other)': (other: XmlComment) => other.clone(),
      ...textMembers,
    }),
    XmlComment,
  ],
  [
    typeTable('class System.Xml.Linq.XProcessingInstruction : XNode', {
      'new(string target, string data)': instruction,
      'new(XProcessingInstruction other)': (other: XmlInstruction) => other.clone(),
      'Target: string': ({ target }: XmlInstruction) => target,
      'set_Target(string value): void': (node: XmlInstruction, value: string) => void (node.target = value),
      'Data: string': ({ data }: XmlInstruction) => data,
      'set_Data(string value): void': (node: XmlInstruction, value: string) => void (node.data = value),
    }),
    XmlInstruction,
  ],
  [
    typeTable('class System.Xml.Linq.XNodeDocumentOrderComparer', {
      'new()': () => new DocumentOrder(),
      'Compare(XNode x, XNode y): int': (_: DocumentOrder, left: XmlNode | null, right: XmlNode | null) =>
        compareOrder(left, right),
    }),
    DocumentOrder,
  ],
  [
    typeTable('class System.Xml.Linq.XNodeEqualityComparer', {
      'new()': () => new DeepEquality(),
      'Equals(XNode x, XNode y): bool': (_: DeepEquality, left: XmlNode | null, right: XmlNode | null) =>
        deepEquals(left, right),
      'GetHashCode(XNode obj): int': (_: DeepEquality, node: XmlNode | null) => (node ? hashCode(plain(node)) : 0),
    }),
    DeepEquality,
  ],
] as const;

/** Takes all that an element or document has, and puts other content there. */
export function replaceNodes(container: XmlContainer, content: unknown): void {
  const items = snapshot(content);
  container.removeNodes();
  add(container, items);
}
