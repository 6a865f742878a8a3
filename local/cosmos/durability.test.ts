import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFile, readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { test } from 'node:test';
import { wellKnownKey } from './authorization.ts';
import { ask, clientOf, startTestAccount, temporaryDirectory } from './test-account.ts';
import { startCosmos } from './server.ts';

/** The real program in a process of its own, which can be killed. */
async function startProcess(directory: string) {
  const child = spawn(
    process.execPath,
    [path.join(import.meta.dirname, 'main.ts'), '--port', '0', '--data', directory],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  const [line] = (await once(createInterface({ input: child.stdout }), 'line')) as [string];
  assert.match(line, /^ready cosmos http:\/\/127\.0\.0\.1:\d+\/$/);
  const client = clientOf(line.split(' ')[2]!, wellKnownKey);
  return {
    client,
    kill: async () => {
      client.dispose();
      child.kill('SIGKILL');
      await once(child, 'exit');
    },
    stop: async () => {
      client.dispose();
      child.kill('SIGTERM');
      const [code] = (await once(child, 'exit')) as [number];
      assert.equal(code, 0);
    },
  };
}

test('cosmos: durability: kill -9 in the middle of writing loses nothing that was acknowledged', async () => {
  await using temporary = await temporaryDirectory();
  const first = await startProcess(temporary.directory);
  const { database } = await first.client.databases.create({ id: 'd' });
  const { container } = await database.containers.create({ id: 'c', partitionKey: '/pk' });
  await container.items.create({ id: 'deleted', pk: 'p' });
  await container.item('deleted', 'p').delete();
  const acknowledged: string[] = [];
  let killed = false;
  const writer = async (pk: string) => {
    for (let n = 0; !killed; n++) {
      const operations = ['a', 'b'].map((half) => ({
        operationType: 'Create' as const,
        resourceBody: { id: `${n}${half}`, pk, n },
      }));
      try {
        const { code } = await container.items.batch(operations, pk);
        if (code === 200) acknowledged.push(`${pk}/${n}`);
      } catch {
        // The connection broke: this batch may be there or not, but whole.
        killed = true;
      }
    }
  };
  const writers = ['p1', 'p2', 'p3', 'p4'].map(writer);
  while (acknowledged.length < 100) await new Promise((resolve) => setImmediate(resolve));
  await first.kill();
  await Promise.all(writers);

  const second = await startProcess(temporary.directory);
  const again = second.client.database('d').container('c');
  const found = await ask<{ pk: string; n: number; id: string }>(again, 'SELECT c.pk, c.n, c.id FROM c', [], {
    maxItemCount: -1,
  });
  const halves = Map.groupBy(found, ({ pk, n }) => `${pk}/${n}`);
  for (const batch of acknowledged) assert.equal(halves.get(batch)?.length, 2, `${batch} was acknowledged`);
  for (const [batch, parts] of halves) assert.equal(parts.length, 2, `${batch} is there by half`);
  assert.equal((await again.item('deleted', 'p').read()).statusCode, 404);
  await second.stop();
});

test('cosmos: durability: everything is there after a restart: definitions, etags, feed, unique keys, order', async () => {
  await using temporary = await temporaryDirectory();
  const { directory } = temporary;
  let token: string;
  let etag: string | undefined;
  {
    await using account = await startTestAccount({ directory });
    const container = await account.container({
      uniqueKeyPolicy: { uniqueKeys: [{ paths: ['/u'] }] },
      throughput: 1000,
      defaultTtl: -1,
    });
    for (let n = 0; n < 5; n++) await container.items.create({ id: `i${n}`, pk: `p${n % 2}`, u: n, n });
    await container.item('i1', 'p1').delete();
    etag = (await container.items.upsert({ id: 'i0', pk: 'p0', u: 0, n: 100 })).resource?._etag;
    ({ continuationToken: token } = await container.items.query('SELECT * FROM c', { maxItemCount: 2 }).fetchNext());
  }
  await using server = await closing(startCosmos({ port: 0, directory, now: () => 1_700_000_000 }));
  const client = clientOf(server.url, server.key);
  const container = client.database('test').container('c1');
  assert.equal((await container.read()).resource?.defaultTtl, -1);
  assert.equal((await container.readOffer()).resource?.content?.offerThroughput, 1000);
  assert.equal((await container.item('i0', 'p0').read()).etag, etag);
  const rest = container.items.query<{ id: string }>('SELECT * FROM c', { continuationToken: token });
  assert.deepEqual(
    (await rest.fetchAll()).resources.map(({ id }) => id),
    ['i4', 'i3'],
  );
  await assert.rejects(container.items.create({ id: 'x', pk: 'p0', u: 2 }), { code: 409 });
  const { result } = await container.items.changeFeed('p0', { startFromBeginning: true }).fetchNext();
  assert.deepEqual(
    result.map(({ id }) => id),
    ['i2', 'i4', 'i0'],
  );
  const { resource } = await container.items.create({ id: 'i5', pk: 'p0', u: 5 });
  assert.ok(!result.some(({ _rid }) => _rid === resource?._rid), 'resource ids are not used again');
  client.dispose();
});

test('cosmos: durability: a journal whose last line was cut off opens without that line', async () => {
  await using temporary = await temporaryDirectory();
  const { directory } = temporary;
  {
    await using account = await startTestAccount({ directory });
    await (
      await account.container()
    ).items.create({ id: 'whole', pk: 'a', text: 'line\u2028separators\u2029 and\nnew lines' });
  }
  await appendFile(path.join(directory, 'segment-0'), '[["put","AAAA",["a"],1');
  for (const round of [1, 2]) {
    await using server = await closing(startCosmos({ port: 0, directory }));
    const client = clientOf(server.url, server.key);
    const container = client.database('test').container('c1');
    assert.deepEqual(await ask(container, 'SELECT VALUE c.id FROM c'), round === 1 ? ['whole'] : ['whole', 'more']);
    if (round === 1) await container.items.create({ id: 'more', pk: 'a' });
    client.dispose();
  }
});

test('cosmos: durability: the journal is compacted, and what is left is all that is live', async () => {
  await using temporary = await temporaryDirectory();
  const { directory } = temporary;
  {
    await using account = await startTestAccount({ directory, compactAfterBytes: 100_000 });
    const container = await account.container({ defaultTtl: -1 });
    const text = 'x'.repeat(2000);
    for (let n = 0; n < 400; n++) await container.items.upsert({ id: `${n % 10}`, pk: 'p', n, text });
    await container.item('3', 'p').delete();
  }
  const files = await readdir(directory);
  const sizes = await Promise.all(files.map(async (file) => (await stat(path.join(directory, file))).size));
  assert.ok(sizes.reduce((sum, size) => sum + size, 0) < 250_000, `${files.join()} hold ${sizes.join()}`);
  await using server = await closing(startCosmos({ port: 0, directory }));
  const client = clientOf(server.url, server.key);
  const found = await ask<number>(client.database('test').container('c1'), 'SELECT VALUE c.n FROM c ORDER BY c.n');
  assert.deepEqual(found, [390, 391, 392, 394, 395, 396, 397, 398, 399]);
  client.dispose();
});

test('cosmos: durability: a busy port is one clear message and exit code 1', async () => {
  await using temporary = await temporaryDirectory();
  await using server = await closing(startCosmos({ port: 0 }));
  const { port } = new URL(server.url);
  const child = spawn(
    process.execPath,
    [path.join(import.meta.dirname, 'main.ts'), '--port', port, '--data', temporary.directory],
    {
      stdio: ['ignore', 'ignore', 'pipe'],
    },
  );
  const [line] = (await once(createInterface({ input: child.stderr }), 'line')) as [string];
  assert.equal(line, `cosmos: port ${port} is in use: stop what holds it, or choose another with --port`);
  if (child.exitCode === null) await once(child, 'exit');
  assert.equal(child.exitCode, 1);
});

async function closing<T extends { close(): Promise<void> }>(starting: Promise<T>) {
  const started = await starting;
  return Object.assign(started, { [Symbol.asyncDispose]: () => started.close() });
}
