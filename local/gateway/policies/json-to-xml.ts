import { parseJson } from '../expressions/json/read-json.ts';
import { JsonArray, JsonObject, type JsonToken, JsonValue } from '../expressions/json/json-token.ts';
import { toText } from '../expressions/values.ts';
import { escapeAttribute, escapeText } from '../expressions/xml/write-xml.ts';
import type { Policy } from '../policy.ts';
import { bodyConversion } from './body-conversion.ts';

export const jsonToXml: Policy = {
  name: 'json-to-xml',
  sections: ['inbound', 'outbound', 'on-error'],
  attributes: {
    apply: 'required',
    'consider-accept-header': 'optional',
    'parse-date': 'optional',
    'namespace-separator': 'optional',
    'namespace-prefix': 'optional',
    'attribute-block-name': 'optional',
  },
  constants: ['parse-date'],
  partly: { '@apply': 'a body with several properties, or none, stands in <Document>, as published examples have it' },
  compile(element) {
    const dates = element.boolean('parse-date', true);
    const separator = element.text('namespace-separator', '_');
    const prefix = element.text('namespace-prefix');
    const attributes = element.text('attribute-block-name');
    return bodyConversion(element, {
      onlyFor: { apply: 'content-type-json', contentType: /json/i },
      accepts: /xml|\*\/\*/i,
      contentType: 'application/xml',
      convert(text, exchange) {
        const style = {
          separator: separator(exchange),
          namespaces: prefix?.(exchange),
          attributes: attributes?.(exchange),
        };
        const parsed = parseJson(text, dates(exchange));
        const [only, ...more] = parsed instanceof JsonObject ? [...parsed.properties] : [];
        if (only && more.length === 0 && !(only[1] instanceof JsonArray)) return write(only[0], only[1], style);
        return write('Document', parsed instanceof JsonArray ? new JsonObject([['Document', parsed]]) : parsed, style);
      },
    });
  },
};

interface Style {
  separator: string;
  /** Properties that begin with it declare namespaces. */
  namespaces: string | undefined;
  /** The property whose own properties are attributes. */
  attributes: string | undefined;
}

function write(label: string, token: JsonToken, style: Style): string {
  if (token instanceof JsonArray)
    return token.items.length === 0
      ? `<${nameOf(label, style)} />`
      : token.items.map((item) => write(label, item, style)).join('');
  const name = nameOf(label, style);
  if (!(token instanceof JsonObject)) {
    const isNull = token instanceof JsonValue && token.value === null;
    if (isNull) return `<${name} xsi:nil="true" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" />`;
    return `<${name}>${escapeText(toText(token))}</${name}>`;
  }
  const attributes: string[] = [];
  const inner: string[] = [];
  for (const [key, value] of token.properties) {
    if (declaresNamespace(key, style)) attributes.push(attribute(key, value, style));
    else if (key === style.attributes && value instanceof JsonObject)
      for (const [one, text] of value.properties) attributes.push(attribute(one, text, style));
    else inner.push(write(key, value, style));
  }
  const start = `<${name}${attributes.join('')}`;
  return inner.length === 0 ? `${start} />` : `${start}>${inner.join('')}</${name}>`;
}

function declaresNamespace(key: string, { namespaces, separator }: Style): boolean {
  return namespaces !== undefined && (key === namespaces || key.startsWith(namespaces + separator));
}

function attribute(key: string, value: JsonToken, style: Style): string {
  return ` ${nameOf(key, style)}="${escapeAttribute(toText(value))}"`;
}

/** The separator parts a prefix from a name only where namespaces are declared by properties. */
function nameOf(label: string, { separator, namespaces }: Style): string {
  const name = namespaces === undefined ? label : label.replace(separator, ':');
  return name.replaceAll(/[^\p{L}\p{N}_.:-]/gu, encodeCharacter).replace(/^[^\p{L}_]/u, encodeCharacter);
}

/** As .NET's `XmlConvert.EncodeName` writes what may not stand in a name. */
function encodeCharacter(char: string): string {
  return `_x${(char.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}_`;
}
