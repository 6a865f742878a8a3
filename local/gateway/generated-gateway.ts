import type { IncomingMessage, ServerResponse } from 'node:http';
import type { TestContext } from 'node:test';
import { generateApim } from '../../shared/azure/apim/generate-apim.ts';
import type { Operation } from '../../shared/contract/operation.ts';
import { parseManifest } from '../../shared/migration/manifest.ts';
import { startGateway } from './server.ts';
import { startBackend, writeArtefacts } from './test-gateway.ts';

type Handler = (incoming: IncomingMessage, outgoing: ServerResponse) => void;

interface Setup {
  operations: readonly Operation[];
  /** Text of a `routes.yaml`. */
  manifest: string;
  legacy?: Handler;
  functions?: Handler;
  /** Subscriptions of the plan pro; the key of each is its name. */
  subscriptions?: readonly string[];
  /** What switches hold, by their names, where it is not what the manifest says. */
  switches?: Record<string, string>;
  now?: () => number;
}

/** What an arm was asked. */
interface Asked {
  method: string;
  url: string;
  body: string;
}

/** A gateway that runs what is generated from a manifest and a contract, before two arms that say which one they are. */
export async function startGeneratedGateway(t: TestContext, setup: Setup) {
  const { operations } = setup;
  const asked = { legacy: [] as Asked[], functions: [] as Asked[] };
  const arm = (name: 'legacy' | 'functions', handler: Handler | undefined) =>
    startBackend(t, (incoming, outgoing) => {
      // Quotas are no concern here: nobody is charged.
      if (incoming.url === '/internal/quotas/consume')
        return void incoming.resume().on('end', () => outgoing.end('{}'));
      if (handler) {
        asked[name].push({ method: incoming.method ?? '', url: incoming.url ?? '', body: '' });
        return handler(incoming, outgoing);
      }
      const chunks: Buffer[] = [];
      incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
      incoming.on('end', () => {
        const body = Buffer.concat(chunks).toString();
        asked[name].push({ method: incoming.method ?? '', url: incoming.url ?? '', body });
        outgoing.end(name);
      });
    });
  const legacy = await arm('legacy', setup.legacy);
  const functions = await arm('functions', setup.functions);
  const manifest = parseManifest(setup.manifest, operations);
  const artefacts = generateApim({ operations, manifest, openapi: undefined, tier: 'Developer' });
  const gateway = await startGateway({
    apim: writeArtefacts(t, Object.fromEntries(artefacts)),
    port: 0,
    ...(setup.now && { now: setup.now }),
    overrides: {
      namedValues: { 'gateway-key': 'k', 'legacy-url': legacy, 'functions-url': functions, ...setup.switches },
      backends: { legacy, functions },
      subscriptions: (setup.subscriptions ?? []).map((name) => ({ name, scope: '/products/pro', primaryKey: name })),
    },
  });
  t.after(() => gateway.close());
  const ask = (path: string, init?: RequestInit) => fetch(`${gateway.url}${path}`, { redirect: 'manual', ...init });
  return { ...gateway, asked, ask };
}
