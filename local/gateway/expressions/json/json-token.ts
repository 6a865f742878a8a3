import { spend } from '../budget.ts';

/** Newtonsoft's `JToken` family. A token has one parent: adding it elsewhere adds a copy. */
export abstract class JsonToken {
  abstract get kind(): 'value' | 'object' | 'array' | 'property';
  /** What holds it; a property's value is held by the object itself here. */
  parent: JsonObject | JsonArray | JsonProperty | undefined;
  abstract clone(): JsonToken;
}

export class JsonValue extends JsonToken {
  /** null, a string, a boolean, a .NET number or a DateTime. */
  value: unknown;
  constructor(value: unknown) {
    super();
    this.value = value;
  }

  get kind(): 'value' {
    return 'value';
  }

  override clone(): JsonValue {
    return new JsonValue(this.value);
  }
}

/** The token itself, or a copy if it stands somewhere already. */
function adopt(token: JsonToken, parent: NonNullable<JsonToken['parent']>): JsonToken {
  const own = token.parent && token.parent !== parent ? token.clone() : token;
  own.parent = parent;
  return own;
}

export class JsonObject extends JsonToken {
  /** Read it freely; change it by `set` and `remove`. */
  readonly properties = new Map<string, JsonToken>();
  /** Counts what was added and removed, so that a loop over them notices it. */
  version = 0;
  readonly #views = new Map<string, JsonProperty>();

  constructor(properties: Iterable<readonly [string, JsonToken]> = []) {
    super();
    for (const [name, token] of properties) this.set(name, token);
  }

  get kind(): 'object' {
    return 'object';
  }

  set(name: string, token: JsonToken): void {
    const before = this.properties.get(name);
    if (before === token) return;
    if (before) before.parent = undefined;
    else this.version++;
    this.properties.set(name, token.parent === this ? adopt(token.clone(), this) : adopt(token, this));
  }

  remove(name: string): boolean {
    const token = this.properties.get(name);
    if (token) {
      token.parent = undefined;
      this.version++;
    }
    this.#views.delete(name);
    return this.properties.delete(name);
  }

  /** The property of that name, one object however often it is asked for. */
  property(name: string): JsonProperty | undefined {
    const token = this.properties.get(name);
    if (!token) return undefined;
    const known = this.#views.get(name) ?? new JsonProperty(name, token, this);
    this.#views.set(name, known);
    return known;
  }

  /** Takes a property in as it is, at that place, so that its later changes are the object's. */
  attach(property: JsonProperty, index = this.properties.size): void {
    const own = property.owner ? property.clone() : property;
    const token = own.value;
    token.parent = undefined;
    this.set(own.name, token);
    own.owner = this;
    this.#views.set(own.name, own);
    const entries = [...this.properties];
    if (index >= entries.length - 1) return;
    entries.splice(index, 0, ...entries.splice(-1));
    this.properties.clear();
    for (const [name, held] of entries) this.properties.set(name, held);
  }

  override clone(): JsonObject {
    spend(this.properties.size);
    return new JsonObject(Array.from(this.properties, ([name, token]) => [name, token.clone()] as const));
  }
}

export class JsonArray extends JsonToken {
  readonly items: JsonToken[] = [];
  /** Counts what was added, replaced and removed. */
  version = 0;
  constructor(items: Iterable<JsonToken> = []) {
    super();
    for (const item of items) this.insert(this.items.length, item);
  }

  get kind(): 'array' {
    return 'array';
  }

  insert(index: number, token: JsonToken): void {
    const own = token.parent ? token.clone() : token;
    this.version++;
    this.items.splice(index, 0, adopt(own, this));
  }

  setAt(index: number, token: JsonToken): void {
    const before = this.items[index];
    if (before === token) return;
    if (before) before.parent = undefined;
    this.version++;
    this.items[index] = adopt(token.parent ? token.clone() : token, this);
  }

  removeAt(index: number): void {
    this.version++;
    for (const token of this.items.splice(index, 1)) token.parent = undefined;
  }

  override clone(): JsonArray {
    spend(this.items.length);
    return new JsonArray(this.items.map((item) => item.clone()));
  }
}

export class JsonProperty extends JsonToken {
  readonly name: string;
  #value: JsonToken;
  /** The object it belongs to. */
  owner: JsonObject | undefined;
  constructor(name: string, value: JsonToken, owner?: JsonObject) {
    super();
    this.owner = owner;
    this.name = name;
    this.#value = owner ? value : adopt(value, this);
  }

  get kind(): 'property' {
    return 'property';
  }

  get value(): JsonToken {
    return this.owner?.properties.get(this.name) ?? this.#value;
  }

  set value(token: JsonToken) {
    if (this.owner) this.owner.set(this.name, token);
    else this.#value = adopt(token, this);
  }

  override clone(): JsonProperty {
    return new JsonProperty(this.name, this.value.clone());
  }
}

/** What a token holds, in its order. */
export function children(token: JsonToken): readonly JsonToken[] {
  if (token instanceof JsonArray) return token.items;
  if (token instanceof JsonProperty) return [token.value];
  if (!(token instanceof JsonObject)) return [];
  return Array.from(token.properties.keys(), (name) => token.property(name) as JsonProperty);
}
