import { modified } from '../collections.ts';
import { children, JsonArray, JsonObject, type JsonToken } from './json-token.ts';

/** What a token holds, as a loop walks over it. Throws InvalidOperationException when it was changed meanwhile. */
export function* walk(token: JsonToken): Generator<JsonToken, undefined> {
  const held = token instanceof JsonArray || token instanceof JsonObject ? token : undefined;
  const version = held?.version;
  for (const child of children(token)) {
    yield child;
    if (held?.version !== version) throw modified();
  }
  return undefined;
}
