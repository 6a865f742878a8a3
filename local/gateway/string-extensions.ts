import { parseBasic } from './basic-credentials.ts';
import { typeTable } from './expressions/type-table.ts';
import { Jwt } from './jwt.ts';

type Out = (value: unknown) => void;

/** What API Management adds to `string`. */
export const stringExtensions = typeTable('static StringExtensions', {
  'static AsJwt(this string input): Jwt': (text: string | null) => Jwt.parse(text ?? ''),
  'static TryParseJwt(this string input, out Jwt result): bool': (text: string | null, set: Out) => {
    const found = Jwt.parse(text ?? '');
    set(found);
    return found !== null;
  },
  'static AsBasic(this string input): BasicAuthCredentials': (text: string | null) => parseBasic(text ?? ''),
  'static TryParseBasic(this string input, out BasicAuthCredentials result): bool': (text: string | null, set: Out) => {
    const found = parseBasic(text ?? '');
    set(found);
    return found !== null;
  },
});
