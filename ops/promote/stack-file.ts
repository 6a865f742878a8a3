import { readFile, writeFile } from 'node:fs/promises';
import { type Document, parseDocument } from 'yaml';
import { FailedError } from '../command.ts';

const key = 'exchange-api:release';

/** What a stack's file says it runs. */
export interface Release {
  digest?: string;
  previous?: string;
}

/** @throws FailedError when there is no such stack */
export async function readRelease(file: string): Promise<Release> {
  const release = (await parse(file)).getIn(['config', key]) as { toJSON(): Release } | undefined;
  const { digest, previous } = release?.toJSON() ?? {};
  return { ...(digest !== undefined && { digest }), ...(previous !== undefined && { previous }) };
}

/** Writes what a stack shall run; comments and everything else stay as they are. */
export async function writeRelease(file: string, release: Release): Promise<void> {
  const document = await parse(file);
  for (const name of ['digest', 'previous'] as const) {
    if (release[name] === undefined) document.deleteIn(['config', key, name]);
    else document.setIn(['config', key, name], release[name]);
  }
  await writeFile(file, document.toString({ lineWidth: 0, flowCollectionPadding: true }));
}

async function parse(file: string): Promise<Document> {
  const text = await readFile(file, 'utf8').catch((cause: unknown) => {
    throw new FailedError(`there is no ${file}`, { cause });
  });
  return parseDocument(text);
}
