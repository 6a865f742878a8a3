import { ReadOnlyDictionary } from './expressions/collections.ts';
import { defaultValue, explicitChange } from './expressions/conversions.ts';
import { arrayOf, netType, types, type NetType } from './expressions/net-type.ts';
import { KeyValuePair } from './expressions/time.ts';
import type { TypeArguments } from './expressions/type-arguments.ts';
import { typeTable } from './expressions/type-table.ts';
import { toText } from './expressions/values.ts';
import type { Headers } from './headers.ts';
import type { RequestUrl } from './request-url.ts';

const ofTexts = netType('IReadOnlyDictionary', [types.string, arrayOf(types.string)]);

/** Headers as expressions see them: a name has several values, and no case. */
export class HeaderDictionary extends ReadOnlyDictionary {
  readonly headers: Headers;
  constructor(headers: Headers) {
    super(ofTexts);
    this.headers = headers;
  }

  get(name: string): [string, string[]] | undefined {
    const found = this.headers.values(name);
    return found && [name, [...found]];
  }

  get count(): number {
    return this.headers.names().length;
  }

  [Symbol.iterator](): Iterator<KeyValuePair> {
    return this.headers
      .names()
      .map((name) => new KeyValuePair(name, [...(this.headers.values(name) ?? [])]))
      .values();
  }
}

/** The parameters of an address, by their names without case. */
export class QueryDictionary extends ReadOnlyDictionary {
  readonly url: RequestUrl;
  constructor(url: RequestUrl) {
    super(ofTexts);
    this.url = url;
  }

  get(name: string): [string, string[]] | undefined {
    const found = this.url.values(name);
    return found.length === 0 ? undefined : [name, found];
  }

  get count(): number {
    return this.url.names().length;
  }

  [Symbol.iterator](): Iterator<KeyValuePair> {
    return this.url
      .names()
      .map((name) => new KeyValuePair(name, this.url.values(name)))
      .values();
  }
}

/** A map with texts as keys. */
export class MapDictionary extends ReadOnlyDictionary {
  readonly map: ReadonlyMap<string, unknown>;
  constructor(map: ReadonlyMap<string, unknown>, value: NetType) {
    super(netType('IReadOnlyDictionary', [types.string, value]));
    this.map = map;
  }

  get(name: string): [string, unknown] | undefined {
    return this.map.has(name) ? [name, this.map.get(name) ?? null] : undefined;
  }

  get count(): number {
    return this.map.size;
  }

  [Symbol.iterator](): Iterator<KeyValuePair> {
    return Array.from(this.map, ([key, value]) => new KeyValuePair(key, value)).values();
  }
}

const joined = (map: ReadOnlyDictionary, name: string, fallback: string | null = null) => {
  const found = map.get(name)?.[1] as readonly unknown[] | undefined;
  return found ? found.map(toText).join(',') : fallback;
};

/** For dictionaries of any kind; Dictionary has its own, as it is both of the interfaces. */
const ofAny = (type: string) => ({
  [`typed static GetValueOrDefault<K, V>(this ${type}<K, V> source, K key): V`]: (
    by: TypeArguments,
    map: ReadOnlyDictionary,
    key: unknown,
  ) => map.get(key)?.[1] ?? defaultValue(by.of('V'), by.registry),
  [`static GetValueOrDefault<K, V>(this ${type}<K, V> source, K key, V defaultValue): V`]: (
    map: ReadOnlyDictionary,
    key: unknown,
    fallback: unknown,
  ) => map.get(key)?.[1] ?? fallback,
});

/** What `AsFormUrlEncodedContent` gave, as it was sent. */
function formText(map: ReadOnlyDictionary): string {
  const pairs = ([...map] as KeyValuePair[]).flatMap(({ key, value }) =>
    Array.from(value as Iterable<unknown>, (one): [string, string] => [toText(key), toText(one)]),
  );
  return new URLSearchParams(pairs).toString();
}

/** What API Management adds to dictionaries. */
export const dictionaryExtensions = typeTable('static DictionaryExtensions', {
  'static GetValueOrDefault(this IReadOnlyDictionary<string, string[]> source, string name, string defaultValue?): string':
    joined,
  'typed static GetValueOrDefault<T>(this IReadOnlyDictionary<string, object> source, string variableName, T defaultValue?): T':
    variable,
  'static GetValueOrDefault(this IReadOnlyDictionary<string, object> source, string variableName): object': (
    map: ReadOnlyDictionary,
    name: string,
  ) => map.get(name)?.[1] ?? null,
  ...Object.fromEntries(
    ['ToFormUrlEncodedContent', 'ToQueryString'].map((name) => [
      `static ${name}(this IDictionary<string, IList<string>> source): string`,
      formText,
    ]),
  ),
  ...ofAny('IReadOnlyDictionary'),
  ...ofAny('IDictionary'),
  ...ofAny('Dictionary'),
});

/** A variable as the type that is asked for. Throws InvalidCastException. */
function variable(by: TypeArguments, map: ReadOnlyDictionary, name: string, fallback?: unknown): unknown {
  const type = by.of('T');
  const found = map.get(name)?.[1] ?? null;
  if (found === null) return fallback === undefined ? defaultValue(type, by.registry) : fallback;
  const change = explicitChange(types.object, type, by.registry);
  return change ? change(found) : found;
}
