import { ExpressionError } from '../errors.ts';
import { Hash } from './hash.ts';
import { JsonArray, JsonObject, JsonProperty, JsonToken, JsonValue } from './json-token.ts';
import { NetGroup, NetMatch } from './net-regex.ts';
import { DateTime, DateTimeOffset, Guid, KeyValuePair, TimeSpan } from './time.ts';
import type { TypeTable } from './type-table.ts';
import {
  bitConverterType,
  Encoding,
  encodingType,
  guidType,
  hashTypes,
  Random,
  randomNumberType,
  randomType,
} from './types/bytes.ts';
import { enumerableType, Grouping, groupingType, Ordered, orderedType, pairType } from './types/collections.ts';
import {
  arrayTypeTable,
  jsonConvertType,
  objectTypeTable,
  propertyTypeTable,
  tokenTypeTable,
  valueTypeTable,
} from './types/json.ts';
import { bytesType, dictionaryType, listType, setType } from './types/lists.ts';
import {
  actionType,
  CultureInfo,
  cultureType,
  enumTypes,
  exceptionTypes,
  functionType,
  objectType,
  uriType,
  voidType,
  webTypes,
} from './types/misc.ts';
import { boolType, convertType, mathType, numberTypes } from './types/numbers.ts';
import { groupsType, groupType, matchType, NetRegex, regexType } from './types/pattern.ts';
import { charType, StringBuilder, stringBuilderType, stringType } from './types/text.ts';
import { xmlTypes } from './types/xml.ts';
import { dateTimeOffsetType, dateTimeType, timeSpanType } from './types/time.ts';

/** The .NET types that expressions may use, with the classes that stand for them. One line adds a type. */
export const standardTypes: readonly (readonly [TypeTable, ...classes: unknown[]])[] = [
  [objectType],
  [functionType],
  [actionType],
  [voidType],
  [stringType],
  [charType],
  [stringBuilderType, StringBuilder],
  [boolType],
  [convertType],
  [mathType],
  [enumerableType],
  [{ ...enumerableType, name: 'Enumerable' }],
  [orderedType, Ordered],
  [groupingType, Grouping],
  [pairType, KeyValuePair],
  [listType, Array],
  [setType, Set],
  [dictionaryType, Map],
  [bytesType, Uint8Array, Buffer],
  [tokenTypeTable, JsonToken],
  [objectTypeTable, JsonObject],
  [arrayTypeTable, JsonArray],
  [valueTypeTable, JsonValue],
  [propertyTypeTable, JsonProperty],
  [jsonConvertType],
  [encodingType, Encoding],
  [bitConverterType],
  [guidType, Guid],
  [randomType, Random],
  [randomNumberType],
  [dateTimeType, DateTime],
  [dateTimeOffsetType, DateTimeOffset],
  [timeSpanType, TimeSpan],
  [regexType, NetRegex],
  [matchType, NetMatch],
  [groupsType],
  [groupType, NetGroup],
  [uriType, URL],
  [cultureType, CultureInfo],
  ...xmlTypes,
  ...numberTypes.map((table) => [table] as const),
  ...hashTypes.map((table) => (table.name === 'HashAlgorithm' ? ([table, Hash] as const) : ([table] as const))),
  ...exceptionTypes.map((table) =>
    table.name === 'Exception' ? ([table, ExpressionError, Error] as const) : ([table] as const),
  ),
  ...enumTypes.map((table) => [table] as const),
  ...webTypes.map((table) => [table] as const),
];
