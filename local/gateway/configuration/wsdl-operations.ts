import { readXml } from '../expressions/xml/read-xml.ts';
import type { XmlElement } from '../expressions/xml/xml-node.ts';
import type { Operation, Representation } from './model.ts';

/** What a WSDL says of a service. */
export interface WsdlService {
  operations: Operation[];
  /** Where its first port is. */
  serviceUrl: string | undefined;
}

/**
 * The operations of a WSDL as an import makes them: POST, told apart by their SOAP action, which is their name where they have
 * none. Throws ExpressionError for what is no XML.
 */
export function serviceFromWsdl(text: string): WsdlService {
  const definitions = readXml(text).root;
  const inBindings = childrenOf(childrenOf(definitions ? [definitions] : [], 'binding'), 'operation');
  const byName = new Map(inBindings.map((element) => [attribute(element, 'name') ?? '', element]));
  const [address] = childrenOf(childrenOf(childrenOf(definitions ? [definitions] : [], 'service'), 'port'), 'address');
  // SOAP 1.1 and 1.2; the schemas are those in the WSDL itself.
  const messages = ['text/xml', 'application/soap+xml'].map((contentType) => ({
    ...{ contentType, sample: undefined, schema: undefined, xmlSchema: text, definition: '', gap: undefined },
  }));
  return {
    operations: Array.from(byName, ([name, element]) => operation(name, soapAction(element) ?? name, messages)),
    serviceUrl: address && attribute(address, 'location'),
  };
}

function operation(name: string, action: string, messages: readonly Representation[]): Operation {
  return {
    id: name,
    name,
    method: 'POST',
    urlTemplate: `/?soapAction=${encodeURI(action).replaceAll(/[&#+]/g, encodeURIComponent)}`,
    policy: undefined,
    parameters: { path: [], query: [], headers: [] },
    request: messages,
    responses: [{ status: 200, code: '200', headers: [], representations: messages }],
  };
}

function soapAction(element: XmlElement): string | undefined {
  const [soap] = childrenOf([element], 'operation');
  return (soap && attribute(soap, 'soapAction')) || undefined;
}

/** By local name: the namespaces of SOAP 1.1 and 1.2 are mixed in what API Management exports. */
function childrenOf(parents: readonly XmlElement[], name: string): XmlElement[] {
  return parents.flatMap((parent) => parent.elements().filter((child) => child.name.local === name));
}

function attribute(element: XmlElement, name: string): string | undefined {
  return element.attributes.find((one) => one.name.uri === '' && one.name.local === name)?.value;
}
