import { createReadStream, createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { exportLines } from '../../shared/audit/export.ts';
import { verifyExport } from '../../shared/audit/verify-export.ts';
import { FailedError, type Output } from '../command.ts';
import { count } from '../count.ts';
import type { AuditTools } from './audit-tools.ts';

/** Writes one chain, or all of them, to a file. Exit code. */
export async function exportChains(
  tools: AuditTools,
  stream: string | undefined,
  file: string,
  output: Output,
): Promise<number> {
  if (stream !== undefined && !(await hasTrail(tools, stream))) throw new FailedError(`${stream}: has no audit trail`);
  let lines = 0;
  async function* text(): AsyncIterable<string> {
    const streams = stream === undefined ? tools.log.streams() : one(stream);
    for await (const line of exportLines(tools.log, streams)) {
      lines++;
      yield `${line}\n`;
    }
  }
  await pipeline(Readable.from(text()), createWriteStream(file)).catch((cause: NodeJS.ErrnoException) => {
    // Only what is wrong with the file has a path.
    throw cause.path === undefined ? cause : new FailedError(`${file} cannot be written: ${cause.code}`, { cause });
  });
  output.out(`${file}: ${count(lines, 'line')}`);
  return 0;
}

async function hasTrail({ log }: AuditTools, stream: string): Promise<boolean> {
  for await (const page of log.chain(stream)) return page.length > 0;
  return false;
}

/** Checks an export. Exit code. */
export async function verifyFile(file: string, output: Output): Promise<number> {
  const began = performance.now();
  const chunks = createReadStream(file, { highWaterMark: 256 * 1024 });
  const { chains, events, faults } = await verifyExport(chunks).catch((cause: NodeJS.ErrnoException) => {
    throw cause.code === undefined ? cause : new FailedError(`${file} cannot be read: ${cause.code}`, { cause });
  });
  // Nothing at all is what is left of an export whose lines were all taken out.
  if (chains === 0) faults.push(`${file}: holds no audit trail`);
  for (const fault of faults) output.err(fault);
  const seconds = ((performance.now() - began) / 1000).toFixed(1);
  output.out(
    `${count(chains, 'chain')}, ${count(events, 'event')}: ${faults.length === 0 ? 'valid' : 'NOT valid'} (${seconds} s)`,
  );
  return faults.length === 0 ? 0 : 1;
}

async function* one(stream: string): AsyncIterable<string[]> {
  yield [stream];
}
