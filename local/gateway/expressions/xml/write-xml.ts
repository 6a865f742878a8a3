import { ExpressionError } from '../../errors.ts';
import {
  noXmlCharacter,
  type XmlAttribute,
  XmlComment,
  XmlDocument,
  XmlElement,
  XmlInstruction,
  type XmlName,
  xmlNamespace,
  type XmlNode,
  xmlnsNamespace,
  XmlText,
} from './xml-node.ts';

interface Scope {
  /** Namespaces that are declared, by prefix; "" is the default namespace's. */
  prefixes: ReadonlyMap<string, string>;
  /** Those of the elements around the one that is written, which are declared anew where they are needed. */
  above: ReadonlyMap<string, string>;
}

/** `ToString()` of XLinq: indented by two spaces with `\r\n` unless text stands between elements, without declaration. */
export function writeXml(node: XmlNode, indented = true): string {
  if (node instanceof XmlDocument)
    return node.nodes.map((child) => writeXml(child, indented)).join(indented ? '\r\n' : '');
  return write(node, { prefixes: new Map([['', '']]), above: declaredAbove(node) }, indented, 0);
}

function write(node: XmlNode, scope: Scope, indented: boolean, depth: number): string {
  if (node instanceof XmlElement) return writeElement(node, scope, indented, depth);
  if (node instanceof XmlText)
    return node.isCData
      ? `<![CDATA[${withBreaks(allowed(node.value)).replaceAll(']]>', ']]]]><![CDATA[>')}]]>`
      : withBreaks(escapeText(node.value));
  if (node instanceof XmlComment) return `<!--${withBreaks(node.value)}-->`;
  if (node instanceof XmlInstruction) return `<?${node.target}${node.data && ` ${node.data}`}?>`;
  return '';
}

function writeElement(element: XmlElement, outer: Scope, indented: boolean, depth: number): string {
  const { scope, declarations } = declare(element, outer);
  const name = qualified(element.name, scope.prefixes, true);
  const attributes = element.attributes.map((one) => {
    const label =
      one.name.uri === xmlnsNamespace ? `xmlns:${one.name.local}` : qualified(one.name, scope.prefixes, false);
    return ` ${label}="${escapeAttribute(one.value)}"`;
  });
  const start = `<${name}${attributes.join('')}${declarations.join('')}`;
  if (element.nodes.length === 0) return element.isOpen ? `${start}></${name}>` : `${start} />`;
  // As XmlWriter does it: from the first text on, an element's content is written as it stands.
  let breaks = indented;
  const inner = element.nodes.map((node) => {
    breaks &&= !(node instanceof XmlText);
    return `${breaks ? `\r\n${'  '.repeat(depth + 1)}` : ''}${write(node, scope, breaks, depth + 1)}`;
  });
  return `${start}>${inner.join('')}${breaks ? `\r\n${'  '.repeat(depth)}` : ''}</${name}>`;
}

/** What is declared above a node. */
function declaredAbove({ parent }: XmlNode | XmlAttribute): Map<string, string> {
  if (!(parent instanceof XmlElement)) return new Map();
  const above = declaredAbove(parent);
  declareOwn(parent, above);
  return above;
}

function declareOwn(element: XmlElement, prefixes: Map<string, string>): void {
  for (const { name, value } of element.attributes) {
    if (name.uri === xmlnsNamespace) prefixes.set(name.local, value);
    else if (name.uri === '' && name.local === 'xmlns') prefixes.set('', value);
  }
}

/** The element's own declarations, and those it lacks for its name and attributes. */
function declare(element: XmlElement, outer: Scope): { scope: Scope; declarations: string[] } {
  const prefixes = new Map(outer.prefixes);
  declareOwn(element, prefixes);
  const declarations: string[] = [];
  const add = (prefix: string, uri: string) => {
    if (prefix === '' && element.attributes.some(({ name }) => name.key === '{}xmlns'))
      throw new ExpressionError(
        'XmlException',
        `The prefix '' cannot be redefined from '${uri}' to '${prefixes.get('')}' within the same start element tag.`,
      );
    prefixes.set(prefix, uri);
    declarations.push(` xmlns${prefix && `:${prefix}`}="${escapeAttribute(uri)}"`);
  };
  const { uri } = element.name;
  if (prefixOf(uri, prefixes, true) === undefined) add(prefixOf(uri, outer.above, true) ?? '', uri);
  for (const { name } of element.attributes) {
    if (prefixOf(name.uri, prefixes, false) !== undefined) continue;
    let n = 1;
    while (prefixes.has(`p${n}`)) n++;
    add(prefixOf(name.uri, outer.above, false) ?? `p${n}`, name.uri);
  }
  return { scope: { prefixes, above: outer.above }, declarations: declarations.toReversed() };
}

type Prefixes = ReadonlyMap<string, string>;

function prefixOf(uri: string, prefixes: Prefixes, isElement: boolean): string | undefined {
  if (uri === xmlNamespace) return 'xml';
  if (uri === xmlnsNamespace || (uri === '' && !isElement)) return '';
  if (isElement && prefixes.get('') === uri) return '';
  return [...prefixes].findLast(([prefix, one]) => one === uri && prefix !== '')?.[0];
}

function qualified(name: XmlName, prefixes: Prefixes, isElement: boolean): string {
  const prefix = prefixOf(name.uri, prefixes, isElement);
  return prefix ? `${prefix}:${name.local}` : name.local;
}

/** XmlWriter writes every end of a line in its own way. */
const withBreaks = (text: string) => text.replaceAll(/\r\n?|\n/g, '\r\n');

/** `ToString()` of an attribute. */
export function writeAttribute(attribute: XmlAttribute): string {
  const { name, value, parent } = attribute;
  const prefixes = parent ? declaredAbove(attribute) : new Map<string, string>();
  const label =
    name.uri === xmlnsNamespace
      ? `xmlns:${name.local}`
      : name.uri === '' || prefixOf(name.uri, prefixes, false) !== undefined
        ? qualified(name, prefixes, false)
        : `p0:${name.local}`;
  return `${label}="${escapeAttribute(value)}"`;
}

/** Throws ArgumentException for characters that XML does not have. */
function allowed(text: string): string {
  const found = noXmlCharacter.exec(text)?.[0].charCodeAt(0);
  if (found === undefined) return text;
  const code = found.toString(16).toUpperCase().padStart(2, '0');
  throw new ExpressionError('ArgumentException', `'.', hexadecimal value 0x${code}, is an invalid character.`);
}

export function escapeText(text: string): string {
  return allowed(text).replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

export function escapeAttribute(text: string): string {
  return escapeText(text)
    .replaceAll('"', '&quot;')
    .replaceAll('\n', '&#xA;')
    .replaceAll('\r', '&#xD;')
    .replaceAll('\t', '&#x9;');
}
