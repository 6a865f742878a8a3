import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { operations } from '../../contract/operations.ts';
import { ManifestError } from '../../migration/errors.ts';
import { parseManifest } from '../../migration/manifest.ts';
import { publishedSchema } from '../../migration/published-schema.ts';
import { ArtefactError } from './errors.ts';
import { artefactsDigest, generateApim, type Artefacts } from './generate-apim.ts';
import { policyFormats, type PolicyFormat } from './render-policy.ts';
import { tiers, type Tier } from './tiers.ts';

const root = path.join(import.meta.dirname, '..', '..', '..');

const usage = `usage: node shared/azure/apim/write.ts [--out DIR] [--manifest FILE] [--tier TIER] [--policies FMT]

Writes the gateway's artefacts, in the layout of Microsoft's apiops, and their digest beside them.

  --out DIR        where to; what an earlier run wrote there is removed (default dist/apim)
  --manifest FILE  the migration manifest (default routes.yaml)
  --tier TIER      ${tiers.join(', ')} (default Developer)
  --policies FMT   how they will be sent: xml, as Pulumi does (the default), or rawxml, as apiops does`;

/** Exit code: 0 written, 1 the manifest or what came of it is wrong, 2 the call was. */
function main(): number {
  let values;
  try {
    ({ values } = parseArgs({
      options: {
        out: { type: 'string', default: path.join(root, 'dist', 'apim') },
        manifest: { type: 'string', default: path.join(root, 'routes.yaml') },
        tier: { type: 'string', default: 'Developer' },
        policies: { type: 'string', default: 'xml' },
        help: { type: 'boolean', short: 'h' },
      },
    }));
  } catch (error) {
    console.error(`${(error as Error).message}\n\n${usage}`);
    return 2;
  }
  if (values.help) {
    console.log(usage);
    return 0;
  }
  const tier = tiers.find((name) => name === values.tier);
  if (!tier) {
    console.error(`no tier is called ${values.tier}: use one of ${tiers.join(', ')}`);
    return 2;
  }
  const format = policyFormats.find((name) => name === values.policies);
  if (!format) {
    console.error(`--policies ${values.policies}: use ${policyFormats.join(' or ')}`);
    return 2;
  }
  try {
    console.log(write(values.manifest, values.out, tier, format));
    return 0;
  } catch (error) {
    if (!(error instanceof ManifestError || error instanceof ArtefactError || isFileError(error))) throw error;
    console.error(error.message);
    return 1;
  }
}

function write(manifestFile: string, out: string, tier: Tier, policyFormat: PolicyFormat): string {
  const manifest = parseManifest(
    readFileSync(manifestFile, 'utf8'),
    operations,
    path.relative(process.cwd(), manifestFile),
  );
  const document = path.join(root, 'openapi', 'v1.json');
  const openapi = existsSync(document) ? readFileSync(document, 'utf8') : undefined;
  const artefacts = generateApim({ operations, manifest, openapi, tier, policyFormat });
  const digest = artefactsDigest(artefacts);
  empty(out, artefacts);
  for (const [name, text] of artefacts) {
    const file = path.join(out, name);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
  // Beside the folder, because all that is in it is an artefact.
  writeFileSync(`${path.resolve(out)}.digest.json`, `${JSON.stringify({ tier, digest })}\n`);
  const schema = path.join(root, 'routes.schema.json');
  const text = `${JSON.stringify(publishedSchema(operations), undefined, 2)}\n`;
  if (!existsSync(schema) || readFileSync(schema, 'utf8') !== text) writeFileSync(schema, text);
  return `${artefacts.size} artefacts for ${tier} in ${path.relative(process.cwd(), out) || '.'}, digest ${digest}`;
}

/** Removes what an earlier run wrote, and nothing else: a mistyped folder, or one with more in it, is left alone. */
function empty(out: string, artefacts: Artefacts): void {
  if (out === '') throw new ArtefactError(['--out names no folder']);
  const entries = existsSync(out) ? readdirSync(out) : [];
  const ours = new Set([...artefacts.keys()].map((name) => name.split('/')[0]));
  if (entries.length > 0 && (!entries.includes('policy.xml') || entries.some((name) => !ours.has(name))))
    throw new ArtefactError([`${out} holds something else: name a new folder, or one that was written before`]);
  rmSync(out, { recursive: true, force: true });
}

/** A file or folder that is missing, or not what it should be. */
function isFileError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && 'syscall' in error;
}

process.exitCode = main();
