import { serializeToken } from './expressions/json/json-text.ts';
import { JsonArray, JsonObject, type JsonToken, JsonValue } from './expressions/json/json-token.ts';
import { parseJson } from './expressions/json/read-json.ts';
import { toText } from './expressions/values.ts';

/** A JSON Web Token, taken apart but not verified. */
export class Jwt {
  readonly header: JsonObject;
  readonly payload: JsonObject;
  /** The three parts as they came. */
  readonly text: string;

  private constructor(text: string, header: JsonObject, payload: JsonObject) {
    this.text = text;
    this.header = header;
    this.payload = payload;
  }

  /** From a token or an Authorization header; null if it holds none. */
  static parse(text: string): Jwt | null {
    const token = text.replace(/^\s*Bearer\s+/i, '').trim();
    const [header, payload, signature, ...more] = token.split('.', 4);
    if (!header || !payload || signature === undefined || more.length > 0) return null;
    if (!/^[A-Za-z0-9_-]*$/.test(signature)) return null;
    const [first, second] = [decode(header), decode(payload)];
    return first && second ? new Jwt(token, first, second) : null;
  }

  /** The values of a claim as they stand in the token; an array claim has several. */
  claim(name: string): string[] {
    const found = this.payload.properties.get(name);
    if (!found || (found instanceof JsonValue && found.value === null)) return [];
    return found instanceof JsonArray ? found.items.map(textOf) : [textOf(found)];
  }

  headerText(name: string): string | null {
    const found = this.header.properties.get(name);
    return found ? toText(found) : null;
  }

  /** Seconds since 1970; undefined where the token has none, NaN where it has something that is no time. */
  seconds(name: string): number | undefined {
    const [text] = this.claim(name);
    if (text === undefined) return undefined;
    const value = /^-?\d/.test(text) ? Number(text) : NaN;
    return Math.abs(value) <= latest ? value : NaN;
  }
}

/** The last second of a DateTime. */
const latest = 253_402_300_799;

/** Neither an indented object nor .NET's `True`: what an issuer wrote is what policies ask for. */
function textOf(token: JsonToken): string {
  return token instanceof JsonValue && typeof token.value === 'string' ? token.value : serializeToken(token, false);
}

function decode(part: string): JsonObject | undefined {
  if (!/^[A-Za-z0-9_-]+$/.test(part)) return undefined;
  try {
    const token = parseJson(Buffer.from(part, 'base64url').toString('utf8'), false);
    return token instanceof JsonObject ? token : undefined;
  } catch {
    // Not JSON, so no token: the caller answers for that.
    return undefined;
  }
}
