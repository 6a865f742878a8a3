import { ExpressionError } from '../../../errors.ts';
import { Query } from '../../collections.ts';
import { Decimal } from '../../decimal.ts';
import { formatDate } from '../../format-date.ts';
import { formatNumber } from '../../format-number.ts';
import { JsonToken } from '../../json/json-token.ts';
import { netType } from '../../net-type.ts';
import { Real } from '../../numbers.ts';
import { argumentNull } from '../../text-parts.ts';
import { DateTime, DateTimeOffset, TimeSpan } from '../../time.ts';
import { iterate, toText } from '../../values.ts';
import { formatDuration } from '../../xml/xml-cast.ts';
import { XmlAttribute, type XmlContainer, XmlDocument, XmlElement, XmlNode, XmlText } from '../../xml/xml-node.ts';

/** Text of content as XLinq writes it: `true`, ISO dates. Throws ArgumentNullException. */
export function contentText(value: unknown): string {
  if (value === null || value === undefined) throw argumentNull('value');
  if (typeof value === 'boolean') return String(value);
  if (value instanceof DateTime || value instanceof DateTimeOffset)
    return formatDate(value, "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK").replace(
      /\+00:00$/,
      value instanceof DateTime ? '+00:00' : 'Z',
    );
  if (value instanceof TimeSpan) return formatDuration(value);
  if (value instanceof XmlNode || value instanceof XmlAttribute)
    throw new ExpressionError('ArgumentException', 'An XObject cannot be used as a value.');
  if (!(value instanceof Real)) return value instanceof Decimal ? formatNumber(value, undefined) : toText(value);
  const { value: plain } = value;
  if (Number.isFinite(plain)) return Object.is(plain, -0) ? '-0' : formatNumber(value, 'R');
  return Number.isNaN(plain) ? 'NaN' : plain > 0 ? 'INF' : '-INF';
}

const isSequence = (value: unknown) =>
  typeof value === 'object' &&
  (value instanceof JsonToken || typeof (value as Partial<Iterable<unknown>> | null)?.[Symbol.iterator] === 'function');

/** Puts content where XLinq puts it: attributes, nodes, sequences of these, anything else as text. */
export function add(to: XmlContainer, content: unknown, at?: number): number | undefined {
  if (content === null || content === undefined) return at;
  if (content instanceof XmlAttribute) {
    if (!(to instanceof XmlElement) || at !== undefined)
      throw new ExpressionError('ArgumentException', 'An attribute cannot be added to content.');
    to.addAttribute(content);
    return at;
  }
  if (content instanceof XmlNode) {
    if (content instanceof XmlDocument)
      throw new ExpressionError('ArgumentException', 'A node of type Document cannot be added to content.');
    to.insert(content, at);
    return at === undefined ? undefined : at + 1;
  }
  if (isSequence(content)) {
    let place = at;
    // Content may come from the very element that it is added to.
    for (const one of [...iterate(content)]) place = add(to, one, place);
    return place;
  }
  return addText(to, contentText(content), at);
}

function addText(to: XmlContainer, text: string, at: number | undefined): number | undefined {
  const before = to.nodes[(at ?? to.nodes.length) - 1];
  if (before instanceof XmlText && !before.isCData) before.value += text;
  else if (text !== '') {
    to.insert(new XmlText(text), at);
    return at === undefined ? undefined : at + 1;
  } else if (to instanceof XmlElement && to.nodes.length === 0) to.isOpen = true;
  return at;
}

/** Puts content before or after a node. Throws InvalidOperationException where it has no parent. */
export function addBeside(node: XmlNode, content: unknown, offset: 0 | 1): void {
  if (!node.parent) throw new ExpressionError('InvalidOperationException', 'The parent is missing.');
  add(node.parent, content, node.parent.nodes.indexOf(node) + offset);
}

/** The single pieces of content, found before anything that they may be made of is changed. */
export function snapshot(content: unknown): unknown[] {
  if (content instanceof XmlNode || !isSequence(content)) return [content];
  return Array.from(iterate(content), snapshot).flat();
}

/** A sequence of XLinq, found anew each time it is walked over. */
export function sequence(type: 'XElement' | 'XNode' | 'XAttribute', find: () => Iterable<unknown>): Query {
  return new Query(netType(type), () => find()[Symbol.iterator]());
}
