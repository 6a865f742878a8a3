import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { containerOfDigest, digestPattern, fileOfDigest } from '../../shared/contract/package-digest.ts';
import { type Command, FailedError, type Output, UsageError } from '../command.ts';
import { buildPackage } from './build-package.ts';
import { digestOf } from './digest.ts';
import { runProgram } from './run-program.ts';

const usage = `usage: npm run package                                    build, write dist/packages/<digest>.zip, print the digest
       npm run package -- verify DIGEST                  check the bytes of dist/packages/<digest>.zip
       npm run package -- publish DIGEST --registry ACCOUNT   put it into the registry; one that is there stays
       npm run package -- fetch DIGEST --registry ACCOUNT     get it from there, and check it

  --clean             refuse to build from a tree with changes that are not committed
  --registry ACCOUNT  storage account of the registry (or PACKAGE_REGISTRY); az must be signed in

The same commit gives the same bytes, on any machine.`;

/** What the registry's blob is called in its container: the name that Flex Consumption looks for. */
const blobName = 'released-package.zip';

/** @param root folder of the repository */
export function packageCommand(root: string): Command {
  return {
    summary: 'builds the package that is deployed, named by its SHA-256',
    usage,
    run: async (args, output) => {
      const { values, positionals } = parseArgs({
        args: [...args],
        allowPositionals: true,
        options: { clean: { type: 'boolean' }, registry: { type: 'string', default: process.env['PACKAGE_REGISTRY'] } },
      });
      const [action, digest = '', ...rest] = positionals;
      if (action === undefined) return build(root, values.clean === true, output);
      if (rest.length > 0) throw new UsageError(`${rest.join(' ')} is too much`);
      if (!digestPattern.test(digest)) throw new UsageError('a digest is sha256: and 64 hex digits');
      if (action === 'verify') return verify(root, digest, output);
      if (values.registry === undefined) throw new UsageError('--registry is missing');
      if (action === 'publish') return publish(root, digest, values.registry, output);
      if (action === 'fetch') return fetchPackage(root, digest, values.registry, output);
      throw new UsageError(`${action} is none of verify, publish, fetch`);
    },
  };
}

async function build(root: string, clean: boolean, output: Output): Promise<number> {
  const { digest, bytes, manifest, bill } = await buildPackage(root);
  if (clean && manifest.commit.endsWith('+changes'))
    throw new FailedError('the tree has changes that are not committed');
  const folder = path.join(root, 'dist', 'packages');
  await mkdir(folder, { recursive: true });
  const file = path.join(folder, fileOfDigest(digest));
  await writeFile(file, bytes);
  await writeFile(file.replace(/\.zip$/, '.sbom.cdx.json'), bill);
  await writeFile(file.replace(/\.zip$/, '.manifest.json'), `${JSON.stringify(manifest, undefined, 2)}\n`);
  output.out(`${path.relative(root, file)} (${(bytes.length / 1e6).toFixed(1)} MB, commit ${manifest.commit})`);
  output.out(digest);
  return 0;
}

async function verify(root: string, digest: string, output: Output): Promise<number> {
  const file = path.join(root, 'dist', 'packages', fileOfDigest(digest));
  const bytes = await readFile(file).catch((cause: unknown) => {
    throw new FailedError(`there is no ${path.relative(root, file)}`, { cause });
  });
  const actual = digestOf(bytes);
  if (actual !== digest) throw new FailedError(`${path.relative(root, file)} has other bytes: they hash to ${actual}`);
  output.out(`${path.relative(root, file)} is what its name says`);
  return 0;
}

async function publish(root: string, digest: string, account: string, output: Output): Promise<number> {
  await verify(root, digest, output);
  const target = registryArguments(account, digest);
  await runProgram('az', ['storage', 'container', 'create', '--name', containerOfDigest(digest), ...target.account], {
    cwd: root,
  });
  const { exists } = JSON.parse(
    await runProgram('az', ['storage', 'blob', 'exists', ...target.blob], { cwd: root }),
  ) as { exists: boolean };
  if (exists) {
    output.out('the registry has it already');
    return 0;
  }
  const file = path.join('dist', 'packages', fileOfDigest(digest));
  await runProgram(
    'az',
    ['storage', 'blob', 'upload', ...target.blob, '--file', file, '--metadata', `digest=${digest}`],
    { cwd: root },
  );
  output.out(`published to ${account}`);
  return 0;
}

async function fetchPackage(root: string, digest: string, account: string, output: Output): Promise<number> {
  await mkdir(path.join(root, 'dist', 'packages'), { recursive: true });
  const file = path.join('dist', 'packages', fileOfDigest(digest));
  await runProgram('az', ['storage', 'blob', 'download', ...registryArguments(account, digest).blob, '--file', file], {
    cwd: root,
  });
  return verify(root, digest, output);
}

function registryArguments(account: string, digest: string): { account: string[]; blob: string[] } {
  // By the caller's own identity: the registry has no keys.
  const accountArguments = ['--account-name', account, '--auth-mode', 'login', '--output', 'json'];
  return {
    account: accountArguments,
    blob: ['--container-name', containerOfDigest(digest), '--name', blobName, ...accountArguments],
  };
}
