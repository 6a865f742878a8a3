import { argumentNull } from '../../text-parts.ts';
import { typeTable } from '../../type-table.ts';
import { areEqual } from '../../values.ts';
import { XmlName, XmlNamespace, xmlNamespace, xmlnsNamespace } from '../../xml/xml-node.ts';

const nameOf = (text: string | null) => (text === null ? null : XmlName.of(text));

function required(text: string | null, parameter: string): string {
  if (text === null) throw argumentNull(parameter);
  return text;
}

export const nameTypes = [
  [
    typeTable('class System.Xml.Linq.XName : IEquatable<XName>', {
      'implicit(string expandedName)': nameOf,
      'static Get(string expandedName): XName': (text: string | null) => XmlName.of(required(text, 'expandedName')),
      'static Get(string localName, string namespaceName): XName': (local: string | null, uri: string | null) =>
        new XmlName(required(uri, 'namespaceName'), required(local, 'localName')),
      'LocalName: string': ({ local }: XmlName) => local,
      'NamespaceName: string': ({ uri }: XmlName) => uri,
      'Namespace: XNamespace': ({ uri }: XmlName) => new XmlNamespace(uri),
      'Equals(object obj): bool': areEqual,
      'ToString(): string': (name: XmlName) => name.toNetString(),
    }),
    XmlName,
  ],
  [
    typeTable('class System.Xml.Linq.XNamespace', {
      'implicit(string namespaceName)': (text: string | null) => (text === null ? null : new XmlNamespace(text)),
      'static Get(string namespaceName): XNamespace': (text: string | null) =>
        new XmlNamespace(required(text, 'namespaceName')),
      'static None: XNamespace': () => new XmlNamespace(''),
      'static Xml: XNamespace': () => new XmlNamespace(xmlNamespace),
      'static Xmlns: XNamespace': () => new XmlNamespace(xmlnsNamespace),
      'NamespaceName: string': ({ uri }: XmlNamespace) => uri,
      'GetName(string localName): XName': ({ uri }: XmlNamespace, local: string | null) =>
        new XmlName(uri, required(local, 'localName')),
      'Equals(object obj): bool': areEqual,
      'ToString(): string': ({ uri }: XmlNamespace) => uri,
    }),
    XmlNamespace,
  ],
] as const;
