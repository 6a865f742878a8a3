import { execFile } from 'node:child_process';
import path from 'node:path';
import { StartError } from '../program.ts';

const root = path.join(import.meta.dirname, '..', '..');

/** Runs one of the project's own scripts to its end. Throws StartError with what it wrote to its error stream. */
export function runScript(script: string, ...args: string[]): Promise<void> {
  return new Promise((resolve, reject) => {
    execFile(process.execPath, [path.join(root, script), ...args], { cwd: root }, (error, _out, err) => {
      if (error) reject(new StartError(err.trim() || error.message));
      else resolve();
    });
  });
}
