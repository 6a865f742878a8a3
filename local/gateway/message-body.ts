import type { Body } from './body.ts';
import { ExpressionError } from './errors.ts';
import { NetDictionary, NetList } from './expressions/collections.ts';
import { parseJson } from './expressions/json/read-json.ts';
import type { JsonToken } from './expressions/json/json-token.ts';
import { JsonArray, JsonObject } from './expressions/json/json-token.ts';
import { readXml } from './expressions/xml/read-xml.ts';
import { netType, types } from './expressions/net-type.ts';
import type { TypeArguments } from './expressions/type-arguments.ts';
import { typeTable } from './expressions/type-table.ts';
import type { Headers } from './headers.ts';

/** A body as expressions see it. It is in memory by the time they run. */
export class MessageBody {
  readonly body: Body;
  readonly headers: Headers;
  constructor(body: Body, headers: Headers) {
    this.body = body;
    this.headers = headers;
  }
}

/** null where there is no body, as in API Management. */
export function messageBody(body: Body, headers: Headers): MessageBody | null {
  return body.isEmpty ? null : new MessageBody(body, headers);
}

function read(message: MessageBody, type: string, preserve: boolean): unknown {
  const bytes = message.body.bytes ?? Buffer.alloc(0);
  const value = convert(bytes, type, message.headers);
  // Without preserveContent the body is gone once it is read, as in API Management.
  if (!preserve) message.body.replace(undefined);
  return value;
}

function convert(bytes: Buffer, type: string, headers: Headers): unknown {
  const charset = /charset="?([\w-]+)/i.exec(headers.get('content-type') ?? '')?.[1]?.toLowerCase();
  if (type === 'byte[]') return new Uint8Array(bytes);
  const text = bytes
    .toString(charset === 'iso-8859-1' ? 'latin1' : charset === 'utf-16' ? 'utf16le' : 'utf8')
    .replace(/^\uFEFF/, '');
  switch (type) {
    case 'string':
      return text;
    case 'JToken':
      return parseJson(text);
    case 'JObject':
      return expectToken(parseJson(text), JsonObject, 'JObject');
    case 'JArray':
      return expectToken(parseJson(text), JsonArray, 'JArray');
    case 'XDocument':
    case 'XNode':
    case 'XContainer':
      return readXml(text);
    case 'XElement':
      return readXml(text).root;
    default:
      throw new ExpressionError('NotSupportedException', `A body cannot be read as ${type}.`);
  }
}

function expectToken(token: JsonToken, type: new () => JsonToken, name: string): JsonToken {
  if (token instanceof type) return token;
  throw new ExpressionError('JsonReaderException', `Error reading ${name} from JsonReader: the body is other JSON.`);
}

const bodyType = typeTable('interface IMessageBody', {
  'typed As<T>(bool preserveContent?): T': (message: MessageBody, by: TypeArguments, preserveContent = false) =>
    read(message, by.of('T').key, preserveContent),
  'AsFormUrlEncodedContent(bool preserveContent?): IDictionary<string, IList<string>>': (
    message: MessageBody,
    preserveContent = false,
  ) => {
    const text = String(read(message, 'string', preserveContent));
    const form = new NetDictionary(netType('Dictionary', [types.string, netType('IList', [types.string])]));
    for (const [name, value] of new URLSearchParams(text)) {
      const values = form.get(name)?.[1] as NetList | undefined;
      if (values) values.items.push(value);
      else form.set(name, new NetList([value], types.string));
    }
    return form;
  },
});

export const bodyTypes = [[bodyType, MessageBody]] as const;
