import type { TypeTable } from './expressions/type-table.ts';
import { typeTable } from './expressions/type-table.ts';
import { parseBasic } from './basic-credentials.ts';
import { Jwt } from './jwt.ts';

type Out = (value: unknown) => void;

const additions = typeTable('string', {
  'AsJwt(): Jwt': (text: string) => Jwt.parse(text),
  'TryParseJwt(out value): bool': (text: string, set: Out) => {
    const found = Jwt.parse(text);
    set(found);
    return found !== null;
  },
  'AsBasic(): BasicAuthCredentials': parseBasic,
  'TryParseBasic(out value): bool': (text: string, set: Out) => {
    const found = parseBasic(text);
    set(found);
    return found !== null;
  },
});

/** Adds what API Management adds to `string`. */
export function stringExtensions(table: TypeTable): TypeTable {
  return { ...table, members: new Map([...table.members, ...additions.members]) };
}
