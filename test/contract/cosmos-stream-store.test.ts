import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, it } from 'node:test';
import { startCosmos, type CosmosServer } from '../../local/cosmos/server.ts';
import { prepareCosmos } from '../../local/stack/prepare.ts';
import { link, emptyChain } from '../../shared/audit/chain.ts';
import { readChain } from '../../shared/audit/read-chain.ts';
import { cosmosAuditLog } from '../../shared/azure/cosmos-audit-log.ts';
import { closeCosmos, cosmosContainer, type CosmosSettings } from '../../shared/azure/cosmos-client.ts';
import { cosmosStreamStore } from '../../shared/azure/cosmos-stream-store.ts';
import { newHead } from '../../shared/streams/head.ts';
import { streamStoreContract } from '../../shared/streams/stream-store.contract.ts';

const key = Buffer.from('a key of this test only').toString('base64');
let directory: string;
let server: CosmosServer;
let settings: CosmosSettings;
const container = () => cosmosContainer(settings, 'streams');

before(async () => {
  directory = await mkdtemp(path.join(tmpdir(), 'streams-'));
  server = await startCosmos({ port: 0, directory, key });
  settings = { endpoint: server.url, key };
  await prepareCosmos(server.url, key);
});

after(async () => {
  await closeCosmos(settings);
  await server.close();
  await rm(directory, { recursive: true, force: true });
});

const store = cosmosStreamStore(container);
streamStoreContract('Cosmos DB', async () => store, randomUUID);

it('stores audit events that read back as they were hashed', async () => {
  const stream = randomUUID();
  const notes = Array.from({ length: 30 }, (_, index) => ({
    type: 'thing.happened',
    outcome: 'applied',
    state: null,
    occurredAt: '2026-01-05T12:00:00.000Z',
    data: { index, text: 'ünïcode "quoted" \\ \u2028', nothing: null },
  }));
  const { events, tip } = link(stream, emptyChain, notes, Date.UTC(2026, 0, 5));
  await store.move({ head: { ...newHead(stream, 'callbacks'), tip }, events }, undefined);
  assert.deepEqual(await readChain(cosmosAuditLog(container), stream), events);
});
