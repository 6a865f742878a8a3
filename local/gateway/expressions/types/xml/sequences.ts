import { Query } from '../../collections.ts';
import type { TypeArguments } from '../../type-arguments.ts';
import { typeTable } from '../../type-table.ts';
import { iterate } from '../../values.ts';
import type { XmlAttribute, XmlContainer, XmlElement, XmlName, XmlNode } from '../../xml/xml-node.ts';
import { removeAttribute } from './attributes.ts';
import { sequence } from './content.ts';
import { compareOrder } from './nodes.ts';
import { ancestorsOf, attributesOf, descendantNodesOf, descendantsOf, elementsOf, nodesOf, withSelf } from './walk.ts';

type Name = XmlName | null;
type Kind = Parameters<typeof sequence>[0];

/** All that is found from each item, one after the other. */
function each<T>(kind: Kind, items: Iterable<T>, find: (item: T) => Iterable<unknown>) {
  return sequence(kind, function* () {
    for (const item of iterate(items)) if (item !== null) yield* find(item as T);
  });
}

type Containers = Iterable<XmlContainer>;
type Elements = Iterable<XmlElement>;

/** What XLinq adds to sequences. */
export const sequenceType = typeTable('static System.Xml.Linq.Extensions', {
  'static Elements(this IEnumerable<XContainer> source): IEnumerable<XElement>': (items: Containers) =>
    each('XElement', items, (one) => elementsOf(one)),
  'static Elements(this IEnumerable<XContainer> source, XName name): IEnumerable<XElement>': (
    items: Containers,
    name: Name,
  ) => each('XElement', items, (one) => elementsOf(one, name)),
  'static Descendants(this IEnumerable<XContainer> source): IEnumerable<XElement>': (items: Containers) =>
    each('XElement', items, (one) => descendantsOf(one)),
  'static Descendants(this IEnumerable<XContainer> source, XName name): IEnumerable<XElement>': (
    items: Containers,
    name: Name,
  ) => each('XElement', items, (one) => descendantsOf(one, name)),
  'static DescendantsAndSelf(this IEnumerable<XElement> source): IEnumerable<XElement>': (items: Elements) =>
    each('XElement', items, (one) => withSelf(one, descendantsOf(one))),
  'static DescendantsAndSelf(this IEnumerable<XElement> source, XName name): IEnumerable<XElement>': (
    items: Elements,
    name: Name,
  ) => each('XElement', items, (one) => withSelf(one, descendantsOf(one, name), name)),
  'static Ancestors(this IEnumerable<XNode> source): IEnumerable<XElement>': (items: Iterable<XmlNode>) =>
    each('XElement', items, (one) => ancestorsOf(one)),
  'static Ancestors(this IEnumerable<XNode> source, XName name): IEnumerable<XElement>': (
    items: Iterable<XmlNode>,
    name: Name,
  ) => each('XElement', items, (one) => ancestorsOf(one, name)),
  'static AncestorsAndSelf(this IEnumerable<XElement> source): IEnumerable<XElement>': (items: Elements) =>
    each('XElement', items, (one) => withSelf(one, ancestorsOf(one))),
  'static AncestorsAndSelf(this IEnumerable<XElement> source, XName name): IEnumerable<XElement>': (
    items: Elements,
    name: Name,
  ) => each('XElement', items, (one) => withSelf(one, ancestorsOf(one, name), name)),
  'static Attributes(this IEnumerable<XElement> source): IEnumerable<XAttribute>': (items: Elements) =>
    each('XAttribute', items, (one) => attributesOf(one)),
  'static Attributes(this IEnumerable<XElement> source, XName name): IEnumerable<XAttribute>': (
    items: Elements,
    name: Name,
  ) => each('XAttribute', items, (one) => attributesOf(one, name)),
  'static Nodes(this IEnumerable<XContainer> source): IEnumerable<XNode>': (items: Containers) =>
    each('XNode', items, nodesOf),
  'static DescendantNodes(this IEnumerable<XContainer> source): IEnumerable<XNode>': (items: Containers) =>
    each('XNode', items, descendantNodesOf),
  'static DescendantNodesAndSelf(this IEnumerable<XElement> source): IEnumerable<XNode>': (items: Elements) =>
    each('XNode', items, (one) => [one, ...descendantNodesOf(one)]),
  'typed static InDocumentOrder<T>(this IEnumerable<T> source): IEnumerable<T>': (by: TypeArguments, items: unknown) =>
    new Query(by.of('T'), () =>
      Array.from(iterate(items), (one) => one as XmlNode)
        .sort(compareOrder)
        .values(),
    ),
  'static Remove(this IEnumerable<XAttribute> source): void': (items: Iterable<XmlAttribute>) => {
    for (const one of [...iterate(items)]) removeAttribute(one as XmlAttribute);
  },
  'static Remove(this IEnumerable<XNode> source): void': (items: Iterable<XmlNode>) => {
    for (const one of [...iterate(items)]) (one as XmlNode).remove();
  },
});
