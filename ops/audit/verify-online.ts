import { verifyChain, type ChainResult } from '../../shared/audit/verify.ts';
import type { Output } from '../command.ts';
import { count } from '../count.ts';
import { checkpointFaults } from '../../shared/audit/verify-checkpoints.ts';
import type { AuditTools } from './audit-tools.ts';
import type { Signed } from './checkpoints.ts';

const concurrency = 16;

/** Checks one chain, or all of them. Exit code. */
export async function verifyOnline(
  tools: AuditTools,
  stream: string | undefined,
  signed: Signed | undefined,
  output: Output,
): Promise<number> {
  const began = performance.now();
  const total = { chains: 0, events: 0, faults: 0 };
  const note = (result: ChainResult) => {
    total.chains++;
    total.events += result.events;
    if (!result.fault) return;
    total.faults++;
    output.err(`${result.stream}: ${result.fault}`);
  };
  const check = async (name: string) => note(await verifyChain(tools.log, name, await tools.tip(name)));
  if (stream !== undefined) {
    await check(stream);
    if (total.events === 0 && total.faults === 0) {
      output.err(`${stream}: has no audit trail`);
      return 1;
    }
  } else {
    for await (const page of tools.log.streams()) {
      const names = [...page];
      await Promise.all(
        Array.from({ length: concurrency }, async () => {
          for (let name = names.pop(); name !== undefined; name = names.pop()) await check(name);
        }),
      );
    }
  }
  if (signed) total.faults += await verifySigned(tools, signed, stream, output);
  const seconds = ((performance.now() - began) / 1000).toFixed(1);
  const verdict = total.faults === 0 ? 'valid' : `${total.faults} NOT valid`;
  output.out(`${count(total.chains, 'chain')}, ${count(total.events, 'event')}: ${verdict} (${seconds} s)`);
  return total.faults === 0 ? 0 : 1;
}

/** How many faults the checkpoints showed. */
async function verifySigned(
  { log }: AuditTools,
  { store, key }: Signed,
  stream: string | undefined,
  output: Output,
): Promise<number> {
  const latest = await store.latest();
  if (latest === 0) {
    output.out('no checkpoint yet: a chain that was rewritten as a whole would not show');
    return 0;
  }
  let faults = 0;
  for await (const fault of checkpointFaults(log, store, await key(), stream)) {
    faults++;
    output.err(fault);
  }
  output.out(
    `${count(latest, 'checkpoint')}: ${faults === 0 ? 'every chain holds what was signed' : `${faults} NOT valid`}`,
  );
  return faults;
}
