/** Newtonsoft's `JToken` family. */
export abstract class JsonToken {
  abstract get kind(): 'value' | 'object' | 'array' | 'property';
}

export class JsonValue extends JsonToken {
  /** null, a string, a boolean, a .NET number or a DateTime. */
  readonly value: unknown;
  constructor(value: unknown) {
    super();
    this.value = value;
  }

  get kind(): 'value' {
    return 'value';
  }
}

export class JsonObject extends JsonToken {
  readonly properties: Map<string, JsonToken>;
  constructor(properties: Iterable<readonly [string, JsonToken]> = []) {
    super();
    this.properties = new Map(properties);
  }

  get kind(): 'object' {
    return 'object';
  }
}

export class JsonArray extends JsonToken {
  readonly items: JsonToken[];
  constructor(items: Iterable<JsonToken> = []) {
    super();
    this.items = [...items];
  }

  get kind(): 'array' {
    return 'array';
  }
}

export class JsonProperty extends JsonToken {
  readonly name: string;
  value: JsonToken;
  /** The object it was read from. */
  readonly owner: JsonObject | undefined;
  constructor(name: string, value: JsonToken, owner?: JsonObject) {
    super();
    this.owner = owner;
    this.name = name;
    this.value = value;
  }

  get kind(): 'property' {
    return 'property';
  }
}
