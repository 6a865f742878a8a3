import { StringBuilder, stringBuilderType } from './types/string-builder.ts';
import type { TypeTable } from './type-table.ts';
import { bitConverterType, encodingType } from './types/bytes.ts';
import { charType } from './types/characters.ts';
import { dictionaryTypes, tupleFactory, tupleTypes } from './types/dictionary.ts';
import { enumerableType } from './types/enumerable.ts';
import { enumBase } from './types/enum-base.ts';
import { comparerType, cultureTypes, enumTypes, StringComparer } from './types/enums.ts';
import { DateTime, DateTimeOffset, Guid, TimeSpan } from './time.ts';
import { guidType } from './types/guid.ts';
import { cipherType, hashTypes } from './types/hashes.ts';
import { interfaceTypes } from './types/interfaces.ts';
import { arrayInstanceType, arrayType } from './types/arrays.ts';
import { listType } from './types/lists.ts';
import { setType } from './types/sets.ts';
import { delegateTypes, exceptionTypes, nullableType, objectType, typeType, voidType } from './types/object.ts';
import { queueTypes } from './types/queues.ts';
import { regexTypes } from './types/pattern.ts';
import { randomType, secureRandomTypes } from './types/random.ts';
import { Random } from './random.ts';
import { convertType } from './types/convert.ts';
import { mathType } from './types/math.ts';
import { dateTimeOffsetType } from './types/date-time-offset.ts';
import { dateTimeType } from './types/date-time.ts';
import { timeSpanType } from './types/time-span.ts';
import { timeZoneTypes } from './types/time-zone.ts';
import { boolType, numberTypes } from './types/numbers.ts';
import { JsonToken } from './json/json-token.ts';
import { containerTypes } from './types/json-containers.ts';
import { jsonConvertType } from './types/json-convert.ts';
import { tokenExtensions, tokensType } from './types/json-extensions.ts';
import { tokenTypeTable } from './types/json-token.ts';
import { stringType } from './types/text.ts';
import { NetUri } from './net-uri.ts';
import { uriType } from './types/uri.ts';
import { IpAddress } from './ip-address.ts';
import { ipAddressType } from './types/ip-address.ts';
import { rsaTypes } from './types/rsa.ts';
import { textStreamTypes } from './types/text-streams.ts';
import { webTypes } from './types/web.ts';
import { TypeValue } from './type-value.ts';
import { xmlTypes } from './types/xml.ts';

/** The .NET types that expressions may use, with the classes that stand for them. One line adds a type. */
export const standardTypes: readonly (readonly [TypeTable, ...classes: unknown[]])[] = [
  [objectType],
  ...delegateTypes,
  [voidType],
  [nullableType],
  [typeType, TypeValue],
  ...exceptionTypes,
  ...interfaceTypes,
  ...numberTypes.map((table) => [table] as const),
  [boolType],
  [convertType],
  [dateTimeType, DateTime],
  [dateTimeOffsetType, DateTimeOffset],
  [timeSpanType, TimeSpan],
  ...timeZoneTypes,
  [mathType],
  [tokenTypeTable, JsonToken],
  [tokensType],
  [tokenExtensions],
  ...containerTypes,
  [jsonConvertType],
  [stringType],
  [charType],
  [stringBuilderType, StringBuilder],
  [encodingType],
  [bitConverterType],
  ...hashTypes.map((table) => [table] as const),
  [cipherType],
  [guidType, Guid],
  ...regexTypes,
  [uriType, NetUri],
  ...webTypes,
  [ipAddressType, IpAddress],
  ...textStreamTypes,
  ...rsaTypes,
  [randomType, Random],
  ...secureRandomTypes,
  [arrayType],
  [arrayInstanceType],
  [listType],
  [setType],
  ...queueTypes,
  ...dictionaryTypes,
  ...tupleTypes,
  [tupleFactory],
  [enumerableType],
  ...cultureTypes,
  [comparerType, StringComparer],
  [enumBase],
  ...enumTypes.map((table) => [table] as const),
  ...xmlTypes,
];
