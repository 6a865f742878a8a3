import { readFileSync } from 'node:fs';
import path from 'node:path';
import { FailedError } from './command.ts';

/** What a running stack says of itself in `stack.json`: how the tools find it. */
export interface StackFile {
  gateway: string;
  /** Base address of the gateway's administration, in the shape of the resource manager. */
  management: string;
  /** PEM file to trust (`NODE_EXTRA_CA_CERTS`) for asking the administration over https, on the same port. */
  managementAuthority: string;
  functions: string;
  legacy: string;
  /** Absent with `--no-provider`. */
  provider?: string;
  /** Connection string of the database. */
  postgres: string;
  /** Connection string. */
  serviceBus: string;
  cosmos: { endpoint: string; key: string };
  /** Subscription keys by plan. */
  keys: Record<'free' | 'pro' | 'enterprise', string>;
  operatorToken: string;
  /** What the gateway proves itself to the arms with. */
  gatewayKey: string;
  providers: Record<string, { scheme: string; secret: string }>;
  /** Folder of the audit trail's signed checkpoints. */
  checkpoints?: string;
  pid: number;
  /** Process ids by part, for tests that kill them. */
  processes: Record<string, number>;
}

/** No stack is running where it was looked for. */
class NoStackError extends FailedError {
  override name = 'NoStackError';
}

/** The running stack, by `STACK_FILE` or `.data/stack.json`. Throws NoStackError with what to do. */
export function readStack(file = process.env['STACK_FILE'] ?? path.join('.data', 'stack.json')): StackFile {
  let stack: StackFile;
  try {
    stack = JSON.parse(readFileSync(file, 'utf8')) as StackFile;
    if (typeof stack?.pid !== 'number') throw new TypeError('it names no process');
  } catch (cause) {
    throw new NoStackError(
      `no running stack: ${file} cannot be read. Start one with "npm start", or name its file in STACK_FILE`,
      { cause },
    );
  }
  try {
    process.kill(stack.pid, 0);
  } catch (cause) {
    throw new NoStackError(`the stack of ${file} (process ${stack.pid}) has ended: start it again with "npm start"`, {
      cause,
    });
  }
  return stack;
}
