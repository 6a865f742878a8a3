/** A .NET type as the compiler knows it: `List<int>` is `List` with one argument. Equal types are one object. */
export interface NetType {
  /** C#'s name without arguments; `[]` for an array, `?` for a nullable. */
  readonly name: string;
  readonly args: readonly NetType[];
  /** How C# writes it, which tells types apart. */
  readonly key: string;
  /** A type parameter such as `T`, which inference replaces. */
  readonly isParameter: boolean;
  /** What an anonymous type has. */
  readonly fields: ReadonlyMap<string, NetType> | undefined;
}

const known = new Map<string, NetType>();

/** The type of that name, made once. */
export function netType(name: string, args: readonly NetType[] = []): NetType {
  const key = keyOf(name, args);
  return known.get(key) ?? remember({ name, args, key, isParameter: false, fields: undefined });
}

/** A type parameter. Two of one name are one type, which does no harm: they never meet. */
export function parameterType(name: string): NetType {
  const key = `'${name}`;
  return known.get(key) ?? remember({ name, args: [], key, isParameter: true, fields: undefined });
}

export function anonymousType(fields: ReadonlyMap<string, NetType>): NetType {
  const key = `<${[...fields].map(([name, type]) => `${name}:${type.key}`).join(', ')}>`;
  return known.get(key) ?? remember({ name: '<>', args: [], key, isParameter: false, fields });
}

function remember(type: NetType): NetType {
  // Expressions name few types; a hostile one must not fill the memory.
  if (known.size < 50_000) known.set(type.key, type);
  return type;
}

function keyOf(name: string, args: readonly NetType[]): string {
  if (args.length === 0) return name;
  if (name === '[]' || name === '?') return `${args[0]?.key}${name}`;
  return `${name}<${args.map(({ key }) => key).join(', ')}>`;
}

export const arrayOf = (element: NetType): NetType => netType('[]', [element]);
export const nullableOf = (type: NetType): NetType => (isNullable(type) ? type : netType('?', [type]));
export const isArray = (type: NetType): boolean => type.name === '[]';
export const isNullable = (type: NetType): boolean => type.name === '?';
/** `int` for `int?`, and the type itself otherwise. */
export const underlying = (type: NetType): NetType => (isNullable(type) ? (type.args[0] as NetType) : type);

export const types = {
  object: netType('object'),
  dynamic: netType('dynamic'),
  void: netType('void'),
  null: netType('null'),
  bool: netType('bool'),
  int: netType('int'),
  uint: netType('uint'),
  long: netType('long'),
  ulong: netType('ulong'),
  byte: netType('byte'),
  char: netType('char'),
  float: netType('float'),
  double: netType('double'),
  decimal: netType('decimal'),
  string: netType('string'),
  exception: netType('Exception'),
  token: netType('JToken'),
} as const;

export type Substitution = ReadonlyMap<string, NetType>;

/** Puts types in the place of type parameters. */
export function substitute(type: NetType, by: Substitution): NetType {
  if (by.size === 0) return type;
  if (type.isParameter) return by.get(type.name) ?? type;
  if (type.args.length === 0) return type;
  return netType(
    type.name,
    type.args.map((arg) => substitute(arg, by)),
  );
}

export function mentionsParameter(type: NetType): boolean {
  return type.isParameter || type.args.some(mentionsParameter);
}

/** Aliases that C# has keywords for. */
export const keywordOf: Readonly<Record<string, string>> = {
  String: 'string',
  Int32: 'int',
  Int64: 'long',
  Int16: 'short',
  UInt32: 'uint',
  UInt64: 'ulong',
  UInt16: 'ushort',
  Byte: 'byte',
  SByte: 'sbyte',
  Boolean: 'bool',
  Double: 'double',
  Single: 'float',
  Decimal: 'decimal',
  Char: 'char',
  Object: 'object',
  Void: 'void',
};
const clrNames = new Map(Object.entries(keywordOf).map(([clr, keyword]) => [keyword, clr]));

/** `Name` of a type: `Int32`, ``List`1``, `String[]`. */
export function shortName(type: NetType): string {
  if (isArray(type)) return `${shortName(type.args[0] as NetType)}[]`;
  if (isNullable(type)) return 'Nullable`1';
  if (type.fields) return `<>f__AnonymousType0\`${type.fields.size}`;
  const name = clrNames.get(type.name) ?? type.name;
  return type.args.length ? `${name}\`${type.args.length}` : name;
}

const namespaces = new Map<string, string>();

/** Registers where a type lives, for `FullName`. */
export function declareNamespace(name: string, arity: number, namespace: string): void {
  namespaces.set(`${name}\`${arity}`, namespace);
}

export function namespaceOf(type: NetType): string {
  if (isArray(type)) return namespaceOf(type.args[0] as NetType);
  return namespaces.get(`${type.name}\`${type.args.length}`) ?? 'System';
}

/** What `ToString()` of a `Type` gives: ``System.Collections.Generic.List`1[System.Int32]``. */
export function displayName(type: NetType): string {
  if (isArray(type)) return `${displayName(type.args[0] as NetType)}[]`;
  const args = type.fields ? [...type.fields.values()] : type.args;
  const plain = type.fields ? shortName(type) : `${namespaceOf(type)}.${shortName(type)}`;
  return args.length ? `${plain}[${args.map(displayName).join(',')}]` : plain;
}

const core = ', mscorlib, Version=4.0.0.0, Culture=neutral, PublicKeyToken=b77a5c561934e089';

/** `FullName` of a type, whose arguments carry their assembly. */
export function fullName(type: NetType): string {
  if (isArray(type)) return `${fullName(type.args[0] as NetType)}[]`;
  const plain = `${namespaceOf(type)}.${shortName(type)}`;
  return type.args.length ? `${plain}[${type.args.map((arg) => `[${fullName(arg)}${core}]`).join(',')}]` : plain;
}
