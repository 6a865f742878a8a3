import type { Node } from './syntax.ts';
import type { TokenReader } from './token-reader.ts';

type ExpressionReader = TokenReader & { expression(): Node };

/** Stands for all variables of a query once there are several. No name of C# looks like it. */
const row = '<row>';

/** Whether a query begins here: `from x in items` or `from T x in items`. */
export function isQuery(reader: TokenReader): boolean {
  if (!reader.is('from') || reader.peek().kind !== 'name') return false;
  if (reader.is('in', 2)) return true;
  const start = reader.index;
  reader.index++;
  const typed = reader.type() !== undefined && reader.token.kind === 'name' && reader.is('in', 1);
  reader.index = start;
  return typed;
}

/** A query as the calls that C# makes of it (ECMA-334, "Query expression translation"). */
export function parseQuery(reader: ExpressionReader): Node {
  let { items, name } = source(reader, 'from');
  let names = [name];
  let isBare = true;
  for (;;) {
    const { at } = reader.token;
    const call = (method: string, ...given: Node[]): Node => ({
      kind: 'call',
      target: { kind: 'member', target: items, name: method, typeArguments: [], at },
      arguments: given.map((value) => ({ name: undefined, out: undefined, value })),
      at,
    });
    if (reader.is('from')) {
      const inner = source(reader, 'from');
      items = call('SelectMany', over(names, inner.items), joined(names, inner.name, at));
      names = [...names, inner.name];
    } else if (reader.take('let')) {
      const added = reader.name('a variable');
      reader.expect('=');
      items = call('Select', over(names, widened(names, added, reader.expression(), at)));
      names = [...names, added];
    } else if (reader.take('where')) items = call('Where', over(names, reader.expression()));
    else if (reader.is('join')) {
      const inner = source(reader, 'join');
      reader.expect('on');
      const outerKey = over(names, reader.expression());
      reader.expect('equals');
      const innerKey = over([inner.name], reader.expression());
      const group = reader.take('into') ? reader.name('a variable') : undefined;
      const added = group ?? inner.name;
      items = call(group ? 'GroupJoin' : 'Join', inner.items, outerKey, innerKey, joined(names, added, at));
      names = [...names, added];
    } else if (reader.take('orderby')) {
      let method = 'OrderBy';
      do {
        const key = over(names, reader.expression());
        const descending = reader.take('descending');
        if (!descending) reader.take('ascending');
        items = {
          kind: 'call',
          target: {
            kind: 'member',
            target: items,
            name: `${method}${descending ? 'Descending' : ''}`,
            typeArguments: [],
            at,
          },
          arguments: [{ name: undefined, out: undefined, value: key }],
          at,
        };
        method = 'ThenBy';
      } while (reader.take(','));
    } else {
      if (reader.take('select')) {
        const value = reader.expression();
        if (isBare || !isVariable(value, names)) items = call('Select', over(names, value));
      } else {
        reader.expect('group', 'at the end of a query, or "select"');
        const value = reader.expression();
        reader.expect('by');
        const key = over(names, reader.expression());
        items = isVariable(value, names) ? call('GroupBy', key) : call('GroupBy', key, over(names, value));
      }
      if (!reader.take('into')) return items;
      names = [reader.name('a variable')];
    }
    isBare = false;
  }
}

/** `from x in items` and `join x in items`. */
function source(reader: ExpressionReader, word: string): { items: Node; name: string } {
  reader.expect(word);
  const { at } = reader.token;
  const type = reader.is('in', 1) ? undefined : reader.type();
  const name = reader.name('a variable');
  reader.expect('in');
  const items = reader.expression();
  if (!type) return { items, name };
  const target: Node = { kind: 'member', target: items, name: 'Cast', typeArguments: [type], at };
  return { items: { kind: 'call', target, arguments: [], at }, name };
}

const isVariable = (value: Node, names: readonly string[]) =>
  names.length === 1 && value.kind === 'name' && value.name === names[0];

/** A function of the query's variables. */
function over(names: readonly string[], body: Node): Node {
  const { at } = body;
  return { kind: 'lambda', parameters: [{ name: rowName(names), type: undefined, at }], body: within(names, body), at };
}

function joined(names: readonly string[], added: string, at: number): Node {
  const parameters = [rowName(names), added].map((name) => ({ name, type: undefined, at }));
  const value: Node = { kind: 'name', name: added, typeArguments: [], at };
  return { kind: 'lambda', parameters, body: within(names, widened(names, added, value, at)), at };
}

/** An object of all variables so far and one more. */
function widened(names: readonly string[], added: string, value: Node, at: number): Node {
  const members = names.map((name) => ({ name, value: { kind: 'name', name, typeArguments: [], at } as Node }));
  return { kind: 'newAnonymous', members: [...members, { name: added, value }], at };
}

const rowName = (names: readonly string[]) => (names.length === 1 ? (names[0] as string) : row);

/** Variables as members of the row that holds them. */
function within<T>(names: readonly string[], part: T): T {
  if (names.length === 1 || typeof part !== 'object' || part === null) return part;
  if (Array.isArray(part)) return part.map((one: unknown) => within(names, one)) as T;
  const node = part as Partial<Node>;
  if (node.kind === 'value') return part;
  if (node.kind === 'name' && names.includes(node.name as string)) {
    const { at } = part as unknown as Node;
    const target: Node = { kind: 'name', name: row, typeArguments: [], at };
    return { kind: 'member', target, name: node.name, typeArguments: [], at } as T;
  }
  return Object.fromEntries(Object.entries(part).map(([key, value]) => [key, within(names, value)])) as T;
}
