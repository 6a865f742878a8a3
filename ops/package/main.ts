import path from 'node:path';
import { runCommand } from '../run-command.ts';
import { packageCommand } from './package-command.ts';

const root = path.join(import.meta.dirname, '..', '..');
const output = { out: (line: string) => console.log(line), err: (line: string) => console.error(line) };

process.exitCode = await runCommand('package', packageCommand(root), process.argv.slice(2), output);
