import { createPublicKey, type KeyObject } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { CheckpointStore } from '../../shared/audit/checkpoint-store.ts';
import { folderCheckpointStore } from '../../shared/audit/folder-checkpoint-store.ts';
import { proofFault, proveEvent, type InclusionProof } from '../../shared/audit/proof.ts';
import { FailedError, UsageError, type Output } from '../command.ts';
import type { AuditTools } from './audit-tools.ts';

/** Checkpoints and the key they are signed with. */
export interface Signed {
  store: CheckpointStore;
  key: () => Promise<KeyObject>;
}

/** The checkpoints of a folder. @throws {FailedError} there is no such folder: nothing must pass for checked that was not */
export function checkpointsOf(directory: string | undefined, publicKey: string | undefined): Signed | undefined {
  if (directory === undefined) return undefined;
  if (!existsSync(directory)) throw new FailedError(`${directory}: there is no such folder of checkpoints`);
  return {
    store: folderCheckpointStore(directory),
    key: () => readKey(publicKey ?? path.join(directory, 'public-key.pem')),
  };
}

/** Writes the proof of one event, to a file or to the output. Exit code. */
export async function proveOne(
  { log }: AuditTools,
  directory: string | undefined,
  { stream, sequence }: { stream: string; sequence: number },
  file: string | undefined,
  output: Output,
): Promise<number> {
  const signed = checkpointsOf(directory, undefined);
  if (!signed) throw new UsageError('name the folder of --checkpoints');
  const proof = await proveEvent(log, signed.store, stream, sequence);
  if (!proof) {
    if (!(await isRecorded(log, stream, sequence))) throw new FailedError(`${stream} has no event ${sequence}`);
    output.err(`${stream}: no checkpoint covers event ${sequence} yet: one is made every minute`);
    return 1;
  }
  const text = JSON.stringify(proof, null, 2);
  if (file === undefined) output.out(text);
  else await writeFile(file, `${text}\n`).catch(notWritten(file));
  if (file !== undefined) output.out(`${file}: event ${sequence} is in checkpoint ${proof.checkpoint.number}`);
  return 0;
}

/** Checks a proof with nothing but the public key. Exit code. */
export async function checkProof(file: string, publicKey: string, output: Output): Promise<number> {
  const proof = readProof(file, await readFile(file, 'utf8').catch(noFile(file)));
  const fault = proofFault(proof, await readKey(publicKey));
  const [event] = proof.events;
  if (fault) output.err(`${file}: NOT valid: ${fault}`);
  else output.out(`${file}: valid: ${event?.type} of ${event?.stream} was recorded by ${proof.checkpoint.at}`);
  return fault ? 1 : 0;
}

async function readKey(file: string): Promise<KeyObject> {
  const pem = await readFile(file, 'utf8').catch(noFile(file));
  try {
    return createPublicKey(pem);
  } catch (cause) {
    throw new FailedError(`${file}: is no public key in PEM`, { cause });
  }
}

async function isRecorded(log: AuditTools['log'], stream: string, sequence: number): Promise<boolean> {
  for await (const [event] of log.chain(stream, sequence)) return event?.sequence === sequence;
  return false;
}

/** What is in it is the check's to judge; here only that it has the parts of a proof. @throws {FailedError} */
function readProof(file: string, text: string): InclusionProof {
  const notProof = (cause?: unknown) => new FailedError(`${file}: is no proof`, { cause });
  let proof: Partial<InclusionProof> | null;
  try {
    proof = JSON.parse(text) as typeof proof;
  } catch (cause) {
    throw notProof(cause);
  }
  const { events, leaf, checkpoint } = proof ?? {};
  const isPath = Array.isArray(leaf?.path) && leaf.path.every((node) => typeof node === 'string');
  const whole = Array.isArray(events) && isPath && typeof checkpoint?.signature === 'string';
  if (!whole) throw notProof();
  return { events, leaf, checkpoint };
}

function notWritten(file: string): (cause: NodeJS.ErrnoException) => never {
  return (cause) => {
    throw new FailedError(`${file} cannot be written: ${cause.code}`, { cause });
  };
}

function noFile(file: string): (cause: Error) => never {
  return (cause) => {
    throw new FailedError(`${file} cannot be read`, { cause });
  };
}
