import { ExpressionError } from '../../errors.ts';
import { deserialize, isToken } from '../json/json-convert.ts';
import { displayName, isNullable, types, type NetType } from '../net-type.ts';
import type { JsonToken } from '../json/json-token.ts';
import { parseJson } from '../json/read-json.ts';
import { argumentNull } from '../text-parts.ts';
import type { EnumValue } from '../time.ts';
import type { TypeArguments } from '../type-arguments.ts';
import { typeTable } from '../type-table.ts';
import type { TypeValue } from '../type-value.ts';
import { serialize } from './json-containers.ts';
import { isIndented } from './json-token.ts';

function read(text: string | null, by: TypeArguments, type = types.object): unknown {
  if (text === null) throw argumentNull('value');
  if (text.trim() !== '') return deserialize(type, parse(text, type), by.registry);
  if (isNullable(type) || !by.registry.isValueType(type)) return null;
  throw new ExpressionError(
    'JsonSerializationException',
    `No JSON content found and type '${displayName(type)}' is not nullable. Path '', line 0, position 0.`,
  );
}

/** The text's token; text that ends too early is told apart by what should have been made of it. */
function parse(text: string, type: NetType): JsonToken {
  try {
    return parseJson(text, !holdsOnlyText(type));
  } catch (error) {
    const [, of, where] = /^Unexpected end of content while loading (\w+)\.(.*)$/.exec((error as Error).message) ?? [];
    if (of === undefined || type === types.object || isToken(type)) throw error;
    const what = of === 'JArray' ? 'array' : 'object';
    throw new ExpressionError('JsonSerializationException', `Unexpected end when deserializing ${what}.${where}`);
  }
}

/** Whether every value that the type takes is a string: then what looks like a date stays as it is written. */
function holdsOnlyText(type: NetType): boolean {
  return type.args.length === 0 ? type === types.string : type.args.every(holdsOnlyText);
}

export const jsonConvertType = typeTable('static Newtonsoft.Json.JsonConvert', {
  'static SerializeObject(object value): string': (value: unknown) => serialize(value, false),
  'static SerializeObject(object value, Formatting formatting): string': (value: unknown, formatting: EnumValue) =>
    serialize(value, isIndented(formatting)),
  'static ToString(object value): string': (value: unknown) => serialize(value, false),
  'static ToString(string value): string': (value: string | null) => serialize(value, false),
  'typed static DeserializeObject(string value): object': (by: TypeArguments, text: string | null) => read(text, by),
  'typed static DeserializeObject(string value, Type type): object': (
    by: TypeArguments,
    text: string | null,
    { type }: TypeValue,
  ) => read(text, by, type),
  'typed static DeserializeObject<T>(string value): T': (by: TypeArguments, text: string | null) =>
    read(text, by, by.of('T')),
});
