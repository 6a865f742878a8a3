import { ExpressionError } from '../../errors.ts';
import {
  XmlAttribute,
  XmlCData,
  XmlComment,
  type XmlContainer,
  XmlDeclaration,
  XmlDocument,
  XmlElement,
  XmlInstruction,
  XmlName,
  noXmlCharacter,
  xmlNamespace,
  xmlnsNamespace,
  XmlText,
} from './xml-node.ts';

const maxDepth = 500;
const entities: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" };
const namePattern = /[\p{L}_:][\p{L}\p{N}\p{M}_:.·-]*/uy;

/**
 * Reads a well-formed XML 1.0 document with namespaces, as .NET's `XDocument.Parse` does: text between elements that
 * is only blank goes unless it is to be kept, document types are refused. Throws XmlException.
 */
export function readXml(text: string, keepsBlanks = false): XmlDocument {
  return new XmlReader(text.replace(/^\uFEFF/, ''), keepsBlanks).document();
}

const declarationPattern =
  /^<\?xml\s+version\s*=\s*(?<version>"[^"<]*"|'[^'<]*')(?:\s+encoding\s*=\s*(?<encoding>"[A-Za-z][\w.-]*"|'[A-Za-z][\w.-]*'))?(?:\s+standalone\s*=\s*(?<standalone>"(?:yes|no)"|'(?:yes|no)'))?\s*\?>/;

type Prefixes = ReadonlyMap<string, string>;

class XmlReader {
  readonly #text: string;
  readonly #keepsBlanks: boolean;
  #at = 0;

  constructor(text: string, keepsBlanks: boolean) {
    this.#text = text;
    this.#keepsBlanks = keepsBlanks;
  }

  document(): XmlDocument {
    this.#at = this.#text.search(noXmlCharacter);
    if (this.#at !== -1) this.#fail('An invalid character stands here.');
    this.#at = 0;
    const document = new XmlDocument();
    document.declaration = this.#declaration();
    this.#content(document, new Map([['xml', xmlNamespace]]), 0, this.#keepsBlanks);
    if (!document.root) this.#fail('Root element is missing.');
    return document;
  }

  #declaration(): XmlDeclaration | undefined {
    if (!/^<\?xml\s/.test(this.#text)) return undefined;
    const found = declarationPattern.exec(this.#text);
    if (!found) return this.#fail('Syntax for an XML declaration is invalid.');
    const part = (name: string) => found.groups?.[name]?.slice(1, -1) ?? null;
    const version = part('version');
    if (version !== '1.0') this.#fail(`Version number '${version}' is invalid.`);
    this.#at = found[0].length;
    return new XmlDeclaration(version, part('encoding'), part('standalone'));
  }

  #content(parent: XmlContainer, prefixes: Prefixes, depth: number, keepsBlanks: boolean): void {
    const isDocument = parent instanceof XmlDocument;
    while (this.#at < this.#text.length) {
      if (this.#text[this.#at] !== '<') this.#characters(parent, keepsBlanks);
      else if (this.#takes('<!--')) parent.insert(this.#comment());
      else if (this.#takes('<![CDATA[') && !isDocument)
        parent.insert(new XmlCData(this.#until(']]>').replaceAll(/\r\n?/g, '\n')));
      else if (this.#takes('<?')) parent.insert(this.#instruction());
      else if (this.#text.startsWith('</', this.#at)) break;
      else if (this.#text.startsWith('<!', this.#at))
        this.#fail('For security reasons DTD is prohibited in this XML document.');
      else if (isDocument && parent.root) this.#fail('There are multiple root elements.');
      else parent.insert(this.#element(prefixes, depth + 1, keepsBlanks));
    }
  }

  #comment(): XmlComment {
    const text = this.#until('-->');
    if (text.includes('--') || text.endsWith('-')) this.#fail("An XML comment cannot contain '--'.");
    return new XmlComment(text.replaceAll(/\r\n?/g, '\n'));
  }

  #characters(parent: XmlContainer, keepsBlanks: boolean): void {
    const end = this.#text.indexOf('<', this.#at);
    const raw = this.#text.slice(this.#at, end === -1 ? undefined : end);
    this.#at += raw.length;
    if (/^[ \t\r\n]*$/.test(raw) && !keepsBlanks) return;
    if (parent instanceof XmlDocument && !/^[ \t\r\n]*$/.test(raw)) this.#fail('Data at the root level is invalid.');
    if (raw.includes(']]>')) this.#fail("']]>' is not allowed in character data.");
    parent.insert(new XmlText(this.#decode(raw)));
  }

  #instruction(): XmlInstruction {
    const [, target = '', data = ''] = /^(\S*)\s*([^]*)$/.exec(this.#until('?>')) ?? [];
    if (/^xml$/i.test(target)) this.#fail('Unexpected XML declaration.');
    return new XmlInstruction(target, data);
  }

  #element(outer: Prefixes, depth: number, keepsBlanks: boolean): XmlElement {
    if (depth > maxDepth) this.#fail(`Elements nest deeper than ${maxDepth}.`);
    this.#at++;
    const name = this.#name();
    const raw = this.#attributes();
    const prefixes = new Map(outer);
    for (const [attribute, value] of raw) {
      if (attribute === 'xmlns') prefixes.set('', value);
      else if (attribute.startsWith('xmlns:')) {
        if (value === '') this.#fail(`Invalid namespace declaration: '${attribute}' is empty.`);
        prefixes.set(attribute.slice(6), value);
      }
    }
    const element = new XmlElement(this.#resolve(name, prefixes, true));
    for (const [attribute, value] of raw) {
      const own = attribute.startsWith('xmlns:')
        ? new XmlName(xmlnsNamespace, attribute.slice(6))
        : this.#resolve(attribute, prefixes, false);
      if (element.attribute(own)) this.#fail(`'${attribute}' is a duplicate attribute name.`);
      element.addAttribute(new XmlAttribute(own, value));
    }
    if (this.#takes('/>')) return element;
    if (!this.#takes('>')) this.#fail(`The start tag of '${name}' is not closed.`);
    const space = raw.find(([attribute]) => attribute === 'xml:space')?.[1];
    if (space !== undefined && space !== 'preserve' && space !== 'default')
      this.#fail(`'${space}' is an invalid xml:space value.`);
    this.#content(element, prefixes, depth, this.#keepsBlanks || (space ? space === 'preserve' : keepsBlanks));
    element.isOpen = element.nodes.length === 0;
    this.#endTag(name);
    return element;
  }

  #endTag(name: string): void {
    if (!this.#takes('</')) this.#fail(`Unexpected end of file: '${name}' is not closed.`);
    const closing = this.#name();
    if (closing !== name) this.#fail(`The '${name}' start tag does not match the end tag of '${closing}'.`);
    this.#skipSpace();
    if (!this.#takes('>')) this.#fail(`The end tag of '${name}' is not closed.`);
  }

  #attributes(): [name: string, value: string][] {
    const found: [string, string][] = [];
    for (;;) {
      const spaced = this.#skipSpace();
      const next = this.#text[this.#at];
      if (next === '>' || next === '/' || next === undefined) return found;
      if (!spaced) this.#fail('A space is missing before an attribute.');
      const name = this.#name();
      this.#skipSpace();
      if (!this.#takes('=')) this.#fail(`The attribute '${name}' has no value.`);
      this.#skipSpace();
      const quote = this.#text[this.#at];
      if (quote !== '"' && quote !== "'") this.#fail(`The value of '${name}' is not quoted.`);
      this.#at++;
      const value = this.#until(quote);
      if (value.includes('<')) this.#fail("'<' is an invalid attribute character.");
      found.push([name, this.#decode(value.replaceAll(/\r\n|[\t\r\n]/g, ' '))]);
    }
  }

  #resolve(name: string, prefixes: Prefixes, isElement: boolean): XmlName {
    const colon = name.indexOf(':');
    const prefix = colon === -1 ? '' : name.slice(0, colon);
    if (prefix === '') return new XmlName(isElement ? (prefixes.get('') ?? '') : '', name);
    const uri = prefixes.get(prefix);
    return uri === undefined
      ? this.#fail(`'${prefix}' is an undeclared prefix.`)
      : new XmlName(uri, name.slice(colon + 1));
  }

  #name(): string {
    namePattern.lastIndex = this.#at;
    const found = namePattern.exec(this.#text)?.[0];
    if (found === undefined) return this.#fail('Name cannot begin here.');
    this.#at += found.length;
    return found;
  }

  #takes(mark: string): boolean {
    if (!this.#text.startsWith(mark, this.#at)) return false;
    this.#at += mark.length;
    return true;
  }

  #until(end: string): string {
    const found = this.#text.indexOf(end, this.#at);
    if (found === -1) return this.#fail('Unexpected end of file has occurred.');
    const text = this.#text.slice(this.#at, found);
    this.#at = found + end.length;
    return text;
  }

  #skipSpace(): boolean {
    const from = this.#at;
    while (/\s/.test(this.#text[this.#at] ?? '')) this.#at++;
    return this.#at > from;
  }

  #decode(raw: string): string {
    const text = raw.replaceAll(/\r\n?/g, '\n');
    if (!text.includes('&')) return text;
    return text.replaceAll(/&([^;&\s]*;?)/g, (_whole, body: string) => {
      const decoded = body.endsWith(';') ? decodeEntity(body.slice(0, -1)) : undefined;
      return decoded ?? this.#fail(`Reference to undeclared entity '${body.replace(';', '')}'.`);
    });
  }

  #fail(problem: string): never {
    const before = this.#text.slice(0, this.#at).split('\n');
    const position = `Line ${before.length}, position ${(before.at(-1)?.length ?? 0) + 1}.`;
    throw new ExpressionError('XmlException', `${problem} ${position}`);
  }
}

function decodeEntity(name: string): string | undefined {
  const number = /^#(?:x([0-9a-f]{1,6})|([0-9]{1,7}))$/i.exec(name);
  if (!number) return Object.hasOwn(entities, name) ? entities[name] : undefined;
  const code = number[1] ? Number.parseInt(number[1], 16) : Number(number[2]);
  if (code > 0x10ffff) return undefined;
  const char = String.fromCodePoint(code);
  return noXmlCharacter.test(char) ? undefined : char;
}
