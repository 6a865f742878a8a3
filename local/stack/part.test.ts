import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';
import { StartError } from '../program.ts';
import { startPart } from './part.ts';

const dir = mkdtempSync(path.join(os.tmpdir(), 'part-'));
after(() => rmSync(dir, { recursive: true, force: true }));
const programModule = path.join(import.meta.dirname, '..', 'program.ts');

function program(name: string, start: string): string {
  const file = path.join(dir, `${name}.mjs`);
  writeFileSync(
    file,
    `import http from 'node:http';
     import { runProgram, StartError } from ${JSON.stringify(programModule)};
     await runProgram({ name: '${name}', usage: '', options: { port: { type: 'string' } }, start: async (values) => { ${start} } });`,
  );
  return file;
}

const serving = `
  const server = http.createServer((_, response) => response.end(String(process.pid)));
  await new Promise((resolve, reject) => server.once('error', reject).listen(Number(values.port), '127.0.0.1', resolve));
  return { url: 'http://127.0.0.1:' + server.address().port, close: async () => server.close() };`;

test('a part that is killed comes back on its address, and the stack is told', async () => {
  const events: string[] = [];
  let back = () => {};
  const returned = new Promise<void>((resolve) => {
    back = resolve;
  });
  const part = await startPart(
    {
      name: 'server',
      program: program('server', serving),
      args: ['--port', '0'],
      logDir: dir,
      onEvent: (line) => {
        events.push(line);
        if (line === 'server is back') back();
      },
    },
    () => {},
  );
  const first = Number(await (await fetch(part.url)).text());
  assert.equal(first, part.pid);
  process.kill(first, 'SIGKILL');
  await returned;
  const second = Number(await (await fetch(part.url)).text());
  assert.notEqual(second, first);
  assert.equal(second, part.pid);
  assert.deepEqual(events, ['server ended (SIGKILL); starting it again', 'server is back']);
  await part.stop();
  await assert.rejects(fetch(part.url));
});

test('a part that does not come up says why in its own words, and logs it', async () => {
  const failing = program('failing', "throw new StartError('the cellar is flooded');");
  const starting = startPart({ name: 'failing', program: failing, args: [], logDir: dir, onEvent: () => {} }, () => {});
  await assert.rejects(starting, new StartError('failing: the cellar is flooded'));
  assert.match(readFileSync(path.join(dir, 'failing.log'), 'utf8'), /the cellar is flooded/);
});
