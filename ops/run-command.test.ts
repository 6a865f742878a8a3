import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';
import { UsageError } from './command.ts';
import { runCommand } from './run-command.ts';
import { readStack } from './stack.ts';

const dir = mkdtempSync(path.join(tmpdir(), 'ops-'));
after(() => rmSync(dir, { recursive: true }));

async function failing(error: Error): Promise<{ code: number; said: string }> {
  const lines: string[] = [];
  const output = { out: (line: string) => lines.push(line), err: (line: string) => lines.push(line) };
  const command = { summary: '', usage: 'usage: x', run: () => Promise.reject(error) };
  return { code: await runCommand('ops x', command, [], output), said: lines.join('\n') };
}

test('a wrong call is 2 with the usage, a store that is away is 1 with one line', async () => {
  assert.deepEqual(await failing(new UsageError('no such action: y')), {
    code: 2,
    said: 'ops x: no such action: y\n\nusage: x',
  });
  const away = Object.assign(new Error('Cosmos DB is not available'), { retryable: true, code: 503 });
  assert.deepEqual(await failing(away), { code: 1, said: 'ops x: Cosmos DB is not available' });
});

test("what the store's client says is told as it is, though its code is a number", async () => {
  const refused = Object.assign(new Error('the signature is wrong'), { code: 401 });
  await assert.rejects(failing(refused), refused);
});

test('a file that describes no stack is said to be none', () => {
  const file = path.join(dir, 'stack.json');
  for (const content of ['', 'null', '5', '[]', '{}', '{"pid":"1"}']) {
    writeFileSync(file, content);
    assert.throws(() => readStack(file), /^NoStackError: no running stack: .*stack.json cannot be read/);
  }
  assert.throws(() => readStack(path.join(dir, 'none.json')), /no running stack: /);
});
