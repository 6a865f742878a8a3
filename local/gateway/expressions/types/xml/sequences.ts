import { typeTable } from '../../type-table.ts';
import { iterate } from '../../values.ts';
import type { XmlAttribute, XmlContainer, XmlElement, XmlName, XmlNode } from '../../xml-node.ts';
import { removeAttribute } from './attributes.ts';
import { ancestors, descendantNodes, sequence } from './content.ts';
import { attributesOf, descendants, elements } from './elements.ts';

type Name = XmlName | null;
type Kind = Parameters<typeof sequence>[0];

/** All that is found from each item, one after the other. */
function each<T>(kind: Kind, items: Iterable<T>, find: (item: T) => Iterable<unknown>) {
  return sequence(kind, function* () {
    for (const item of iterate(items)) if (item !== null) yield* find(item as T);
  });
}

const named = (found: readonly XmlElement[], name: Name) => found.filter((one) => one.name.key === name?.key);

type Containers = Iterable<XmlContainer>;
type Elements = Iterable<XmlElement>;

/** What XLinq adds to sequences. */
export const sequenceType = typeTable('static System.Xml.Linq.Extensions', {
  'static Elements(this IEnumerable<XContainer> source): IEnumerable<XElement>': (items: Containers) =>
    each('XElement', items, (one) => one.elements()),
  'static Elements(this IEnumerable<XContainer> source, XName name): IEnumerable<XElement>': (
    items: Containers,
    name: Name,
  ) => each('XElement', items, (one) => elements(one, name)),
  'static Descendants(this IEnumerable<XContainer> source): IEnumerable<XElement>': (items: Containers) =>
    each('XElement', items, (one) => one.descendants()),
  'static Descendants(this IEnumerable<XContainer> source, XName name): IEnumerable<XElement>': (
    items: Containers,
    name: Name,
  ) => each('XElement', items, (one) => descendants(one, name)),
  'static DescendantsAndSelf(this IEnumerable<XElement> source): IEnumerable<XElement>': (items: Elements) =>
    each('XElement', items, (one) => [one, ...one.descendants()]),
  'static DescendantsAndSelf(this IEnumerable<XElement> source, XName name): IEnumerable<XElement>': (
    items: Elements,
    name: Name,
  ) => each('XElement', items, (one) => named([one, ...one.descendants()], name)),
  'static Ancestors(this IEnumerable<XNode> source): IEnumerable<XElement>': (items: Iterable<XmlNode>) =>
    each('XElement', items, ancestors),
  'static Ancestors(this IEnumerable<XNode> source, XName name): IEnumerable<XElement>': (
    items: Iterable<XmlNode>,
    name: Name,
  ) => each('XElement', items, (one) => named(ancestors(one), name)),
  'static AncestorsAndSelf(this IEnumerable<XElement> source): IEnumerable<XElement>': (items: Elements) =>
    each('XElement', items, (one) => [one, ...ancestors(one)]),
  'static Attributes(this IEnumerable<XElement> source): IEnumerable<XAttribute>': (items: Elements) =>
    each('XAttribute', items, ({ attributes }) => [...attributes]),
  'static Attributes(this IEnumerable<XElement> source, XName name): IEnumerable<XAttribute>': (
    items: Elements,
    name: Name,
  ) => each('XAttribute', items, (one) => attributesOf(one, name)),
  'static Nodes(this IEnumerable<XContainer> source): IEnumerable<XNode>': (items: Containers) =>
    each('XNode', items, ({ nodes }) => [...nodes]),
  'static DescendantNodes(this IEnumerable<XContainer> source): IEnumerable<XNode>': (items: Containers) =>
    each('XNode', items, descendantNodes),
  'static Remove(this IEnumerable<XAttribute> source): void': (items: Iterable<XmlAttribute>) => {
    for (const one of [...iterate(items)]) removeAttribute(one as XmlAttribute);
  },
  'static Remove(this IEnumerable<XNode> source): void': (items: Iterable<XmlNode>) => {
    for (const one of [...iterate(items)]) (one as XmlNode).remove();
  },
});
