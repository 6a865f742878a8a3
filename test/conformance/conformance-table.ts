import { glob, readFile } from 'node:fs/promises';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { claimsOf } from '../../local/gateway/claims.ts';
import { cell, linkTo, namedTests } from './named-tests.ts';
import { policyTable } from './policy-table.ts';

const root = path.join(import.meta.dirname, '../..');

/**
 * Where a document wants a table: `<!-- conformance: local/cosmos -->` ... `<!-- /conformance -->`, and the one of the
 * gateway's policies: `<!-- conformance: policies -->`.
 */
const section = /<!-- conformance: (?<folder>\S+) -->\n[^]*?<!-- \/conformance -->/g;

interface Row {
  feature: string;
  supported: 'yes' | 'no';
  what: string;
  proof: string;
}

/** The documents that hold tables, relative to the repository. */
export async function documentsWithTables(): Promise<string[]> {
  const documents = [];
  for await (const file of glob('docs/**/*.md', { cwd: root })) {
    if ((await readFile(path.join(root, file), 'utf8')).includes('<!-- conformance: ')) documents.push(file);
  }
  return documents.sort();
}

/** A document with its tables made anew from the names of the tests and the lists of what is not supported. */
export async function withTables(document: string): Promise<string> {
  const text = await readFile(path.join(root, document), 'utf8');
  const folders = [...text.matchAll(section)].map(({ groups }) => groups!['folder']!);
  const tables = new Map<string, string>();
  for (const folder of folders) tables.set(folder, await table(folder, path.dirname(document)));
  return text.replaceAll(section, (...match) => {
    const { folder } = match.at(-1) as { folder: string };
    return `<!-- conformance: ${folder} -->\n${tables.get(folder)!}\n<!-- /conformance -->`;
  });
}

async function table(folder: string, from: string): Promise<string> {
  if (folder === 'policies') return policyTable(from);
  const rows = [...(await testedRows(folder, from)), ...(await unsupportedRows(folder))];
  const lines = rows.map(({ feature, supported, what, proof }) => `| ${feature} | ${supported} | ${what} | ${proof} |`);
  return ['| feature | supported | what holds | proof |', '|---|---|---|---|', ...lines].join('\n');
}

/** One row for each test that is not in the table of policies, by feature. */
async function testedRows(folder: string, from: string): Promise<Row[]> {
  const tests = (await namedTests(folder)).filter(({ feature }) => !claimsOf(feature));
  const rows = tests.map((test): Row => ({
    feature: cell(test.feature),
    supported: 'yes',
    what: cell(test.what),
    proof: linkTo(test, path.relative(folder, test.file), from),
  }));
  return rows.sort((one, other) => (one.feature < other.feature ? -1 : one.feature > other.feature ? 1 : 0));
}

/** What `unsupported.ts` of the folder exports as `unsupported`: features, and what the server does instead. */
async function unsupportedRows(folder: string): Promise<Row[]> {
  const file = pathToFileURL(path.join(root, folder, 'unsupported.ts')).href;
  const { unsupported } = (await import(file)) as { unsupported: readonly { feature: string; answer: string }[] };
  return unsupported.map(({ feature, answer }) => ({
    feature: cell(feature),
    supported: 'no',
    what: cell(answer),
    proof: `\`${folder}/unsupported.ts\``,
  }));
}
