import type { Argument, Initializer, Node } from './syntax.ts';
import type { TokenReader } from './token-reader.ts';

type ExpressionReader = TokenReader & { expression(): Node; arguments(close: string): Argument[] };

/** What follows the word `new`: an object, an array or an anonymous object, with its initializer. */
export function parseNew(reader: ExpressionReader, at: number): Node {
  if (reader.take('{')) return { kind: 'newAnonymous', members: anonymousMembers(reader), at };
  if (reader.is('[') && reader.is(']', 1)) {
    reader.index += 2;
    return { kind: 'newArray', type: undefined, size: undefined, items: parseItems(reader), at };
  }
  const type = reader.type() ?? reader.fail('a type is missing after "new"');
  if (type.ranks > 0)
    return {
      kind: 'newArray',
      type: { ...type, ranks: type.ranks - 1 },
      size: undefined,
      items: parseItems(reader),
      at,
    };
  const nullable = reader.take('?[');
  if (nullable || reader.take('[')) {
    const size = reader.expression();
    reader.expect(']');
    let ranks = 0;
    while (reader.is('[') && reader.is(']', 1)) {
      reader.index += 2;
      ranks++;
    }
    const element = { ...type, nullable: type.nullable || nullable, ranks };
    return { kind: 'newArray', type: element, size, items: reader.is('{') ? parseItems(reader) : undefined, at };
  }
  const given = reader.take('(') ? reader.arguments(')') : undefined;
  const initializer = reader.is('{') ? parseInitializer(reader) : undefined;
  if (!given && !initializer) reader.fail(`arguments are missing after "new ${type.name}"`);
  return { kind: 'new', type, arguments: given ?? [], initializer, at };
}

function parseItems(reader: ExpressionReader): Node[] {
  reader.expect('{', 'before the elements of an array');
  const items: Node[] = [];
  while (!reader.is('}')) {
    items.push(reader.expression());
    if (!reader.take(',')) break;
  }
  reader.expect('}');
  return items;
}

function anonymousMembers(reader: ExpressionReader): { name: string; value: Node }[] {
  const members: { name: string; value: Node }[] = [];
  while (!reader.is('}')) {
    if (reader.token.kind === 'name' && reader.is('=', 1)) {
      const name = reader.name('a property');
      reader.index++;
      members.push({ name, value: reader.expression() });
    } else {
      const value = reader.expression();
      if (value.kind !== 'name' && value.kind !== 'member') reader.fail('this property needs a name', value.at);
      members.push({ name: value.name, value });
    }
    if (!reader.take(',')) break;
  }
  reader.expect('}');
  return members;
}

function parseInitializer(reader: ExpressionReader): Initializer {
  const entries: Initializer[number][] = [];
  reader.expect('{');
  while (!reader.is('}')) {
    if (reader.take('[')) {
      const index = reader.expression();
      reader.expect(']');
      reader.expect('=');
      entries.push({ kind: 'index', index, value: reader.expression() });
    } else if (reader.is('{')) entries.push({ kind: 'add', arguments: parseItems(reader) });
    else if (reader.token.kind === 'name' && reader.is('=', 1)) {
      const name = reader.name('a property');
      reader.index++;
      entries.push({ kind: 'property', name, value: reader.expression() });
    } else entries.push({ kind: 'add', arguments: [reader.expression()] });
    if (!reader.take(',')) break;
  }
  reader.expect('}');
  return entries;
}
