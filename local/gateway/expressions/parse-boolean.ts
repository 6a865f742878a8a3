import { ExpressionError } from '../errors.ts';

/** `bool.Parse`. Throws FormatException. */
export function parseBoolean(text: string): boolean {
  if (/^\s*true\s*$/i.test(text)) return true;
  if (/^\s*false\s*$/i.test(text)) return false;
  throw new ExpressionError('FormatException', 'String was not recognized as a valid Boolean.');
}
