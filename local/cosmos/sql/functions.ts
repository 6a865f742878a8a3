import { badRequest } from '../errors.ts';
import { equalValues, isObject, typeRank, type Json, type Value } from '../json.ts';
import { dateFunctions } from './date-functions.ts';

export type BuiltIn = (...args: Value[]) => Value;

const texts =
  (work: (...args: string[]) => Value): BuiltIn =>
  (...args) =>
    args.every((arg) => typeof arg === 'string') ? work(...args) : undefined;

const numbers =
  (work: (...args: number[]) => number): BuiltIn =>
  (...args) => {
    if (!args.every((arg) => typeof arg === 'number')) return undefined;
    const result = work(...args);
    return Number.isFinite(result) ? result : undefined;
  };

/** Two texts and an optional flag to ignore case. */
const comparing =
  (work: (a: string, b: string) => boolean): BuiltIn =>
  (a, b, ignoreCase) => {
    if (typeof a !== 'string' || typeof b !== 'string') return undefined;
    return ignoreCase === true ? work(a.toLowerCase(), b.toLowerCase()) : work(a, b);
  };

const ofArray =
  (work: (array: Json[], ...rest: Value[]) => Value): BuiltIn =>
  (array, ...rest) =>
    Array.isArray(array) ? work(array, ...rest) : undefined;

const ofArrays =
  (work: (a: Json[], b: Json[]) => Value): BuiltIn =>
  (a, b) =>
    Array.isArray(a) && Array.isArray(b) ? work(a, b) : undefined;

const matches = (item: Json, wanted: Value, partial: boolean): boolean =>
  partial && isObject(item) && isObject(wanted)
    ? Object.keys(wanted).every((key) => Object.hasOwn(item, key) && matches(item[key]!, wanted[key], true))
    : equalValues(item, wanted);

const contains = (array: readonly Json[], wanted: Value) => array.some((item) => equalValues(item, wanted));
const unique = (array: readonly Json[]) =>
  array.filter((item, at) => array.findIndex((other) => equalValues(item, other)) === at);

function slice(array: Json[], start: Value, length: Value): Value {
  if (typeof start !== 'number' || (length !== undefined && typeof length !== 'number')) return undefined;
  const from = start < 0 ? Math.max(array.length + start, 0) : start;
  return array.slice(from, length === undefined ? undefined : from + Math.max(length, 0));
}

function regexMatch(text: Value, pattern: Value, flags: Value): Value {
  if (typeof text !== 'string' || typeof pattern !== 'string') return undefined;
  const modifiers = typeof flags === 'string' ? flags : '';
  if (/[^imsx]/.test(modifiers)) return undefined;
  const source = modifiers.includes('x') ? pattern.replaceAll(/\s+/g, '') : pattern;
  try {
    return new RegExp(source, modifiers.replace('x', '')).test(text);
  } catch (error) {
    throw badRequest(`The regular expression '${pattern}' is not valid: ${(error as Error).message}`);
  }
}

/** A text read as JSON of one type; anything else is undefined, as the service has it. */
const parsed =
  (accepts: (value: Value) => boolean): BuiltIn =>
  (text) => {
    if (typeof text !== 'string') return undefined;
    try {
      const value = JSON.parse(text) as Json;
      return accepts(value) ? value : undefined;
    } catch {
      return undefined;
    }
  };

function round(value: number, digits = 0): number {
  const scale = 10 ** digits;
  return (Math.sign(value) * Math.round(Math.abs(value) * scale)) / scale;
}

export const functions: Readonly<Record<string, BuiltIn>> = {
  ...dateFunctions,
  // strings
  CONCAT: texts((...all) => all.join('')),
  CONTAINS: comparing((a, b) => a.includes(b)),
  STARTSWITH: comparing((a, b) => a.startsWith(b)),
  ENDSWITH: comparing((a, b) => a.endsWith(b)),
  STRINGEQUALS: comparing((a, b) => a === b),
  STRING_EQUALS: comparing((a, b) => a === b),
  INDEX_OF: (text, wanted, from) =>
    typeof text === 'string' && typeof wanted === 'string'
      ? text.indexOf(wanted, typeof from === 'number' ? from : 0)
      : undefined,
  LENGTH: texts((text) => text.length),
  LOWER: texts((text) => text.toLowerCase()),
  UPPER: texts((text) => text.toUpperCase()),
  LTRIM: texts((text, chars) => (chars ? text.replace(new RegExp(`^[${escaped(chars)}]+`), '') : text.trimStart())),
  RTRIM: texts((text, chars) => (chars ? text.replace(new RegExp(`[${escaped(chars)}]+$`), '') : text.trimEnd())),
  TRIM: texts((text, chars) =>
    chars ? text.replaceAll(new RegExp(`^[${escaped(chars)}]+|[${escaped(chars)}]+$`, 'g'), '') : text.trim(),
  ),
  LEFT: (text, count) =>
    typeof text === 'string' && typeof count === 'number' ? text.slice(0, Math.max(count, 0)) : undefined,
  RIGHT: (text, count) =>
    typeof text === 'string' && typeof count === 'number' ? (count > 0 ? text.slice(-count) : '') : undefined,
  SUBSTRING: (text, start, length) =>
    typeof text === 'string' && typeof start === 'number' && typeof length === 'number'
      ? text.slice(Math.max(start, 0), Math.max(start, 0) + Math.max(length, 0))
      : undefined,
  REPLACE: texts((text, from, to) => text.replaceAll(from, () => to)),
  REPLICATE: (text, count) =>
    typeof text === 'string' && typeof count === 'number' && count >= 0 ? text.repeat(count) : undefined,
  REVERSE: texts((text) => Array.from(text).reverse().join('')),
  STRINGSPLIT: texts((text, by) => text.split(by)),
  STRINGJOIN: ofArray((array, by) =>
    typeof by === 'string' && array.every((item) => typeof item === 'string') ? array.join(by) : undefined,
  ),
  REGEXMATCH: regexMatch,
  TOSTRING: (value) => (value === undefined || typeof value === 'string' ? value : JSON.stringify(value)),
  STRINGTONUMBER: parsed((value) => typeof value === 'number'),
  STRINGTOBOOLEAN: parsed((value) => typeof value === 'boolean'),
  STRINGTONULL: parsed((value) => value === null),
  STRINGTOARRAY: parsed((value) => Array.isArray(value)),
  STRINGTOOBJECT: parsed(isObject),
  // numbers
  ABS: numbers(Math.abs),
  ACOS: numbers(Math.acos),
  ASIN: numbers(Math.asin),
  ATAN: numbers(Math.atan),
  ATN2: numbers(Math.atan2),
  CEILING: numbers(Math.ceil),
  COS: numbers(Math.cos),
  COT: numbers((x) => 1 / Math.tan(x)),
  DEGREES: numbers((x) => (x * 180) / Math.PI),
  EXP: numbers(Math.exp),
  FLOOR: numbers(Math.floor),
  LOG: numbers((x, base) => (base === undefined ? Math.log(x) : Math.log(x) / Math.log(base))),
  LOG10: numbers(Math.log10),
  PI: () => Math.PI,
  POWER: numbers(Math.pow),
  RADIANS: numbers((x) => (x * Math.PI) / 180),
  RAND: () => Math.random(),
  ROUND: numbers(round),
  SIGN: numbers(Math.sign),
  SIN: numbers(Math.sin),
  SQRT: numbers(Math.sqrt),
  SQUARE: numbers((x) => x * x),
  TAN: numbers(Math.tan),
  TRUNC: numbers(Math.trunc),
  NUMBERBIN: numbers((x, size) => Math.floor(x / (size ?? 1)) * (size ?? 1)),
  INTADD: numbers((a, b) => a + b),
  INTSUB: numbers((a, b) => a - b),
  INTMUL: numbers((a, b) => a * b),
  INTDIV: numbers((a, b) => Math.trunc(a / b)),
  INTMOD: numbers((a, b) => a % b),
  // types
  IS_ARRAY: (value) => Array.isArray(value),
  IS_BOOL: (value) => typeof value === 'boolean',
  IS_DEFINED: (value) => value !== undefined,
  IS_FINITE_NUMBER: (value) => typeof value === 'number' && Number.isFinite(value),
  IS_INTEGER: (value) => Number.isInteger(value),
  IS_NULL: (value) => value === null,
  IS_NUMBER: (value) => typeof value === 'number',
  IS_OBJECT: isObject,
  IS_PRIMITIVE: (value) => typeRank(value) > 0 && typeRank(value) < 5,
  IS_STRING: (value) => typeof value === 'string',
  TYPE: (value) =>
    value === undefined ? undefined : ['null', 'boolean', 'number', 'string', 'array', 'object'][typeRank(value) - 1],
  // arrays and objects
  ARRAY_AVG: ofArray((array) =>
    array.length && array.every((item) => typeof item === 'number')
      ? array.reduce((sum, item) => sum + item, 0) / array.length
      : undefined,
  ),
  ARRAY_CONCAT: (...arrays) => (arrays.every((array) => Array.isArray(array)) ? arrays.flat(1) : undefined),
  ARRAY_CONTAINS: ofArray((array, wanted, partial) => array.some((item) => matches(item, wanted, partial === true))),
  ARRAY_CONTAINS_ANY: ofArray((array, ...wanted) => wanted.some((item) => contains(array, item))),
  ARRAY_CONTAINS_ALL: ofArray((array, ...wanted) => wanted.every((item) => contains(array, item))),
  ARRAY_LENGTH: ofArray((array) => array.length),
  ARRAY_SLICE: ofArray(slice),
  CHOOSE: (index, ...values) => (typeof index === 'number' ? values[index - 1] : undefined),
  IIF: (test, then, otherwise) => (test === true ? then : otherwise),
  OBJECTTOARRAY: (value, key, content) =>
    isObject(value)
      ? Object.entries(value).map(([k, v]) => ({
          [typeof key === 'string' ? key : 'k']: k,
          [typeof content === 'string' ? content : 'v']: v,
        }))
      : undefined,
  SETINTERSECT: ofArrays((a, b) => unique(a.filter((item) => contains(b, item)))),
  SETUNION: ofArrays((a, b) => unique([...a, ...b])),
  SETDIFFERENCE: ofArrays((a, b) => unique(a.filter((item) => !contains(b, item)))),
};

function escaped(chars: string): string {
  return chars.replaceAll(/[\\\]^-]/g, String.raw`\$&`);
}
