import { ExpressionError } from '../../errors.ts';
import { hashCode } from '../hash-code.ts';
import { fullName, isArray, namespaceOf, netType, shortName, types, type NetType } from '../net-type.ts';
import { fromPlain } from '../plain-values.ts';
import { typeOfValue } from '../runtime-type.ts';
import type { TypeArguments } from '../type-arguments.ts';
import { typeTable, type TypeTable } from '../type-table.ts';
import { TypeValue } from '../type-value.ts';
import { equals, exceptionType, nullReference, toText } from '../values.ts';

export const objectType = typeTable('class object', {
  'new()': () => ({}),
  'ToString(): string': toText,
  'Equals(object other): bool': equals,
  'GetHashCode(): int': hashCode,
  'typed GetType(): Type': (value: unknown, by: TypeArguments) => TypeValue.of(typeOfValue(value, by.registry)),
  'static Equals(object left, object right): bool': equals,
  'static ReferenceEquals(object left, object right): bool': (left: unknown, right: unknown) =>
    left === right && (left === null || typeof left === 'object' || typeof left === 'string'),
});

const letters = ['A', 'B', 'C', 'D', 'E', 'F', 'G', 'H'];

/** `Func` and `Action` of up to seven arguments. */
export const delegateTypes = [
  ...Array.from({ length: 8 }, (_, count) => {
    const own = letters.slice(0, count);
    const list = own.map((letter) => `${letter} ${letter.toLowerCase()}`).join(', ');
    return [
      [typeTable(`class System.Func<${[...own, 'R'].join(', ')}>`, { [`Invoke(${list}): R`]: call })],
      [typeTable(`class System.Action${count ? `<${own.join(', ')}>` : ''}`, { [`Invoke(${list}): void`]: call })],
    ] as const;
  }).flat(),
  [typeTable('class System.Predicate<T>', { 'Invoke(T value): bool': call })] as const,
  [typeTable('class System.Comparison<T>', { 'Invoke(T left, T right): int': call })] as const,
  [typeTable('class System.Converter<T, R>', { 'Invoke(T value): R': call })] as const,
  [typeTable('class System.Text.RegularExpressions.MatchEvaluator', { 'Invoke(Match match): string': call })] as const,
];

function call(target: (...values: unknown[]) => unknown, ...values: unknown[]): unknown {
  return target(...values);
}

export const voidType = typeTable('struct System.void', {});

export const nullableType = typeTable('struct System.Nullable<T>', {
  'new(T value)': (value: unknown) => value,
  'HasValue: bool': (value: unknown) => value !== null && value !== undefined,
  'Value: T': (value: unknown) => {
    if (value === null || value === undefined)
      throw new ExpressionError('InvalidOperationException', 'Nullable object must have a value.');
    return value;
  },
  'typed GetValueOrDefault(): T': (value: unknown, by: TypeArguments) => value ?? zeroOf(by.of('T'), by),
  'GetValueOrDefault(T fallback): T': (value: unknown, fallback: unknown) => value ?? fallback,
  'typed GetType(): Type': (value: unknown, by: TypeArguments) => {
    if (value === null || value === undefined) throw nullReference();
    return TypeValue.of(typeOfValue(value, by.registry));
  },
  'ToString(): string': toText,
  'Equals(object other): bool': (value: unknown, other: unknown) => equals(value ?? null, other),
  'GetHashCode(): int': (value: unknown) => (value === null || value === undefined ? 0 : hashCode(value)),
});

function zeroOf(type: NetType, by: TypeArguments): unknown {
  if (type === types.bool) return false;
  const change = fromPlain(type);
  if (type === types.int) return 0;
  if (change) return change(type === types.char ? '\0' : type.name.endsWith('long') ? 0n : 0);
  return by.registry.tableOf(type)?.statics.get('default')?.[0]?.call() ?? null;
}

export const typeType = typeTable('class System.Type', {
  'Name: string': ({ type }: TypeValue) => shortName(type),
  'FullName: string': ({ type }: TypeValue) => fullName(type),
  'Namespace: string': ({ type }: TypeValue) => namespaceOf(type),
  'IsArray: bool': ({ type }: TypeValue) => isArray(type),
  'typed IsValueType: bool': ({ type }: TypeValue) => ['int', 'bool', 'long'].includes(type.name),
  'IsGenericType: bool': ({ type }: TypeValue) => type.args.length > 0 && !isArray(type),
  'typed BaseType: Type': ({ type }: TypeValue) => TypeValue.of(netType(type.name === 'object' ? 'object' : 'object')),
});

const systemExceptions = [
  ...['ArgumentException', 'InvalidOperationException', 'FormatException', 'NullReferenceException'],
  ...['InvalidCastException', 'NotSupportedException', 'NotImplementedException', 'ArithmeticException'],
  ...['IndexOutOfRangeException', 'TimeoutException', 'UnauthorizedAccessException', 'ApplicationException'],
  ...['SystemException', 'OutOfMemoryException', 'RankException', 'ArrayTypeMismatchException'],
];

/** What an exception says that was given no words. */
const defaultMessages: Readonly<Record<string, string>> = {
  ArgumentException: 'Value does not fall within the expected range.',
  ArgumentNullException: 'Value cannot be null.',
  ArgumentOutOfRangeException: 'Specified argument was out of the range of valid values.',
  InvalidOperationException: 'Operation is not valid due to the current state of the object.',
  FormatException: 'One of the identified items was in an invalid format.',
  NullReferenceException: 'Object reference not set to an instance of an object.',
  InvalidCastException: 'Specified cast is not valid.',
  NotSupportedException: 'Specified method is not supported.',
  NotImplementedException: 'The method or operation is not implemented.',
  ArithmeticException: 'Overflow or underflow in the arithmetic operation.',
  OverflowException: 'Arithmetic operation resulted in an overflow.',
  DivideByZeroException: 'Attempted to divide by zero.',
  IndexOutOfRangeException: 'Index was outside the bounds of the array.',
  KeyNotFoundException: 'The given key was not present in the dictionary.',
  TimeoutException: 'The operation has timed out.',
  UnauthorizedAccessException: 'Attempted to perform an unauthorized operation.',
  ApplicationException: 'Error in the application.',
  SystemException: 'System error.',
  OutOfMemoryException: 'Insufficient memory to continue the execution of the program.',
  ArrayTypeMismatchException: 'Attempted to access an element as a type incompatible with the array.',
};

function exception(path: string, base: string, more: Parameters<typeof typeTable>[1] = {}): TypeTable {
  const name = path.slice(path.lastIndexOf('.') + 1);
  const isArgument = base === 'ArgumentException';
  return typeTable(`class ${path} : ${base}`, {
    ...more,
    'new()': () => new ExpressionError(name, defaultMessages[name] ?? `Exception of type '${path}' was thrown.`),
    'new(string message)': (message: string | null) =>
      new ExpressionError(
        name,
        isArgument ? argumentMessage(name, message) : (message ?? `Exception of type '${path}' was thrown.`),
      ),
    ...(name === 'ArgumentOutOfRangeException' && {
      'new(string parameter, object actualValue, string message)': (
        parameter: string,
        actual: unknown,
        message: string,
      ) =>
        new ExpressionError(
          name,
          `${message}\r\nParameter name: ${parameter}${actual === null ? '' : `\r\nActual value was ${toText(actual)}.`}`,
        ),
    }),
    'new(string message, Exception inner)': (message: string, inner: Error) =>
      Object.assign(new ExpressionError(name, message), { cause: inner }),
    ...(isArgument && {
      'new(string parameter, string message)': (parameter: string, message: string) =>
        new ExpressionError(name, `${message}\r\nParameter name: ${parameter}`),
    }),
    ...(name === 'ArgumentException' && {
      'ParamName: string': ({ message }: Error) => /\r\nParameter name: (.*)/.exec(message)?.[1] ?? null,
      'new(string message, string parameter)': (message: string, parameter: string) =>
        new ExpressionError(name, `${message}\r\nParameter name: ${parameter}`),
    }),
  });
}

/** The one text that these exceptions take is a parameter's name. */
function argumentMessage(name: string, parameter: string | null): string {
  const text = defaultMessages[name] ?? '';
  return parameter === null ? text : `${text}\r\nParameter name: ${parameter}`;
}

/** `ToString()` of an exception carries no stack here. */
const exceptionBase = typeTable('class System.Exception', {
  'new()': () => new ExpressionError('Exception', "Exception of type 'System.Exception' was thrown."),
  'new(string message)': (message: string | null) =>
    new ExpressionError('Exception', message ?? "Exception of type 'System.Exception' was thrown."),
  'new(string message, Exception inner)': (message: string, inner: Error) =>
    Object.assign(new ExpressionError('Exception', message), { cause: inner }),
  'Message: string': (error: Error) => error.message,
  'StackTrace: string': () => null,
  'Source: string': () => null,
  'InnerException: Exception': (error: Error) => error.cause ?? null,
  'GetBaseException(): Exception': (error: Error) => {
    let at = error;
    while (at.cause instanceof Error) at = at.cause;
    return at;
  },
  'ToString(): string': (error: Error) => `${exceptionType(error)}: ${error.message}`,
});

export const exceptionTypes: readonly (readonly [TypeTable, ...unknown[]])[] = [
  [exceptionBase, Error],
  ...systemExceptions.map((name) => [exception(`System.${name}`, 'Exception')] as const),
  [exception('System.ArgumentNullException', 'ArgumentException')],
  [exception('System.ArgumentOutOfRangeException', 'ArgumentException')],
  [exception('System.OverflowException', 'ArithmeticException')],
  [exception('System.DivideByZeroException', 'ArithmeticException')],
  [exception('System.UriFormatException', 'FormatException')],
  [exception('System.TimeZoneNotFoundException', 'Exception')],
  [exception('System.InvalidTimeZoneException', 'Exception')],
  [exception('System.Text.RegularExpressions.RegexMatchTimeoutException', 'TimeoutException')],
  [exception('System.Globalization.CultureNotFoundException', 'ArgumentException')],
  [exception('System.Collections.Generic.KeyNotFoundException', 'Exception')],
  [exception('System.Security.Cryptography.CryptographicException', 'Exception')],
  [exception('System.Text.DecoderFallbackException', 'ArgumentException')],
  [exception('Microsoft.CSharp.RuntimeBinder.RuntimeBinderException', 'Exception')],
  [
    exception('System.Xml.XmlException', 'Exception', {
      'LineNumber: int': ({ message }: Error) => Number(/Line (\d+), position/.exec(message)?.[1] ?? 0),
      'LinePosition: int': ({ message }: Error) => Number(/position (\d+)\.$/.exec(message)?.[1] ?? 0),
    }),
  ],
  [exception('Newtonsoft.Json.JsonException', 'Exception')],
  [exception('Newtonsoft.Json.JsonReaderException', 'JsonException')],
  [exception('Newtonsoft.Json.JsonSerializationException', 'JsonException')],
];
