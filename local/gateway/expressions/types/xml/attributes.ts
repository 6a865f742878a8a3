import { ExpressionError } from '../../../errors.ts';
import { typeTable } from '../../type-table.ts';
import { argumentNull } from '../../text-parts.ts';
import { XmlAttribute, type XmlName } from '../../xml/xml-node.ts';
import { contentText, sequence } from './content.ts';

const neighbour = (attribute: XmlAttribute, step: 1 | -1) =>
  attribute.parent?.attributes[attribute.parent.attributes.indexOf(attribute) + step];

/** Throws InvalidOperationException where it has no parent. */
export function removeAttribute({ name, parent }: XmlAttribute): void {
  if (!parent) throw new ExpressionError('InvalidOperationException', 'The parent is missing.');
  parent.removeAttribute(name);
}

export const attributeType = typeTable('class System.Xml.Linq.XAttribute : XObject', {
  'new(XName name, object value)': (name: XmlName | null, value: unknown) => {
    if (!name) throw argumentNull('name');
    return new XmlAttribute(name, contentText(value));
  },
  'new(XAttribute other)': ({ name, value }: XmlAttribute) => new XmlAttribute(name, value),
  'static EmptySequence: IEnumerable<XAttribute>': () => sequence('XAttribute', () => []),
  'Name: XName': ({ name }: XmlAttribute) => name,
  'Value: string': ({ value }: XmlAttribute) => value,
  'set_Value(string value): void': (attribute: XmlAttribute, value: string | null) => {
    if (value === null) throw argumentNull('value');
    attribute.value = value;
  },
  'IsNamespaceDeclaration: bool': (attribute: XmlAttribute) => attribute.declaresNamespace,
  'NextAttribute: XAttribute': (attribute: XmlAttribute) => neighbour(attribute, 1),
  'PreviousAttribute: XAttribute': (attribute: XmlAttribute) => neighbour(attribute, -1),
  'SetValue(object value): void': (attribute: XmlAttribute, value: unknown) =>
    void (attribute.value = contentText(value)),
  'Remove(): void': removeAttribute,
});
