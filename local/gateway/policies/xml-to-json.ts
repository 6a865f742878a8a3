import { serializeToken } from '../expressions/json/json-text.ts';
import { JsonArray, JsonObject, type JsonToken, JsonValue } from '../expressions/json/json-token.ts';
import { readXml } from '../expressions/xml/read-xml.ts';
import { type XmlAttribute, XmlElement, XmlText, xmlNamespace, xmlnsNamespace } from '../expressions/xml/xml-node.ts';
import type { Policy } from '../policy.ts';
import { bodyConversion } from './body-conversion.ts';

export const xmlToJson: Policy = {
  name: 'xml-to-json',
  sections: ['inbound', 'outbound', 'on-error'],
  attributes: {
    kind: 'required',
    apply: 'required',
    'consider-accept-header': 'optional',
    'always-array-child-elements': 'optional',
  },
  partly: { '@kind': 'how attributes and text are named follows published examples: Azure documents neither' },
  compile(element) {
    const kind = element.choice('kind', ['javascript-friendly', 'direct'], 'direct');
    const alwaysArrays = element.boolean('always-array-child-elements', false);
    return bodyConversion(element, {
      onlyFor: { apply: 'content-type-xml', contentType: /xml/i },
      accepts: /json|\*\/\*/i,
      contentType: 'application/json',
      convert(text, exchange) {
        const names = kind(exchange) === 'direct' ? { attribute: '@', text: '#text' } : { attribute: '', text: '$t' };
        const document = readXml(text);
        const { declaration } = document;
        const made = new JsonObject();
        if (declaration) made.properties.set('version', new JsonValue(declaration.version));
        if (declaration?.encoding) made.properties.set('encoding', new JsonValue(declaration.encoding));
        for (const root of document.elements())
          made.properties.set(labelOf(root, root), content(root, { ...names, arrays: alwaysArrays(exchange) }));
        return serializeToken(made, false);
      },
    });
  },
};

interface Style {
  attribute: string;
  text: string;
  arrays: boolean;
}

function content(element: XmlElement, style: Style): JsonToken {
  const children = element.elements();
  const text = element.nodes
    .filter((node) => node instanceof XmlText)
    .map(({ value }) => value)
    .join('');
  if (element.attributes.some(isNil)) return new JsonValue(null);
  if (children.length === 0 && element.attributes.length === 0)
    return text === '' && !element.isOpen ? new JsonValue(null) : new JsonValue(text);
  const made = new JsonObject();
  for (const attribute of element.attributes)
    made.properties.set(style.attribute + labelOf(attribute, element), new JsonValue(attribute.value));
  const byLabel = Map.groupBy(children, (child) => labelOf(child, child));
  for (const [label, same] of byLabel) {
    const values = same.map((child) => content(child, style));
    const [only] = values;
    made.properties.set(label, only && values.length === 1 && !style.arrays ? only : new JsonArray(values));
  }
  if (text !== '') made.properties.set(style.text, new JsonValue(text));
  return made;
}

const isNil = ({ name, value }: XmlAttribute) =>
  name.uri === 'http://www.w3.org/2001/XMLSchema-instance' && name.local === 'nil' && value === 'true';

/** `prefix$local`: the prefix as the document declares it. */
function labelOf({ name }: XmlElement | XmlAttribute, at: XmlElement): string {
  if (name.uri === '') return name.local;
  if (name.uri === xmlnsNamespace) return `xmlns$${name.local}`;
  if (name.uri === xmlNamespace) return `xml$${name.local}`;
  for (let holder: unknown = at; holder instanceof XmlElement; holder = holder.parent) {
    const declared = holder.attributes.find((one) => one.declaresNamespace && one.value === name.uri);
    if (declared) return declared.name.uri === '' ? name.local : `${declared.name.local}$${name.local}`;
  }
  return name.local;
}
