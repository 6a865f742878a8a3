import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { digestOf } from './digest.ts';
import { runProgram } from './run-program.ts';
import { billOfMaterials, type Lockfile } from './sbom.ts';
import { zip } from './zip.ts';

/** Says what a package was made of. It lies in the package, so the package's digest vouches for it. */
interface Manifest {
  name: string;
  version: string;
  /** Commit the package was made from, with `+changes` when the tree had others. */
  commit: string;
  /** Of the released OpenAPI document. */
  contractDigest: string;
  /** Of the gateway's files, by tier: what `pulumi stack output policyDigest` must show beside this package. */
  policyDigests: Record<string, string>;
  /** Digest of every file in the package. */
  files: Record<string, string>;
}

export interface Package {
  digest: string;
  bytes: Buffer;
  manifest: Manifest;
  bill: string;
}

/** Tiers that a stack may use; the others lack what the policies need. */
const tiers = ['Developer', 'BasicV2', 'StandardV2', 'PremiumV2', 'Premium'];

/** Builds the functions and packs them with their manifest and bill of materials. */
export async function buildPackage(root: string): Promise<Package> {
  await runProgram(process.execPath, ['functions/build.ts'], { cwd: root });
  const files = await readFolder(path.join(root, 'dist', 'functions'));
  const { name, version } = JSON.parse(await readFile(path.join(root, 'package.json'), 'utf8')) as {
    name: string;
    version: string;
  };
  const lockfile = JSON.parse(await readFile(path.join(root, 'package-lock.json'), 'utf8')) as Lockfile;
  const bill = billOfMaterials(lockfile, { name, version });
  const manifest: Manifest = {
    name,
    version,
    commit: await commitOf(root),
    contractDigest: digestOf(await readFile(path.join(root, 'openapi', 'v1.json'))),
    policyDigests: await policyDigests(root),
    files: Object.fromEntries([...files].map(([file, content]) => [file, digestOf(content)])),
  };
  files.set('sbom.cdx.json', Buffer.from(bill));
  files.set('manifest.json', Buffer.from(`${JSON.stringify(manifest, undefined, 2)}\n`));
  const bytes = await zip(files);
  return { digest: digestOf(bytes), bytes, manifest, bill };
}

async function readFolder(folder: string): Promise<Map<string, Buffer>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths = entries.filter((entry) => entry.isFile()).map((entry) => path.join(entry.parentPath, entry.name));
  const sorted = paths.toSorted((a, b) => (a < b ? -1 : 1));
  return new Map(
    await Promise.all(
      sorted.map(
        async (file) => [path.relative(folder, file).replaceAll(path.sep, '/'), await readFile(file)] as const,
      ),
    ),
  );
}

async function commitOf(root: string): Promise<string> {
  const commit = (await runProgram('git', ['rev-parse', 'HEAD'], { cwd: root })).trim();
  const changes = await runProgram('git', ['status', '--porcelain'], { cwd: root });
  return changes.trim() === '' ? commit : `${commit}+changes`;
}

async function policyDigests(root: string): Promise<Record<string, string>> {
  const folder = await mkdtemp(path.join(tmpdir(), 'policies-'));
  try {
    const digests: Record<string, string> = {};
    for (const tier of tiers) {
      const out = path.join(folder, tier);
      await runProgram(process.execPath, ['shared/azure/apim/write.ts', '--tier', tier, '--out', out], { cwd: root });
      const { digest } = JSON.parse(await readFile(`${out}.digest.json`, 'utf8')) as { digest: string };
      digests[tier] = `sha256:${digest}`;
    }
    return digests;
  } finally {
    await rm(folder, { recursive: true });
  }
}
