import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Container, OperationInput } from '@azure/cosmos';
import { startCosmos } from './server.ts';
import { ask, clientOf, temporaryDirectory } from './test-account.ts';

interface Content {
  n: number;
  /** Unique within a partition. */
  u: string;
}
/** What should be there: content by `partition/id`. */
type Model = Map<string, Content>;

/** A small linear congruential generator: the same seed gives the same batches. */
function chooser(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fff_ffff;
    return (state >> 8) % below;
  };
}

/** Draws one operation and applies it to the model; the status is what the server should answer. */
function draw(choose: (below: number) => number, model: Model, pk: string, n: number): [OperationInput, number] {
  const [id, u] = [`i${choose(5)}`, `u${choose(6)}`];
  const key = `${pk}/${id}`;
  const old = model.get(key);
  const taken = [...model].some(([other, content]) => other.startsWith(`${pk}/`) && other !== key && content.u === u);
  const put = (status: number) => {
    if (taken) return 409;
    model.set(key, { n, u });
    return status;
  };
  const resourceBody = { id, pk, n, u };
  switch (choose(5)) {
    case 0:
      return [{ operationType: 'Create', resourceBody }, old ? 409 : put(201)];
    case 1:
      return [{ operationType: 'Upsert', resourceBody }, put(old ? 200 : 201)];
    case 2:
      return [{ operationType: 'Replace', id, resourceBody }, old ? put(200) : 404];
    case 3:
      return [{ operationType: 'Delete', id }, model.delete(key) ? 204 : 404];
    default:
      if (old) model.set(key, { ...old, n });
      return [
        { operationType: 'Patch', id, resourceBody: { operations: [{ op: 'set', path: '/n', value: n }] } },
        old ? 200 : 404,
      ];
  }
}

async function runBatch(
  container: Container,
  choose: (below: number) => number,
  model: Model,
  n: number,
): Promise<Model> {
  const pk = `p${choose(4)}`;
  const draft = new Map(model);
  const drawn: [OperationInput, number][] = [];
  for (let left = 1 + choose(4); left > 0 && (drawn.at(-1)?.[1] ?? 0) < 400; left--)
    drawn.push(draw(choose, draft, pk, n));
  const failed = drawn.at(-1)![1] >= 400;
  const { result } = await container.items.batch(
    drawn.map(([operation]) => operation),
    pk,
  );
  assert.deepEqual(
    result?.map(({ statusCode }) => statusCode),
    drawn.map(([, status], at) => (failed && at < drawn.length - 1 ? 424 : status)),
    `batch ${n}`,
  );
  return failed ? model : draft;
}

async function compare(container: Container, model: Model): Promise<void> {
  const rows = await ask<Content & { pk: string; id: string }>(container, 'SELECT * FROM c', [], { maxItemCount: 3 });
  assert.deepEqual(new Map(rows.map(({ pk, id, n, u }) => [`${pk}/${id}`, { n, u }])), new Map(model));
  assert.equal(rows.length, model.size);
  const indexed = await ask(container, "SELECT VALUE c.id FROM c WHERE c.u = 'u1'");
  assert.equal(indexed.length, [...model.values()].filter(({ u }) => u === 'u1').length);
  const iterator = container.items.changeFeed('p1', { startFromBeginning: true, maxItemCount: 2 });
  let seen = 0;
  for (let page = await iterator.fetchNext(); page.result.length; page = await iterator.fetchNext())
    seen += page.result.length;
  assert.equal(seen, [...model.keys()].filter((key) => key.startsWith('p1/')).length);
}

for (const seed of [1, 2])
  test(`cosmos: durability: random batches agree with a model, through compactions and restarts (seed ${seed})`, async () => {
    await using temporary = await temporaryDirectory();
    const open = async () => {
      const server = await startCosmos({ port: 0, directory: temporary.directory, compactAfterBytes: 10_000 });
      const client = clientOf(server.url, server.key);
      return { server, client, container: client.database('d').container('c') };
    };
    let { server, client, container } = await open();
    const { database } = await client.databases.create({ id: 'd' });
    await database.containers.create({
      id: 'c',
      partitionKey: '/pk',
      uniqueKeyPolicy: { uniqueKeys: [{ paths: ['/u'] }] },
    });
    const choose = chooser(seed);
    let model: Model = new Map();
    for (let n = 1; n <= 160; n++) {
      model = await runBatch(container, choose, model, n);
      if (n % 40) continue;
      client.dispose();
      await server.close();
      ({ server, client, container } = await open());
      await compare(container, model);
    }
    client.dispose();
    await server.close();
  });
