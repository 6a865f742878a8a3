import { randomUUID } from 'node:crypto';
import { link, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { checkpointName, checkpointNumber, type CheckpointStore } from './checkpoint-store.ts';
import { readSigned } from './checkpoint.ts';
import { CheckpointExistsError } from './errors.ts';

/** Checkpoints in a folder, read-only once written: for development, and for copies to verify offline. */
export function folderCheckpointStore(directory: string): CheckpointStore {
  return {
    add: async (signed) => {
      await mkdir(directory, { recursive: true });
      const file = path.join(directory, checkpointName(signed.checkpoint.number));
      // Whole or not at all: half a checkpoint could never be replaced, and who reads meanwhile must not see one.
      const next = `${file}.${randomUUID()}.next`;
      try {
        await writeFile(next, JSON.stringify(signed), { flag: 'wx', mode: 0o444, flush: true });
        await link(next, file);
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
        throw new CheckpointExistsError(`${file} exists`, { cause: error });
      } finally {
        await rm(next, { force: true });
      }
    },
    get: async (number) => {
      const text = await readFile(path.join(directory, checkpointName(number)), 'utf8').catch(unlessMissing);
      return text === undefined ? undefined : readSigned(text);
    },
    latest: async () => {
      const names = (await readdir(directory).catch(unlessMissing)) ?? [];
      return Math.max(0, ...names.map((name) => checkpointNumber(name) ?? 0));
    },
  };
}

function unlessMissing(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT') throw error;
}
