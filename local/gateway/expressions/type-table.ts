import { TextCursor } from './text-cursor.ts';
import { declareNamespace, keywordOf, netType, parameterType, type NetType } from './net-type.ts';

/** One parameter of a .NET member, as its signature declares it. */
export interface Parameter {
  name: string;
  type: NetType;
  optional: boolean;
  /** `params`: takes all that is left, as an array. */
  rest: boolean;
  /** The implementation gets a function that stores the result. */
  out: boolean;
}

export interface Member {
  name: string;
  kind: 'property' | 'method' | 'indexer' | 'constructor' | 'constant' | 'implicit';
  static: boolean;
  /** A static method whose first parameter is written `this`: it may be called as the parameter's own. */
  extension: boolean;
  /** The implementation gets the type arguments after the target. */
  typed: boolean;
  typeParameters: readonly string[];
  parameters: readonly Parameter[];
  returns: NetType;
  /** The type that declares it. */
  owner: string;
  call(...args: unknown[]): unknown;
}

/** The members of one .NET type that expressions may use. */
export interface TypeTable {
  name: string;
  kind: 'class' | 'struct' | 'interface' | 'enum' | 'static';
  parameters: readonly string[];
  bases: readonly NetType[];
  members: ReadonlyMap<string, readonly Member[]>;
  statics: ReadonlyMap<string, readonly Member[]>;
  constructors: readonly Member[];
  indexers: readonly Member[];
  /** Implicit conversions to this type. */
  implicits: readonly Member[];
}

/**
 * Builds a type's table from its header (`'struct System.DateTime'`, `'class System.Collections.Generic.List<T> : IList<T>'`)
 * and signatures with what they do:
 * `'Length: int'`, `'Substring(int start, int length?): string'`, `'static Join(string separator, params string[] values): string'`,
 * `'typed Value<T>(string key): T'`, `'new(string text)'`, `'this[int index]: char'`, `'const MaxValue: int'`,
 * `'implicit(string text)'`, `'static Where<T>(this IEnumerable<T> items, Func<T, bool> test): IEnumerable<T>'`.
 * An implementation gets the target (unless static or `new`), the type arguments if `typed`, then the arguments as
 * plain JavaScript values: int and double as number, long as bigint, char as a string of one unit.
 */
export function typeTable(
  header: string,
  signatures: Readonly<Record<string, (...args: never[]) => unknown>>,
  base?: string,
): TypeTable {
  const reader = new SignatureReader(header, []);
  const kind = (['struct', 'interface', 'enum', 'static', 'class'] as const).find((word) => reader.word(word));
  const path = reader.path();
  const parameters = reader.names();
  const name = path.slice(path.lastIndexOf('.') + 1);
  if (path.includes('.')) declareNamespace(name, parameters.length, path.slice(0, path.lastIndexOf('.')));
  const generic = new SignatureReader(base ?? (reader.mark(':') ? reader.rest() : ''), parameters);
  const bases = generic.list();
  const members = new Map<string, Member[]>();
  const statics = new Map<string, Member[]>();
  const found: Record<'constructor' | 'indexer' | 'implicit', Member[]> = {
    constructor: [],
    indexer: [],
    implicit: [],
  };
  const self = netType(
    name,
    parameters.map((parameter) => parameterType(parameter)),
  );
  for (const [signature, implementation] of Object.entries(signatures)) {
    const call = implementation as (...args: unknown[]) => unknown;
    const member = new SignatureReader(signature, parameters).member(self, call);
    if (member.kind === 'constructor' || member.kind === 'indexer' || member.kind === 'implicit')
      found[member.kind].push(member);
    else {
      const map = member.static ? statics : members;
      map.set(member.name, [...(map.get(member.name) ?? []), member]);
    }
  }
  return {
    name,
    kind: kind ?? 'class',
    parameters,
    bases,
    members,
    statics,
    constructors: found.constructor,
    indexers: found.indexer,
    implicits: found.implicit,
  };
}

class SignatureReader extends TextCursor {
  #parameters: readonly string[];

  constructor(text: string, parameters: readonly string[]) {
    super(text);
    this.#parameters = parameters;
  }

  member(self: NetType, call: (...args: unknown[]) => unknown): Member {
    const typed = this.word('typed');
    const isStatic = this.word('static');
    const isConstant = this.word('const');
    const name = this.path();
    const own = this.names();
    this.#parameters = [...this.#parameters, ...own];
    const bracket = this.mark('(') ? ')' : this.mark('[') ? ']' : undefined;
    const extension = this.word('this');
    const parameters = bracket ? this.#parameterList(bracket) : [];
    const returns = this.mark(':') ? this.type() : self;
    const kind =
      name === 'new'
        ? 'constructor'
        : name === 'this'
          ? 'indexer'
          : name === 'implicit'
            ? 'implicit'
            : bracket
              ? 'method'
              : isConstant
                ? 'constant'
                : 'property';
    return {
      name,
      kind,
      static: isStatic || isConstant,
      extension,
      typed,
      typeParameters: own,
      parameters,
      returns,
      owner: self.name,
      call,
    };
  }

  #parameterList(close: string): Parameter[] {
    const found: Parameter[] = [];
    while (!this.mark(close)) {
      const rest = this.word('params');
      const out = this.word('out');
      const type = this.type();
      const name = this.path();
      found.push({ name, type, optional: this.mark('?'), rest, out });
      if (!this.mark(',')) {
        if (!this.mark(close)) this.#fail();
        break;
      }
    }
    return found;
  }

  type(): NetType {
    const path = this.path();
    const name = path.slice(path.lastIndexOf('.') + 1);
    const args: NetType[] = [];
    if (this.mark('<')) {
      do args.push(this.type());
      while (this.mark(','));
      if (!this.mark('>')) this.#fail();
    }
    let type =
      args.length === 0 && this.#parameters.includes(name)
        ? parameterType(name)
        : netType(keywordOf[name] ?? name, args);
    for (;;) {
      if (this.text.startsWith('[]', this.at)) type = netType('[]', [type]);
      else if (this.text.startsWith('?', this.at)) type = netType('?', [type]);
      else return type;
      this.at += type.name.length;
    }
  }

  list(): NetType[] {
    const found: NetType[] = [];
    while (this.at < this.text.length) {
      found.push(this.type());
      if (!this.mark(',')) break;
    }
    return found;
  }

  names(): string[] {
    if (!this.mark('<')) return [];
    const found: string[] = [];
    do found.push(this.path());
    while (this.mark(','));
    if (!this.mark('>')) this.#fail();
    return found;
  }

  word(word: string): boolean {
    this.#blank();
    if (!this.text.startsWith(`${word} `, this.at)) return false;
    this.at += word.length;
    return true;
  }

  path(): string {
    this.#blank();
    return this.match(/[\w.]+/y) ?? this.#fail();
  }

  mark(mark: string): boolean {
    this.#blank();
    if (!this.text.startsWith(mark, this.at)) return false;
    this.at += mark.length;
    return true;
  }

  rest(): string {
    return this.text.slice(this.at);
  }

  #blank(): void {
    while (this.text[this.at] === ' ') this.at++;
  }

  #fail(): never {
    throw new Error(`"${this.text}" is no signature`);
  }
}
