import { nullReference } from '../../values.ts';
import { XmlContainer, XmlElement, type XmlAttribute, type XmlName, type XmlNode } from '../../xml/xml-node.ts';

/** Undefined for any name; null for none. */
type Name = XmlName | null | undefined;

interface Owned {
  parent: unknown;
}

const isNamed = (one: XmlElement | XmlAttribute, name: Name) => name === undefined || one.name.key === name?.key;

/**
 * The items of a list that changes while it is walked over, as .NET's linked lists have it: what is added behind is
 * met, and the walk ends at an item that was taken out.
 */
function* linked<T extends Owned>(owner: unknown, items: readonly T[]): Generator<T> {
  for (let at = 0; at < items.length; at++) {
    const item = items[at] as T;
    yield item;
    if (item.parent !== owner) return;
    if (items[at] !== item) at = items.indexOf(item);
  }
}

export function nodesOf(container: XmlContainer): Generator<XmlNode> {
  return linked(container, container.nodes);
}

export function* elementsOf(container: XmlContainer, name?: Name): Generator<XmlElement> {
  for (const node of nodesOf(container)) if (node instanceof XmlElement && isNamed(node, name)) yield node;
}

export function* attributesOf(element: XmlElement, name?: Name): Generator<XmlAttribute> {
  for (const one of linked(element, element.attributes)) if (isNamed(one, name)) yield one;
}

export function* ancestorsOf(node: XmlNode, name?: Name): Generator<XmlElement> {
  for (let at = node.parent; at instanceof XmlElement; at = at.parent) if (isNamed(at, name)) yield at;
}

/** Throws NullReferenceException where the node that was met last was taken out, as .NET does. */
export function* descendantNodesOf(container: XmlContainer): Generator<XmlNode> {
  const places: number[] = [];
  let node: XmlNode = container;
  for (;;) {
    const child: XmlNode | undefined = node instanceof XmlContainer ? node.nodes[0] : undefined;
    if (child) {
      places.push(0);
      node = child;
    } else {
      const next = nextOf(node, container, places);
      if (!next) return;
      node = next;
    }
    yield node;
  }
}

/** What follows a node and all that is inside, below `top`. */
function nextOf(node: XmlNode, top: XmlContainer, places: number[]): XmlNode | undefined {
  for (let at = node; at !== top;) {
    const { parent }: XmlNode = at;
    if (!parent) throw nullReference();
    const known = places.pop() ?? -1;
    const place = parent.nodes[known] === at ? known : parent.nodes.indexOf(at);
    const next = parent.nodes[place + 1];
    if (next) {
      places.push(place + 1);
      return next;
    }
    at = parent;
  }
  return undefined;
}

export function* descendantsOf(container: XmlContainer, name?: Name): Generator<XmlElement> {
  for (const node of descendantNodesOf(container)) if (node instanceof XmlElement && isNamed(node, name)) yield node;
}

export function* withSelf(element: XmlElement, others: Iterable<XmlElement>, name?: Name): Generator<XmlElement> {
  if (isNamed(element, name)) yield element;
  yield* others;
}

/** -1 where the left node stands before the right one, 1 where it stands after it; undefined where no tree has both. */
export function documentOrder(left: XmlNode, right: XmlNode): number | undefined {
  if (left === right) return 0;
  const [a, b] = [path(left), path(right)];
  if (a[0] !== b[0]) return undefined;
  let depth = 0;
  while (a[depth] === b[depth]) depth++;
  const [here, there] = [a[depth], b[depth]];
  // What holds the other stands before it.
  if (!here || !there) return here ? 1 : -1;
  const nodes = (a[depth - 1] as XmlContainer).nodes;
  return nodes.indexOf(here) < nodes.indexOf(there) ? -1 : 1;
}

/** From the root on. */
function path(node: XmlNode): XmlNode[] {
  const found: XmlNode[] = [];
  for (let at: XmlNode | undefined = node; at; at = at.parent) found.push(at);
  return found.toReversed();
}
