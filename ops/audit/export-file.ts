import { createReadStream, createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { exportLines } from '../../shared/audit/export.ts';
import { verifyExport } from '../../shared/audit/verify-export.ts';
import { FailedError, type Output } from '../command.ts';
import type { AuditTools } from './audit-tools.ts';

/** Writes one chain, or all of them, to a file. Exit code. */
export async function exportChains(
  tools: AuditTools,
  stream: string | undefined,
  file: string,
  output: Output,
): Promise<number> {
  let lines = 0;
  async function* text(): AsyncIterable<string> {
    const streams = stream === undefined ? tools.log.streams() : one(stream);
    for await (const line of exportLines(tools.log, streams)) {
      lines++;
      yield `${line}\n`;
    }
  }
  await pipeline(Readable.from(text()), createWriteStream(file));
  output.out(`${file}: ${lines} lines`);
  return 0;
}

/** Checks an export. Exit code. */
export async function verifyFile(file: string, output: Output): Promise<number> {
  const began = performance.now();
  const chunks = createReadStream(file, { highWaterMark: 256 * 1024 });
  const { chains, events, faults } = await verifyExport(chunks).catch((cause: NodeJS.ErrnoException) => {
    throw cause.code === 'ENOENT' ? new FailedError(`${file}: there is no such file`, { cause }) : cause;
  });
  for (const fault of faults) output.err(fault);
  const seconds = ((performance.now() - began) / 1000).toFixed(1);
  output.out(`${chains} chains, ${events} events: ${faults.length === 0 ? 'valid' : 'NOT valid'} (${seconds} s)`);
  return faults.length === 0 ? 0 : 1;
}

async function* one(stream: string): AsyncIterable<string[]> {
  yield [stream];
}
