import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { operations } from '../../shared/contract/operations.ts';
import { digestPattern, fileOfDigest } from '../../shared/contract/package-digest.ts';
import { type Command, FailedError, type Output, UsageError } from '../command.ts';
import { runProgram } from '../package/run-program.ts';
import { contractBreaches } from './contract-breaches.ts';
import { runningDigest, waitForDigest } from './running-digest.ts';
import { readRelease, writeRelease } from './stack-file.ts';

const usage = `usage: npm run promote -- staging production   production shall run exactly what staging runs
       npm run promote -- DIGEST staging      staging shall run this package
       npm run promote -- rollback STACK      STACK shall run what it ran before
       npm run promote -- verify STACK        wait until STACK runs what its file says
       npm run promote -- gate STACK          check that its policies are those of its package, and that it keeps the contract

  --seconds N   how long verify waits (default 300)
  --key KEY     subscription key for the gate's requests (or SMOKE_KEY)

Writes pulumi/Pulumi.<stack>.yaml; 'pulumi up' makes it so. What a stack runs is read from its outputs and from its
/v1/health, and the two must agree.`;

const everyMilliseconds = 5000;

/** @param root folder of the repository */
export function promoteCommand(root: string): Command {
  const project = path.join(root, 'pulumi');
  return {
    summary: 'moves the package of one stack to the next, by digest',
    usage,
    run: async (args, output) => {
      const { values, positionals } = parseArgs({
        args: [...args],
        allowPositionals: true,
        options: {
          seconds: { type: 'string', default: '300' },
          key: { type: 'string', default: process.env['SMOKE_KEY'] },
        },
      });
      const [from, to, ...rest] = positionals;
      if (from === undefined || to === undefined) throw new UsageError('two words are needed');
      if (rest.length > 0) throw new UsageError(`${rest.join(' ')} is too much`);
      if (from === 'rollback') return rollback(project, to, output);
      if (from === 'verify') return verify(project, to, Number(values.seconds), output);
      if (from === 'gate') return gate(root, to, values.key, output);
      return promote(project, from, to, output);
    },
  };
}

async function promote(project: string, from: string, to: string, output: Output): Promise<number> {
  const digest = digestPattern.test(from) ? from : await digestOfStack(project, from);
  await release(project, to, digest, output);
  return 0;
}

async function rollback(project: string, stack: string, output: Output): Promise<number> {
  const { previous } = await readRelease(stackFile(project, stack));
  if (previous === undefined) throw new FailedError(`${stack} has no previous package`);
  await release(project, stack, previous, output);
  return 0;
}

async function verify(project: string, stack: string, seconds: number, output: Output): Promise<number> {
  if (!(seconds >= 0)) throw new UsageError('--seconds takes a number');
  const { digest } = await readRelease(stackFile(project, stack));
  if (digest === undefined) throw new FailedError(`${stack} names no package`);
  const { apiUrl } = await outputsOf(project, stack);
  await waitForDigest(apiUrl, digest, {
    limit: seconds * 1000,
    interval: everyMilliseconds,
    now: Date.now,
    sleep: setTimeout,
  });
  output.out(`${apiUrl} runs ${digest}`);
  return 0;
}

/** What must hold before a package goes further than this stack. */
async function gate(root: string, stack: string, key: string | undefined, output: Output): Promise<number> {
  const project = path.join(root, 'pulumi');
  const outputs = await outputsOf(project, stack);
  const known = await policyDigests(root, outputs.packageDigest);
  if (!known.includes(outputs.policyDigest)) {
    throw new FailedError(`${stack} has policies ${outputs.policyDigest}, which its package was not made with`);
  }
  const breaches = await contractBreaches(outputs.apiUrl, key, operations);
  for (const breach of breaches) output.err(breach);
  if (breaches.length > 0) throw new FailedError(`${stack} breaks the contract in ${breaches.length} places`);
  output.out(`${stack} has the policies of its package and keeps the contract`);
  return 0;
}

async function policyDigests(root: string, digest: string): Promise<string[]> {
  const file = path.join(root, 'dist', 'packages', fileOfDigest(digest).replace(/\.zip$/, '.manifest.json'));
  const text = await readFile(file, 'utf8').catch((cause: unknown) => {
    throw new FailedError(`there is no ${path.relative(root, file)}`, { cause });
  });
  return Object.values((JSON.parse(text) as { policyDigests: Record<string, string> }).policyDigests);
}

/** What a stack runs: its own word and the engine's, which must be the same. */
async function digestOfStack(project: string, stack: string): Promise<string> {
  const { packageDigest, apiUrl } = await outputsOf(project, stack);
  if (!digestPattern.test(packageDigest)) throw new FailedError(`${stack} runs no package`);
  const running = await runningDigest(apiUrl);
  if (running !== packageDigest) {
    throw new FailedError(`${stack} was given ${packageDigest}, but ${apiUrl} runs ${running}: deploy it again first`);
  }
  return packageDigest;
}

async function release(project: string, stack: string, digest: string, output: Output): Promise<void> {
  const file = stackFile(project, stack);
  const before = await readRelease(file);
  if (before.digest === digest) {
    output.out(`${stack} has ${digest} already`);
    return;
  }
  await writeRelease(file, { digest, ...(before.digest !== undefined && { previous: before.digest }) });
  output.out(`${stack}: ${before.digest ?? 'none'} -> ${digest}`);
  output.out(`next: cd pulumi && pulumi up --stack ${stack}`);
}

function stackFile(project: string, stack: string): string {
  return path.join(project, `Pulumi.${stack}.yaml`);
}

async function outputsOf(
  project: string,
  stack: string,
): Promise<{ packageDigest: string; policyDigest: string; apiUrl: string }> {
  const printed = await runProgram('pulumi', ['stack', 'output', '--json', '--stack', stack], { cwd: project });
  const {
    packageDigest = 'none',
    policyDigest = 'none',
    apiUrl,
  } = JSON.parse(printed) as Record<string, string | undefined>;
  if (apiUrl === undefined) throw new FailedError(`${stack} has no output apiUrl: it is not deployed`);
  return { packageDigest, policyDigest, apiUrl };
}
