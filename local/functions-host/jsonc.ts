import { readFile } from 'node:fs/promises';
import { StartError } from '../program.ts';

/**
 * A JSON file as the host reads it: a byte order mark, comments and trailing commas are fine.
 * @returns undefined where there is no such file.
 * @throws {StartError} naming the file when it is not JSON.
 */
export async function readJsonc(file: string): Promise<unknown> {
  let text;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  try {
    return JSON.parse(withoutComments(text));
  } catch (error) {
    throw new StartError(`${file} is not valid JSON: ${(error as Error).message}`);
  }
}

/** Strings are matched first, so that what looks like a comment inside one stays. */
const comments = /"(?:\\.|[^"\\])*"|\/\/[^\n]*|\/\*[^]*?\*\//g;
const trailingCommas = /"(?:\\.|[^"\\])*"|,(?=\s*[}\]])/g;

function withoutComments(text: string): string {
  const keepStrings = (match: string) => (match.startsWith('"') ? match : '');
  return text
    .replace(/^\uFEFF/, '')
    .replace(comments, keepStrings)
    .replace(trailingCommas, keepStrings);
}
