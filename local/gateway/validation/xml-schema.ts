import { XmlDocument, XmlElement, XmlLibError, type XmlTreeNode, type XsdValidator } from 'libxml2-wasm';
import { maxProblems, shortened, type Problem, type Verdict, type XmlSchemaCheck } from './check.ts';
import { compileXmlSchema, parsing } from './xml-schema-compiler.ts';

const envelopes = new Set(['http://schemas.xmlsoap.org/soap/envelope/', 'http://www.w3.org/2003/05/soap-envelope']);

/** A compiled XML schema. */
export class XmlSchema {
  readonly #validator: XsdValidator;
  readonly #soap: boolean;

  /** Throws Error for a schema that cannot be compiled. */
  constructor(check: XmlSchemaCheck) {
    this.#soap = check.soap;
    this.#validator = compileXmlSchema(check);
  }

  /** Without a charset the document says itself how it is encoded. */
  verdict(content: Uint8Array, charset: string | undefined): Verdict {
    let document: XmlDocument;
    try {
      document = XmlDocument.fromBuffer(content, { ...parsing, ...(charset !== undefined && { encoding: charset }) });
    } catch (error) {
      return { outcome: 'unchecked', reason: reasonOf(error) };
    }
    try {
      // Whatever a document type could declare, entities first of all, has no place in a message.
      if (document.dtd)
        return { outcome: 'unchecked', reason: 'For security reasons DTD is prohibited in this XML document.' };
      return this.#soap ? this.#payloadVerdict(document) : this.#verdictOn(document);
    } finally {
      document.dispose();
    }
  }

  dispose(): void {
    this.#validator.dispose();
  }

  #payloadVerdict(document: XmlDocument): Verdict {
    const { root } = document;
    if (root.name !== 'Envelope' || !envelopes.has(root.namespaceUri))
      return differs(root, 'The root element is no SOAP envelope.');
    const bodies = elementsIn(root).filter(
      ({ name, namespaceUri }) => name === 'Body' && namespaceUri === root.namespaceUri,
    );
    const [body] = bodies;
    if (!body || bodies.length > 1) return differs(root, `The SOAP envelope has ${bodies.length} bodies.`);
    const payload = elementsIn(body);
    if (payload.length === 0) return differs(body, 'The SOAP body is empty.');
    const verdicts = payload.slice(0, maxProblems).map((element) => this.#verdictOn(element));
    return verdicts.find(({ outcome }) => outcome !== 'conforms') ?? { outcome: 'conforms' };
  }

  #verdictOn(content: XmlDocument | XmlElement): Verdict {
    try {
      if (content instanceof XmlDocument) this.#validator.validate(content);
      else this.#validator.validate(content);
      return { outcome: 'conforms' };
    } catch (error) {
      if (!(error instanceof XmlLibError)) return { outcome: 'unchecked', reason: reasonOf(error) };
      const problems = error.details
        .slice(0, maxProblems)
        .map(({ message, line, col }): Problem => ({ message: shortened(message.trim()), line, position: col }));
      return { outcome: 'differs', problems };
    }
  }
}

function differs(at: XmlElement, message: string): Verdict {
  return { outcome: 'differs', problems: [{ message, line: at.line, position: 0 }] };
}

function elementsIn(parent: XmlElement): XmlElement[] {
  const found: XmlElement[] = [];
  for (let node: XmlTreeNode | null = parent.firstChild; node; node = node.next)
    if (node instanceof XmlElement) found.push(node);
  return found;
}

function reasonOf(error: unknown): string {
  if (!(error instanceof XmlLibError)) return (error as Error).message;
  const [first] = error.details;
  return first ? `${shortened(first.message.trim())} Line: ${first.line}, Position: ${first.col}` : error.message;
}
