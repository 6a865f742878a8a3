/** Newtonsoft's `JToken` family. */
export abstract class JsonToken {}

export class JsonValue extends JsonToken {
  /** null, a string, a boolean, a .NET number or a DateTime. */
  readonly value: unknown;
  constructor(value: unknown) {
    super();
    this.value = value;
  }
}

export class JsonObject extends JsonToken {
  readonly properties: Map<string, JsonToken>;
  constructor(properties: Iterable<readonly [string, JsonToken]> = []) {
    super();
    this.properties = new Map(properties);
  }
}

export class JsonArray extends JsonToken {
  readonly items: JsonToken[];
  constructor(items: Iterable<JsonToken> = []) {
    super();
    this.items = [...items];
  }
}

export class JsonProperty extends JsonToken {
  readonly name: string;
  value: JsonToken;
  constructor(name: string, value: JsonToken) {
    super();
    this.name = name;
    this.value = value;
  }
}
