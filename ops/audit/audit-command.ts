import { parseArgs } from 'node:util';
import { UsageError, type Command, type Output } from '../command.ts';
import type { AuditTools } from './audit-tools.ts';
import { checkProof, checkpointsOf, proveOne } from './checkpoints.ts';
import { exportChains, verifyFile } from './export-file.ts';
import { verifyOnline } from './verify-online.ts';

const usage = `usage: npm run ops -- audit verify [stream] [options]
       npm run ops -- audit verify --file FILE
       npm run ops -- audit export [stream] --out FILE
       npm run ops -- audit prove <stream> <event> [--out FILE] [options]
       npm run ops -- audit check <proof> --public-key FILE

verify   checks that no event was changed, left out, put in or cut off: every hash is computed again, every chain must
         end where its stream's head says, and hold what the signed checkpoints say. With --file it checks an export,
         offline and by itself: who can write the whole file anew can make one that holds, so keep its digest elsewhere,
         or have single events proved. Exit code 1 when something does not hold.
export   writes chains to a file, one event a line, with where each chain ends and how many there are
prove    writes what proves one event (by its number in the chain) with the signer's public key alone; without --out,
         to the terminal. Events are signed once a minute, so a new one has to wait
check    checks such a proof, offline. Exit code 1 when it does not hold

A stream is an exchange (ex_...), what an endpoint is sent about one (we_.../ex_...), what was done with an endpoint
(endpoint/we_...), or with routes (ops).

  --checkpoints DIR   folder of checkpoints, with public-key.pem (the running stack's: .data/checkpoints)
  --public-key FILE   PEM of the signer (public-key.pem in the folder of --checkpoints)

examples:
  npm run ops -- audit verify
  npm run ops -- audit export --out trail.jsonl && npm run ops -- audit verify --file trail.jsonl
  npm run ops -- audit prove ex_0199d5a0-7d2f-7c4b-8a5f-3b7e2d9c8f61 2 --out proof.json
  npm run ops -- audit check proof.json --public-key .data/checkpoints/public-key.pem`;

const options = {
  file: { type: 'string' },
  out: { type: 'string' },
  checkpoints: { type: 'string' },
  'public-key': { type: 'string' },
} as const;

export function auditCommand(openTools: () => Promise<AuditTools>): Command {
  return {
    summary: 'verify, export and prove the audit trail',
    usage,
    async run(args, output) {
      const { values, positionals } = parseArgs({ args: [...args], options, allowPositionals: true });
      const [action, first, second] = positionals;
      const { file, out, checkpoints, 'public-key': publicKey } = values;
      const most: Record<string, number> = { verify: file === undefined ? 2 : 1, export: 2, prove: 3, check: 2 };
      const more = positionals.slice(most[action ?? ''] ?? 3);
      if (more.length > 0) throw new UsageError(`too many arguments: ${more.join(' ')}`);
      const online = (work: (tools: AuditTools) => Promise<number>) => withTools(openTools, work);
      const proveWith = (event: ReturnType<typeof wanted>) =>
        online((tools) => proveOne(tools, checkpoints ?? tools.checkpoints, event, out, output));
      switch (action) {
        case 'verify':
          if (file !== undefined && (checkpoints ?? publicKey) !== undefined)
            throw new UsageError(
              'an export is checked by itself: --checkpoints and --public-key do not go with --file',
            );
          if (file !== undefined) return verifyFile(file, output);
          return online(async (tools) => {
            const signed = checkpointsOf(checkpoints ?? tools.checkpoints, publicKey);
            return verifyOnline(tools, first, signed, output);
          });
        case 'export':
          if (out === undefined) throw new UsageError('say where to with --out');
          return online((tools) => exportChains(tools, first, out, output));
        case 'prove':
          return proveWith(wanted(first, second));
        case 'check':
          return check(first, publicKey, checkpoints, output);
        default:
          throw new UsageError(action ? `no such action: ${action}` : 'name an action: verify, export, prove or check');
      }
    },
  };
}

async function check(
  proof: string | undefined,
  publicKey: string | undefined,
  checkpoints: string | undefined,
  output: Output,
): Promise<number> {
  const key = publicKey ?? (checkpoints === undefined ? undefined : `${checkpoints}/public-key.pem`);
  if (proof === undefined || key === undefined)
    throw new UsageError('name the proof, and the signer: --public-key FILE, or --checkpoints DIR');
  return checkProof(proof, key, output);
}

function wanted(stream: string | undefined, number: string | undefined): { stream: string; sequence: number } {
  const sequence = Number(number);
  if (stream === undefined || !Number.isInteger(sequence) || sequence < 1) {
    throw new UsageError('name a stream and the number of an event in its chain');
  }
  return { stream, sequence };
}

async function withTools(
  openTools: () => Promise<AuditTools>,
  work: (tools: AuditTools) => Promise<number>,
): Promise<number> {
  const tools = await openTools();
  try {
    return await work(tools);
  } finally {
    await tools.close();
  }
}
