import type { Node, Pattern } from './syntax.ts';
import type { TokenReader } from './token-reader.ts';

/** A type, with a variable or without; undefined if none stands there. */
export function typePattern(reader: TokenReader): Pattern | undefined {
  const type = reader.type(false);
  if (!type) return undefined;
  const next = reader.token;
  const isNamed = next.kind === 'name' && !['as', 'is', 'and', 'or', 'when'].includes(next.text);
  const variable = isNamed ? reader.name('a variable') : undefined;
  if (type.name === 'var' && variable !== undefined) return { kind: 'var', variable };
  return { kind: 'type', type, variable };
}

/** What stands between `case` and its colon. */
export function casePattern(reader: TokenReader & { expression(): Node }): Pattern {
  const token = reader.token;
  if (token.kind === 'name' && !['null', 'true', 'false'].includes(token.text)) {
    const pattern = reader.attempt(() => {
      const found = typePattern(reader);
      const isEnd = reader.is(':') || reader.is('when');
      // A type needs a variable here: a bare name is a constant.
      const isPattern = found?.kind === 'var' || (found?.kind === 'type' && found.variable !== undefined);
      return isEnd && isPattern ? found : undefined;
    });
    if (pattern) return pattern;
  }
  return { kind: 'constant', value: reader.expression() };
}
