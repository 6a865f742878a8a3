import { JsonArray, JsonObject, JsonValue } from './expressions/json/json-token.ts';
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
    const [header, payload, signature] = token.split('.');
    if (!header || !payload || signature === undefined) return null;
    const [first, second] = [decode(header), decode(payload)];
    return first && second ? new Jwt(token, first, second) : null;
  }

  /** The values of a claim as text; an array claim has several. */
  claim(name: string): string[] {
    const found = this.payload.properties.get(name);
    if (!found || (found instanceof JsonValue && found.value === null)) return [];
    return found instanceof JsonArray ? found.items.map(toText) : [toText(found)];
  }

  headerText(name: string): string | null {
    const found = this.header.properties.get(name);
    return found ? toText(found) : null;
  }

  /** Seconds since 1970; undefined where the token has none. */
  seconds(name: string): number | undefined {
    const [text] = this.claim(name);
    const value = Number(text);
    return text === undefined || Number.isNaN(value) ? undefined : value;
  }
}

function decode(part: string): JsonObject | undefined {
  if (!/^[A-Za-z0-9_-]+$/.test(part)) return undefined;
  try {
    const token = parseJson(Buffer.from(part, 'base64url').toString('utf8'));
    return token instanceof JsonObject ? token : undefined;
  } catch {
    // Not JSON, so no token: the caller answers for that.
    return undefined;
  }
}
