import { ReadOnlyDictionary } from '../collections.ts';
import { type JsonObject, JsonToken, JsonValue } from './json-token.ts';
import { netType, types } from '../net-type.ts';
import { KeyValuePair } from '../time.ts';

const type = netType('Dictionary', [types.string, types.token]);

/** A JObject seen as `IDictionary<string, JToken>`, or as the sequence of its pairs. */
export class JsonDictionary extends ReadOnlyDictionary {
  readonly #object: JsonObject;
  constructor(object: JsonObject) {
    super(type);
    this.#object = object;
  }

  get(key: unknown): readonly [unknown, unknown] | undefined {
    const found = this.#object.properties.get(key as string);
    return found && [key, found];
  }

  get count(): number {
    return this.#object.properties.size;
  }

  set(key: string, value: JsonToken | null): void {
    this.#object.set(key, value instanceof JsonToken ? value : new JsonValue(null));
  }

  *[Symbol.iterator](): Generator {
    for (const [name, token] of this.#object.properties) yield new KeyValuePair(name, token);
  }
}
