import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'node:test';
import { append } from '../../shared/streams/append.ts';
import { drain } from '../../shared/streams/drain.ts';
import { PermanentError } from '../../shared/streams/errors.ts';
import { memoryStreamStore, type MemoryStreamStore } from '../../shared/streams/memory-stream-store.ts';
import type { StreamPorts, StreamReport } from '../../shared/streams/ports.ts';
import { UsageError } from '../command.ts';
import { parkedCommand } from './parked-command.ts';

const now = Date.UTC(2026, 0, 5, 12);
const note = { type: 'thing', outcome: 'applied', state: null, occurredAt: '2026-01-05T12:00:00.000Z', data: {} };

let store: MemoryStreamStore;
let ports: StreamPorts;
let done: string[];
let closed: number;
let reports: StreamReport[];

beforeEach(async () => {
  store = memoryStreamStore(() => now);
  done = [];
  closed = 0;
  reports = [];
  ports = {
    queue: 'callbacks',
    store,
    bell: { ring: (stream) => drain(ports, stream, { reconcile: true }) },
    effect: {
      apply: async ({ stream, pending: [entry] }) => {
        if (!entry) return { decisions: [] };
        if (entry.data.bad) throw new PermanentError(entry.key, `${entry.type} is no good`);
        done.push(`${stream} ${entry.key}`);
        return { decisions: [{ key: entry.key, note }] };
      },
      fence: async () => {},
    },
    now: () => now,
    random: () => 0.5,
    retryDelay: () => 1000,
    handOn: async () => {},
    report: (event) => void reports.push(event),
  };
  for (const stream of ['ex_1', 'ex_2']) {
    await append(ports, stream, { key: 'a', type: stream === 'ex_1' ? 'deposit' : 'payout', data: { bad: true } });
    await append(ports, stream, { key: 'b', type: 'thing', data: {} });
  }
});

async function run(...args: string[]) {
  const out: string[] = [];
  const err: string[] = [];
  const tools = {
    store,
    actor: 'ada',
    streams: (queue: string) => (queue === 'callbacks' ? ports : undefined),
    close: async () => void closed++,
  };
  const command = parkedCommand(async () => tools);
  const code = await command.run(args, { out: (line) => out.push(line), err: (line) => err.push(line) });
  return { code, out, err };
}

describe('ops parked', () => {
  it('lists what is parked, and why', async () => {
    const { code, out } = await run();
    assert.equal(code, 0);
    assert.match(out[1] ?? '', /^ex_1 .*2 .*deposit is no good$/);
    assert.equal(out.at(-1), '2 parked');
    assert.equal(closed, 1);
  });

  it('shows one stream with its entries', async () => {
    const { out } = await run('show', 'ex_1');
    assert.ok(out.some((line) => line.includes('deposit is no good')));
    assert.ok(out.some((line) => line.includes('{"bad":true}')));
    assert.equal((await run('show', 'ex_9')).code, 1);
  });

  it('skips one, and what is behind it goes on', async () => {
    const { code, out } = await run('skip', 'ex_1', '--reason', 'test data');
    assert.deepEqual([code, out], [0, ['ex_1: skipped']]);
    assert.deepEqual(done, ['ex_1 b']);
    const event = store.events('ex_1').find(({ type }) => type === 'stream.skipped');
    assert.deepEqual([event?.data.actor, event?.data.reason], ['ada', 'test data']);
  });

  it('fixes an entry in its place', async () => {
    const { code } = await run('fix', 'ex_1', '--data', '{"bad":false}', '--reason', 'mended');
    assert.equal(code, 0);
    assert.deepEqual(done, ['ex_1 a', 'ex_1 b']);
  });

  it('says what it would do to many, and does nothing', async () => {
    const { out } = await run('skip', '--all', '--matching', 'payout', '--reason', 'test data', '--dry-run');
    assert.deepEqual(out, ['would skip ex_2 (payout is no good)']);
    assert.deepEqual(done, []);
  });

  it('does it to those that match', async () => {
    await run('skip', '--all', '--matching', 'payout', '--reason', 'test data');
    assert.deepEqual(done, ['ex_2 b']);
    assert.deepEqual((await run('skip', '--all', '--queue', 'deliveries', '--reason', 'x')).out, [
      'no stream is parked',
    ]);
  });

  it('has done what is stored, although the ring for it got lost', async () => {
    ports.bell = { ring: () => Promise.reject(new Error('the broker is away')) };
    assert.deepEqual(await run('skip', 'ex_1', '--reason', 'test data'), { code: 0, out: ['ex_1: skipped'], err: [] });
    assert.equal(reports.at(-1)?.kind, 'ring-lost');
    assert.deepEqual((await store.due(now + 10_000, 10)).at(-1), { stream: 'ex_1', queue: 'callbacks' });
  });

  it('says so when a stream is not parked', async () => {
    await run('skip', 'ex_1', '--reason', 'test data');
    const { code, err } = await run('replay', 'ex_1', '--reason', 'again');
    assert.deepEqual([code, err], [1, ['ex_1: is not parked']]);
  });

  it('refuses a call that is not clear', async () => {
    for (const args of [
      ['skip', 'ex_1'],
      ['skip', '--reason', 'x'],
      ['skip', 'ex_1', '--all', '--reason', 'x'],
      ['fix', 'ex_1', '--reason', 'x'],
      ['fix', 'ex_1', '--reason', 'x', '--data', 'no json'],
      ['fix', 'ex_1', 'ex_2', '--reason', 'x', '--data', '{}'],
      ['explode'],
    ]) {
      await assert.rejects(run(...args), UsageError, args.join(' '));
    }
    assert.equal(closed, 0);
  });

  it('refuses to narrow by nothing, by a queue that is none, or what is named anyway', async () => {
    const wrong: [RegExp, string[]][] = [
      [/--matching is empty/, ['skip', '--all', '--reason', 'x', '--matching', '']],
      [/--queue callback: use callbacks or deliveries/, ['skip', '--all', '--reason', 'x', '--queue', 'callback']],
      [/not streams that are named/, ['skip', 'ex_1', '--reason', 'x', '--matching', 'payout']],
      [/not streams that are named/, ['replay', 'ex_1', '--reason', 'x', '--queue', 'callbacks']],
    ];
    for (const [message, args] of wrong) {
      await assert.rejects(run(...args), (error) => error instanceof UsageError && message.test(error.message));
    }
    assert.equal((await store.parked(10)).length, 2);
  });

  it('says that a list may not be all', async () => {
    assert.match((await run('list', '--limit', '1')).out.at(-1) ?? '', /^looked at the first 1 parked streams/);
    assert.equal((await run('list', '--limit', '3')).out.at(-1), '2 parked');
  });

  it('fixes with what can take the place of the data that is there, and with nothing else', async () => {
    for (const data of ['{}', '{"worse":true}', '{"bad":"no"}']) {
      for (const more of [[], ['--dry-run']]) {
        const { code, err } = await run('fix', 'ex_1', '--data', data, '--reason', 'x', ...more);
        assert.deepEqual([code, err], [1, ['ex_1: the new data lacks bad, or has another type there: see "show"']]);
      }
    }
    for (const data of [
      '{"bad":false,"text":"\\u0000"}',
      '{"bad":false,"\\ud800":1}',
      '{"bad":false,"in":[{"a":"\\udc00"}]}',
    ]) {
      await assert.rejects(run('fix', 'ex_1', '--data', data, '--reason', 'x'), /which cannot be stored/);
    }
    assert.equal((await store.parked(10)).length, 2);
  });

  it('says in a dry run that there is no such stream', async () => {
    const { code, err } = await run('replay', 'nope', '--reason', 'x', '--dry-run');
    assert.deepEqual([code, err], [1, ['nope: there is no such stream']]);
  });
});
