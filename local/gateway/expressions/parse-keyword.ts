import { parseNew } from './parse-new.ts';
import type { Argument, Node } from './syntax.ts';
import type { TokenReader } from './token-reader.ts';

type ExpressionReader = TokenReader & { expression(): Node; arguments(close: string): Argument[] };

/** What begins with a word of the language: `new`, `default`, `typeof`, `nameof`, `checked`; undefined for other words. */
export function parseKeyword(reader: ExpressionReader, name: string, at: number): Node | undefined {
  if (name === 'new') return parseNew(reader, at);
  if (name === 'default') {
    if (!reader.take('(')) return { kind: 'default', type: undefined, at };
    const type = reader.type() ?? reader.fail('a type is missing in "default(...)"');
    reader.expect(')');
    return { kind: 'default', type, at };
  }
  if (name === 'typeof') {
    reader.expect('(');
    const type = reader.type() ?? reader.fail('a type is missing in "typeof"');
    reader.expect(')');
    return { kind: 'typeof', type, at };
  }
  if (name === 'nameof') {
    reader.expect('(');
    const inner = reader.expression();
    reader.expect(')');
    if (inner.kind !== 'name' && inner.kind !== 'member') reader.fail('"nameof" takes a name', at);
    return { kind: 'value', value: inner.name, at };
  }
  if ((name === 'checked' || name === 'unchecked') && reader.take('(')) {
    const value = reader.expression();
    reader.expect(')');
    return { kind: 'checked', checked: name === 'checked', value, at };
  }
  return undefined;
}
