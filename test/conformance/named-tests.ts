import { glob, readFile } from 'node:fs/promises';
import path from 'node:path';

const root = path.join(import.meta.dirname, '../..');

/** A test that is named `<server>: <feature>: <what holds>`. */
export interface NamedTest {
  feature: string;
  what: string;
  /** Relative to the repository. */
  file: string;
}

/** The tests of a server by their names, in the order of the files. */
export async function namedTests(folder: string): Promise<NamedTest[]> {
  const server = path.basename(folder);
  const name = new RegExp(
    String.raw`test\(\s*(?<quote>['"\`])${server}: (?<rest>(?:\\.|(?!\k<quote>).)+)\k<quote>`,
    'g',
  );
  const files = [];
  for await (const file of glob(`${folder}/**/*.test.ts`, { cwd: root })) files.push(file);
  const tests: NamedTest[] = [];
  for (const file of files.sort()) {
    const text = await readFile(path.join(root, file), 'utf8');
    for (const { groups } of text.matchAll(name)) {
      // A test for each of a list: what differs stands for itself.
      const title = groups!['rest']!.replaceAll(/\$\{[^}]*\}/g, '…').replaceAll(/\\(.)/g, '$1');
      const [feature, ...what] = title.split(': ');
      if (what.length > 0) tests.push({ feature: feature!, what: what.join(': '), file });
    }
  }
  return tests;
}

/** A test as a link to its file, for a document in `from`. */
export function linkTo(test: NamedTest, text: string, from: string): string {
  return `[${text}](${path.relative(from, test.file)})`;
}

/** Text as a cell of a table holds it. */
export function cell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('<', '&lt;');
}
