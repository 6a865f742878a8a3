import { readFileSync } from 'node:fs';
import { operations } from '../shared/contract/operations.ts';
import { artefactsDigest, generateApim } from '../shared/azure/apim/generate-apim.ts';
import { parseManifest } from '../shared/migration/manifest.ts';
import type { Artefacts } from './artefacts.ts';
import type { Config } from './config/schema.ts';

const repository = new URL('../', import.meta.url);

/**
 * The gateway's files for this stack's tier, as `npm run generate` writes them and the local gateway runs them, and the
 * digest over them. They are made here and not read from `dist/`, so that a preview needs nothing built before it.
 */
export function gatewayArtefacts({ gateway }: Pick<Config, 'gateway'>): { files: Artefacts; digest: string } {
  const read = (path: string): string => readFileSync(new URL(path, repository), 'utf8');
  const manifest = parseManifest(read('routes.yaml'), operations, 'routes.yaml');
  const files = generateApim({
    operations,
    manifest,
    openapi: read('openapi/v1.json'),
    tier: gateway.tier,
  });
  return { files, digest: `sha256:${artefactsDigest(files)}` };
}

/** Pages of the developer portal, in the same layout: they are no part of what the gateway runs, nor of its digest. */
export function portalPages(): Artefacts {
  const page = (name: string): string => readFileSync(new URL(`pulumi/portal/${name}.md`, repository), 'utf8');
  return new Map([
    ['apis/exchange-v1/wiki.md', page('exchange-v1')],
    ...['free', 'pro', 'enterprise'].map((product) => [`products/${product}/wiki.md`, page(product)] as const),
  ]);
}
