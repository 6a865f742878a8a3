/** One parameter of a .NET member, as its signature declares it. */
export interface Parameter {
  name: string;
  type: string;
  optional: boolean;
  /** `params`: takes all that is left, as an array. */
  rest: boolean;
}

export interface Member {
  name: string;
  kind: 'property' | 'method' | 'indexer' | 'constructor';
  static: boolean;
  /** Takes a type argument, which the implementation gets after the target. */
  generic: boolean;
  parameters: readonly Parameter[];
  returns: string;
  call(...args: unknown[]): unknown;
}

/** The members of one .NET type that expressions may use. */
export interface TypeTable {
  name: string;
  base: string | undefined;
  members: ReadonlyMap<string, readonly Member[]>;
  statics: ReadonlyMap<string, readonly Member[]>;
  constructors: readonly Member[];
  indexers: readonly Member[];
}

/**
 * Builds a type's table from signatures and what they do:
 * `'Length: int'`, `'Substring(int start, int length?): string'`, `'static Join(string separator, params object values): string'`,
 * `'Value<T>(string key): T'`, `'new(string text)'`, `'this[int index]: char'`.
 * An implementation gets the target (unless static or `new`), the type argument if generic, then the arguments as
 * plain JavaScript values: int and double as number, long as bigint, char as a string of one unit.
 */
export function typeTable(
  name: string,
  signatures: Readonly<Record<string, (...args: never[]) => unknown>>,
  base?: string,
): TypeTable {
  const members = new Map<string, Member[]>();
  const statics = new Map<string, Member[]>();
  const constructors: Member[] = [];
  const indexers: Member[] = [];
  for (const [signature, implementation] of Object.entries(signatures)) {
    const member = parseSignature(signature, implementation as (...args: unknown[]) => unknown, name);
    if (member.kind === 'constructor') constructors.push(member);
    else if (member.kind === 'indexer') indexers.push(member);
    else {
      const map = member.static ? statics : members;
      map.set(member.name, [...(map.get(member.name) ?? []), member]);
    }
  }
  return { name, base, members, statics, constructors, indexers };
}

const pattern = /^(static )?(?:(new)|(this)|(\w+))(<T>)?(?:([([])([^)]*?)[)\]](?=$|: ))?(?:: (.+))?$/;

function parseSignature(signature: string, call: (...args: unknown[]) => unknown, type: string): Member {
  const match = pattern.exec(signature);
  if (!match) throw new Error(`"${signature}" of ${type} is no signature`);
  const [, isStatic, isNew, isThis, name = '', generic, bracket, list = '', returns = type] = match;
  const kind = isNew ? 'constructor' : isThis ? 'indexer' : bracket ? 'method' : 'property';
  const parameters = list.trim() === '' ? [] : list.split(', ').map(parseParameter);
  return { name, kind, static: Boolean(isStatic), generic: Boolean(generic), parameters, returns, call };
}

function parseParameter(text: string): Parameter {
  const words = text.split(' ');
  const rest = words[0] === 'params';
  const [type = '', name = ''] = rest ? words.slice(1) : words;
  const optional = name.endsWith('?');
  return { name: name.replace('?', ''), type, optional, rest };
}
