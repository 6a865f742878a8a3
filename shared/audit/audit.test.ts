import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { emptyChain, eventHash, link, type AuditEvent } from './chain.ts';
import type { CheckpointStore } from './checkpoint-store.ts';
import { exportLines } from './export.ts';
import { CheckpointExistsError } from './errors.ts';
import { folderCheckpointStore } from './folder-checkpoint-store.ts';
import { makeCheckpoint } from './make-checkpoint.ts';
import { memoryAuditLog } from './memory-audit-log.ts';
import { inclusionPath, leafHash, merkleRoot, rootFrom } from './merkle.ts';
import { proofFault, proveEvent } from './proof.ts';
import { checkpointFaults } from './verify-checkpoints.ts';
import { verifyExport } from './verify-export.ts';
import { verifyChain } from './verify.ts';

async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}

const now = Date.UTC(2026, 0, 5, 12);

function chain(stream: string, count: number, at = now): AuditEvent[] {
  const notes = Array.from({ length: count }, (_, index) => ({
    type: 'thing.happened',
    outcome: 'applied',
    state: index % 2 === 0 ? 'confirming' : null,
    occurredAt: '2026-01-05T12:00:00.000Z',
    data: {
      index,
      text: `"hash":"${'0'.repeat(64)}", ünïcode`,
      inner: { hash: 'a'.repeat(64), z: 1, a: [null, true] },
    },
  }));
  return link(stream, emptyChain, notes, at).events;
}

function rehashed(events: readonly AuditEvent[]): AuditEvent[] {
  const next: AuditEvent[] = [];
  for (const { hash: _hash, ...event } of events) {
    const linked = { ...event, previousHash: next.at(-1)?.hash ?? null };
    next.push({ ...linked, hash: eventHash(linked) });
  }
  return next;
}

const tamperings: Record<string, (events: AuditEvent[]) => AuditEvent[]> = {
  'a changed value': (events) => events.with(2, { ...(events[2] as AuditEvent), outcome: 'forbidden' }),
  'a changed time': (events) =>
    events.with(0, { ...(events[0] as AuditEvent), recordedAt: '2026-01-05T12:00:00.001Z' }),
  'an event left out': (events) => events.toSpliced(2, 1),
  'an event put in': (events) => events.toSpliced(2, 0, events[1] as AuditEvent),
  'two events swapped': (events) => events.with(1, events[2] as AuditEvent).with(2, events[1] as AuditEvent),
  'an event cut off the end': (events) => events.slice(0, -1),
  'a changed event with a hash that fits': (events) =>
    events.with(3, rehashed([{ ...(events[3] as AuditEvent), outcome: 'forbidden' }])[0] as AuditEvent),
};

describe('a chain', () => {
  const events = chain('ex_1', 8);
  const tip = { sequence: 8, hash: events.at(-1)?.hash ?? null };

  it('verifies as it was written', async () => {
    assert.deepEqual(await verifyChain(memoryAuditLog(new Map([['ex_1', events]])), 'ex_1', tip), {
      stream: 'ex_1',
      events: 8,
    });
  });

  for (const [name, tamper] of Object.entries(tamperings)) {
    it(`shows ${name}`, async () => {
      const log = memoryAuditLog(new Map([['ex_1', tamper(events)]]));
      assert.ok((await verifyChain(log, 'ex_1', tip)).fault);
    });
  }

  it('shows an event of another stream', async () => {
    const log = memoryAuditLog(new Map([['ex_2', events]]));
    assert.match((await verifyChain(log, 'ex_2')).fault ?? '', /ex_1/);
  });
});

describe('an export', () => {
  const chains = new Map([
    ['ex_1', chain('ex_1', 8)],
    ['ex_2', chain('ex_2', 1)],
    ['ex_3', chain('ex_3', 5)],
  ]);

  async function linesOf(all: ReadonlyMap<string, readonly AuditEvent[]>): Promise<string[]> {
    const log = memoryAuditLog(all);
    return collect(exportLines(log, log.streams()));
  }

  async function* bytes(lines: readonly string[], size: number): AsyncIterable<Buffer> {
    const all = Buffer.from(lines.map((line) => `${line}\n`).join(''));
    for (let at = 0; at < all.length; at += size) yield all.subarray(at, at + size);
  }

  it('verifies, however it is cut into chunks', async () => {
    const lines = await linesOf(chains);
    for (const size of [1, 7, 100, 1_000_000]) {
      assert.deepEqual(await verifyExport(bytes(lines, size)), { chains: 3, events: 14, faults: [] });
    }
  });

  it('verifies in another spelling of the same JSON', async () => {
    const lines = await linesOf(chains);
    const spelled = lines.map((line) =>
      JSON.stringify(Object.fromEntries(Object.entries(JSON.parse(line)).reverse()), null, 0),
    );
    assert.deepEqual((await verifyExport(bytes(spelled, 100))).faults, []);
  });

  for (const [name, tamper] of Object.entries(tamperings)) {
    it(`shows ${name}`, async () => {
      const lines = await linesOf(chains);
      const changed = await linesOf(new Map([['ex_1', tamper(chains.get('ex_1') ?? [])]]));
      // The end that the export states is part of it: only the events were tampered with.
      const end = lines.findIndex((line) => line.startsWith('{"end"'));
      const forged = [...changed.slice(0, -2), ...lines.slice(end)];
      assert.equal((await verifyExport(bytes(forged, 1000))).faults.length, 1);
    });
  }

  /** The lines of each chain, and last the line that closes the export. */
  async function groups(): Promise<[string[], string[], string[], string[]]> {
    const lines = await linesOf(chains);
    return [lines.slice(0, 9), lines.slice(9, 11), lines.slice(11, 17), lines.slice(17)];
  }

  it('shows chains that are left out, doubled, in another order, or cut off the end', async () => {
    const [one, two, three, last] = await groups();
    const cases: [string[][], string][] = [
      [[one, three, last], 'line 16: the export was made of 3 chains; 2 are in it'],
      [[one, two, two, three, last], 'line 20: the export was made of 3 chains; 4 are in it'],
      [[two, one, three, last], 'line 18: the chains are not those, or not in the order, that the export was made of'],
      [[one, two], 'line 11: the last line of the export is missing: something was cut off'],
      [[one, two, three, last, two.slice(0, 1)], 'line 19: comes after the last line'],
    ];
    for (const [parts, fault] of cases) {
      assert.deepEqual((await verifyExport(bytes(parts.flat(), 100))).faults, [fault]);
    }
  });

  it('shows lines that are no events, and where', async () => {
    const lines = await linesOf(chains);
    for (const rubbish of ['null', '5', '"text"', '[]', '{', '\0']) {
      const [fault] = (await verifyExport(bytes(lines.toSpliced(1, 0, rubbish), 100))).faults;
      assert.match(fault ?? '', /^ex_1: the line is no JSON( object)? \(line 2\)$/);
    }
    for (const rubbish of ['{}', '{"end":null}', '{"end":7}', '{"total":{}}', '{"stream":"\\ud800","sequence":1}']) {
      assert.notEqual((await verifyExport(bytes(lines.toSpliced(1, 0, rubbish), 100))).faults.length, 0, rubbish);
    }
  });

  it('reads no further in a line without end', async () => {
    let read = 0;
    async function* endless(): AsyncIterable<Buffer> {
      for (; read < 100; read++) yield Buffer.alloc(1024 * 1024, 'x');
    }
    const { faults } = await verifyExport(endless());
    assert.match(faults[0] ?? '', /^line 1: the line is longer than /);
    assert.ok(read < 20, `${read} MiB read`);
  });

  it('shows any changed byte', async () => {
    const lines = await linesOf(new Map([['ex_1', chain('ex_1', 2)]]));
    const text = lines.join('\n');
    for (let at = 0; at < text.length; at += 3) {
      const other = text[at] === '1' ? '2' : '1';
      const forged = `${text.slice(0, at)}${other}${text.slice(at + 1)}`;
      const { faults } = await verifyExport(bytes(forged.split('\n'), 1000));
      assert.ok(faults.length > 0, `a change at ${at} went unseen: ${forged.slice(at - 20, at + 20)}`);
    }
  });
});

describe('a Merkle tree', () => {
  const leaves = Array.from({ length: 20 }, (_, index) => leafHash(`leaf ${index}`));

  it('has the roots of RFC 6962', () => {
    assert.equal(merkleRoot([]).toString('hex'), 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
    assert.equal(leafHash('').toString('hex'), '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d');
  });

  it('proves every leaf in trees of every size, and no other', () => {
    for (let count = 1; count <= leaves.length; count++) {
      const tree = leaves.slice(0, count);
      const root = merkleRoot(tree).toString('hex');
      for (const [index, leaf] of tree.entries()) {
        const proof = inclusionPath(tree, index);
        assert.equal(rootFrom(leaf, index, count, proof)?.toString('hex'), root);
        assert.notEqual(rootFrom(leafHash('another'), index, count, proof)?.toString('hex'), root);
        if (count > 1) assert.notEqual(rootFrom(leaf, (index + 1) % count, count, proof)?.toString('hex'), root);
      }
    }
  });
});

describe('checkpoints', () => {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  let directory: string;
  let store: CheckpointStore;
  const early = chain('ex_1', 4);
  const chains = new Map([
    ['ex_1', early],
    ['ex_2', chain('ex_2', 3)],
  ]);

  before(async () => {
    directory = await mkdtemp(path.join(tmpdir(), 'checkpoints-'));
    store = folderCheckpointStore(directory);
    await makeCheckpoint(memoryAuditLog(chains), store, privateKey, new Date(now + 120_000));
    chains.set('ex_1', [
      ...early,
      ...link('ex_1', { sequence: 4, hash: early[3]?.hash ?? null }, [note], now + 3_600_000).events,
    ]);
    await makeCheckpoint(memoryAuditLog(chains), store, privateKey, new Date(now + 3_600_500));
  });

  after(() => rm(directory, { recursive: true, force: true }));

  const note = { type: 'more', outcome: 'applied', state: null, occurredAt: '2026-01-05T13:00:00.000Z', data: {} };
  const faults = (all: ReadonlyMap<string, readonly AuditEvent[]>, key = publicKey) =>
    collect(checkpointFaults(memoryAuditLog(all), store, key));

  it('hold for the chains they were made of, and sign only what moved', async () => {
    assert.equal(await store.latest(), 2);
    assert.deepEqual(
      (await store.get(2))?.leaves.map(({ stream, sequence }) => [stream, sequence]),
      [['ex_1', 5]],
    );
    assert.deepEqual(await faults(chains), []);
  });

  it('are written once', async () => {
    const first = await store.get(1);
    assert.ok(first);
    await assert.rejects(store.add(first), CheckpointExistsError);
  });

  it('show a chain that was rewritten from some event on', async () => {
    const events = chains.get('ex_1') ?? [];
    const forged = rehashed(events.with(1, { ...(events[1] as AuditEvent), outcome: 'forbidden' }));
    const log = new Map([...chains, ['ex_1', forged] as const]);
    assert.equal((await verifyChain(memoryAuditLog(log), 'ex_1')).fault, undefined);
    assert.deepEqual(await faults(log), ['ex_1: event 5 is not the one that was signed']);
  });

  it('show a chain that is gone', async () => {
    assert.equal((await faults(new Map([['ex_1', chains.get('ex_1') ?? []]]))).length, 1);
  });

  it('show that one of them is none', async () => {
    const copy = await mkdtemp(path.join(tmpdir(), 'checkpoints-'));
    const file = path.join(copy, 'checkpoint-0000000001.json');
    for (const content of [
      '',
      'null',
      '5',
      '{"checkpoint":null,"leaves":[]}',
      '{"checkpoint":{"signature":""},"leaves":[null]}',
    ]) {
      await writeFile(file, content);
      const found = await collect(checkpointFaults(memoryAuditLog(chains), folderCheckpointStore(copy), publicKey));
      assert.match(found.join('\n'), /^checkpoint 1 cannot be read: it [^\n]+$/);
    }
    await rm(copy, { recursive: true });
  });

  it('show what is wrong with one chain alone', async () => {
    const log = memoryAuditLog(new Map([['ex_1', chains.get('ex_1') ?? []]]));
    assert.deepEqual(await collect(checkpointFaults(log, store, publicKey, 'ex_1')), []);
    assert.equal((await collect(checkpointFaults(log, store, publicKey, 'ex_2'))).length, 1);
  });

  it('show another signer', async () => {
    assert.ok((await faults(chains, generateKeyPairSync('ed25519').publicKey)).length > 0);
  });

  it('prove an event, with the public key alone', async () => {
    const log = memoryAuditLog(chains);
    for (const sequence of [1, 2, 3, 4, 5]) {
      const proof = await proveEvent(log, store, 'ex_1', sequence);
      assert.ok(proof);
      assert.equal(proof.checkpoint.number, sequence === 5 ? 2 : 1);
      assert.equal(proofFault(proof, publicKey), undefined);
      const forged = rehashed(proof.events.with(0, { ...(proof.events[0] as AuditEvent), outcome: 'forbidden' }));
      assert.ok(proofFault({ ...proof, events: forged }, publicKey));
      assert.ok(proofFault({ ...proof, leaf: { ...proof.leaf, index: proof.leaf.index + 1 } }, publicKey));
      assert.ok(proofFault({ ...proof, checkpoint: { ...proof.checkpoint, root: '0'.repeat(64) } }, publicKey));
      assert.ok(proofFault({ ...proof, checkpoint: { ...proof.checkpoint, at: '\ud800' } }, publicKey));
      for (const index of [-1, 0.5, 'x', null] as number[]) {
        assert.ok(proofFault({ ...proof, leaf: { ...proof.leaf, index } }, publicKey), `index ${index}`);
      }
    }
    assert.equal(await proveEvent(log, store, 'ex_1', 6), undefined);
  });
});
