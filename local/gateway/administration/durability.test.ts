import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { join } from 'node:path';
import { test } from 'node:test';
import { writeArtefacts } from '../test-gateway.ts';
import { group, startAdministration } from './test-administration.ts';

const service = '/subscriptions/s/resourceGroups/rg/providers/Microsoft.ApiManagement/service/service';
const headers = { authorization: 'Bearer operator', 'content-type': 'application/json' };
const WRITERS = 4;
const KILLS = 3;

/** The gateway as a process of its own, with its management address. */
async function startProcess(apim: string, data: string): Promise<{ child: ChildProcess; management: string }> {
  const main = join(import.meta.dirname, '..', 'main.ts');
  const options = ['--apim', apim, '--data', data, '--port', '0', '--management-port', '0'];
  const overrides = ['--overrides', join(apim, 'overrides.json')];
  const child = spawn(process.execPath, [main, ...options, ...overrides], { stdio: ['ignore', 'pipe', 'inherit'] });
  let management = '';
  for await (const line of createInterface({ input: child.stdout })) {
    management ||= /^management (\S+)/.exec(line)?.[1] ?? '';
    if (line.startsWith('ready ')) break;
  }
  return { child, management };
}

async function kill(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGKILL');
  await once(child, 'exit');
}

test('gateway: administration: whatever was answered outlives a kill -9', async (t) => {
  const apim = writeArtefacts(t, { 'overrides.json': { operatorToken: 'operator' }, 'apis/none.json': {} });
  const data = writeArtefacts(t, {});
  const answered = new Map<string, number>();
  for (let round = 0; round <= KILLS; round++) {
    const { child, management } = await startProcess(apim, data);
    t.after(() => kill(child));
    for (const [name, value] of answered) {
      const found = await fetch(`${management}${service}/namedValues/${name}?api-version=2024-05-01`, { headers });
      const { properties } = (await found.json()) as { properties: { value: string } };
      // A change that was made, but not answered, may be there, too.
      assert.ok(Number(properties.value) >= value, `${name} is ${properties.value}, and ${value} was answered`);
    }
    if (round === KILLS) return;
    let count = 0;
    const write = async (name: string): Promise<void> => {
      for (let value = (answered.get(name) ?? 0) + 1; ; value++) {
        const body = JSON.stringify({ properties: { displayName: name, value: `${value}` } });
        const url = `${management}${service}/namedValues/${name}?api-version=2024-05-01`;
        const answer = await fetch(url, { method: 'PUT', headers, body });
        assert.ok(answer.ok, await answer.text());
        answered.set(name, value);
        if (++count === 20) child.kill('SIGKILL');
      }
    };
    const writers = Array.from({ length: WRITERS }, (_, i) => write(`value-${i}`));
    for (const result of await Promise.allSettled(writers))
      assert.match(String(result.status === 'rejected' && result.reason), /TypeError: (?:fetch failed|terminated)/);
  }
});

test('gateway: administration: concurrent changes under load lose no change and drop no request', async (t) => {
  const { gateway, client } = await startAdministration(t);
  let stop = false;
  const statuses = new Set<number>();
  const load = async () => {
    while (!stop) {
      const answer = await gateway.ask('/');
      await answer.arrayBuffer();
      statuses.add(answer.status);
    }
  };
  const running = [load(), load(), load(), load()];
  const write = async (name: string) => {
    for (let value = 1; value <= 5; value++)
      await client.namedValue.beginCreateOrUpdateAndWait(...group, name, { displayName: name, value: `${value}` });
    await client.subscription.createOrUpdate(...group, name, { displayName: name, scope: '/apis' });
  };
  const names = Array.from({ length: 8 }, (_, i) => `value-${i}`);
  await Promise.all(names.map(write));
  stop = true;
  await Promise.all(running);
  assert.deepEqual([...statuses], [200]);
  for (const name of names) {
    assert.equal((await client.namedValue.get(...group, name)).value, '5');
    assert.equal((await client.subscription.get(...group, name)).displayName, name);
  }
});

test('gateway: administration: of changes on the same ETag one is made', async (t) => {
  const { client } = await startAdministration(t);
  const { eTag = '' } = await client.namedValue.getEntityTag(...group, 'route');
  const change = (value: string) => client.namedValue.beginUpdateAndWait(...group, 'route', eTag, { value });
  const results = await Promise.allSettled(['a', 'b', 'c', 'd'].map(change));
  assert.equal(results.filter(({ status }) => status === 'fulfilled').length, 1);
});
