import {
  ParseOption,
  XmlDocument,
  XmlElement,
  XmlLibError,
  xmlRegisterInputProvider,
  XsdValidator,
  type XmlNode,
} from 'libxml2-wasm';
import { schemaUri, type XmlSchemaCheck } from './check.ts';

/** Nothing outside the document is ever read, and entities stay what they are. */
export const parsing = {
  option:
    ParseOption.XML_PARSE_NO_XXE |
    ParseOption.XML_PARSE_NONET |
    ParseOption.XML_PARSE_NO_SYS_CATALOG |
    ParseOption.XML_PARSE_BIG_LINES,
};
const xs = 'http://www.w3.org/2001/XMLSchema';
const wsdl = new Set(['http://schemas.xmlsoap.org/wsdl/', 'http://www.w3.org/ns/wsdl']);

/** What libxml2 may open, by address: the schemas while one is compiled; nothing while content is checked. */
let readable: ReadonlyMap<string, string> = new Map();
serve();

/** Throws Error for a schema that cannot be compiled. */
export function compileXmlSchema({ id, text, others }: XmlSchemaCheck): XsdValidator {
  const schemas = new Map(Object.entries(others).map(([name, one]) => [schemaUri(name), one]));
  const url = schemaUri(id === '' ? '~' : id);
  const document = parsed(text, url);
  readable = schemas;
  try {
    if (!wsdl.has(document.root.namespaceUri)) return XsdValidator.fromDoc(document);
    const inner = schemasOf(document);
    readable = new Map([...schemas, ...inner.files]);
    return XsdValidator.fromDoc(parsed(inner.main, url));
  } catch (error) {
    throw new Error(reasonOf(error), { cause: error });
  } finally {
    readable = new Map();
  }
}

function parsed(text: string, url: string): XmlDocument {
  try {
    const document = XmlDocument.fromString(text, { ...parsing, url });
    if (document.dtd) throw new Error('a schema may have no DTD');
    return document;
  } catch (error) {
    throw new Error(reasonOf(error), { cause: error });
  }
}

function reasonOf(error: unknown): string {
  if (!(error instanceof XmlLibError)) return (error as Error).message;
  const first = error.details.find(({ level }) => level > 1) ?? error.details[0];
  return first ? `line ${first.line}: ${first.message.trim()}` : error.message;
}

/** The schemas inside a WSDL: one document for each namespace, which a main one imports. */
function schemasOf(document: XmlDocument): { main: string; files: Map<string, string> } {
  const files = new Map<string, string>();
  const byNamespace = new Map<string, string[]>();
  for (const [index, schema] of document.find('//xs:schema', { xs }).entries()) {
    if (!(schema instanceof XmlElement)) continue;
    const address = schemaUri(`~inline-${index}`);
    files.set(address, standingAlone(schema));
    const namespace = schema.attr('targetNamespace')?.value ?? '';
    byNamespace.set(namespace, [...(byNamespace.get(namespace) ?? []), address]);
  }
  const imports = [...byNamespace].map(([namespace, addresses], index) => {
    const address = schemaUri(`~namespace-${index}`);
    const includes = addresses.map((one) => `<xs:include schemaLocation="${one}" />`).join('');
    files.set(address, schemaText(namespace, includes));
    return `<xs:import${namespace && ` namespace="${escaped(namespace)}"`} schemaLocation="${address}" />`;
  });
  return { main: schemaText('apim://service/wsdl', imports.join('')), files };
}

function schemaText(namespace: string, content: string): string {
  const target = namespace && ` targetNamespace="${escaped(namespace)}"`;
  return `<xs:schema xmlns:xs="${xs}"${target}>${content}</xs:schema>`;
}

const escaped = (text: string) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');

/** The text of a schema with the prefixes that the WSDL around it declares: names of types in attributes use them. */
function standingAlone(schema: XmlElement): string {
  const own = new Set(Object.keys(schema.nsDeclarations));
  for (let at: XmlNode | null = schema.parent; at instanceof XmlElement; at = at.parent) {
    for (const [prefix, uri] of Object.entries(at.nsDeclarations)) {
      if (own.has(prefix)) continue;
      own.add(prefix);
      schema.addNsDeclaration(uri, prefix);
    }
  }
  return schema.toString();
}

/** Lets libxml2 read what is readable, and nothing else: it has neither files nor a network here. */
function serve(): void {
  const open = new Map<number, { bytes: Buffer; at: number }>();
  let last = 0;
  const find = (address: string) => readable.get(address);
  xmlRegisterInputProvider({
    match: (address) => find(address) !== undefined,
    open(address) {
      const text = find(address);
      if (text === undefined) return undefined;
      last++;
      open.set(last, { bytes: Buffer.from(text), at: 0 });
      return last;
    },
    read(handle, target) {
      const file = open.get(handle);
      if (!file) return -1;
      const count = file.bytes.copy(target, 0, file.at);
      file.at += count;
      return count;
    },
    close: (handle) => open.delete(handle),
  });
}
