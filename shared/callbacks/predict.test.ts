import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'node:test';
import { compareShadow } from './compare-shadow.ts';
import { predict, predictRefusal } from './predict.ts';
import type { Shadow, Start } from './shadow-store.ts';
import type { HistoryEntry } from './sql-history.ts';

const exchangeId = 'ex_1';
const minute = 60_000;
const happy = ['deposit.detected', 'deposit.confirmed', 'trade.completed', 'payout.sent', 'payout.confirmed'];
const states = ['confirming', 'exchanging', 'sending', 'sending', 'finished'] as const;

let now: number;
let start: Start | undefined;
let shadow: Shadow | undefined;
let version: number;

const ports = {
  store: {
    read: async () => shadow && { shadow, version: String(version) },
    write: async (next: Shadow, seen: string | undefined) => {
      if (shadow ? seen !== String(version) : seen !== undefined) return false;
      shadow = next;
      version++;
      return true;
    },
    async *since() {},
  },
  startOf: async () => start,
  now: () => now,
};

beforeEach(() => {
  now = Date.UTC(2026, 0, 5, 12);
  start = { provider: 'simulator', state: 'awaiting_deposit', before: [] };
  shadow = undefined;
  version = 0;
});

const keyOf = (type: string) => `simulator:${type}`;
const copy = (type: string, transaction: unknown = 'tx', provider = 'simulator') =>
  predict(ports, exchangeId, {
    key: `${provider}:${type}`,
    type,
    data: { provider, data: { transaction: transaction as string } },
  });
const made = () => shadow?.predictions.map(({ type, outcome, state }) => [type, outcome, state]);
const recorded = (type: string, outcome: string, state: HistoryEntry['state'], key: string | null = keyOf(type)) => {
  return { exchangeId, key, type, outcome, state, recordedAt: now };
};
const happyHistory = () => happy.map((type, index) => recorded(type, 'applied', states[index]!));
const kinds = (history: HistoryEntry[]) => {
  assert.ok(shadow);
  const compared = compareShadow(shadow, history, now);
  return compared === 'incomplete' ? compared : compared.map(({ kind }) => kind);
};

describe('the prediction of a callback', () => {
  it('is the transition this arm would make, in its turn, whatever order the copies come in', async () => {
    for (const type of [
      'payout.sent',
      'deposit.confirmed',
      'deposit.detected',
      'payout.confirmed',
      'trade.completed',
    ]) {
      await copy(type);
    }
    assert.deepEqual(
      made(),
      happy.map((type, index) => [type, 'applied', states[index]]),
    );
    assert.deepEqual(shadow?.held, []);
  });

  it('is made once of a copy that comes again, alone or together', async () => {
    await Promise.all([copy('deposit.detected'), copy('deposit.detected'), copy('payout.sent')]);
    await copy('payout.sent');
    assert.deepEqual(made(), [['deposit.detected', 'applied', 'confirming']]);
    assert.equal(shadow?.held.length, 1);
  });

  it('begins with the state before it, and says nothing of what was decided earlier', async () => {
    start = { provider: 'simulator', state: 'sending', before: [keyOf('deposit.detected')] };
    await copy('payout.confirmed');
    await copy('deposit.detected');
    assert.deepEqual(made(), [['payout.confirmed', 'applied', 'finished']]);
  });

  it('knows foreign providers, unknown types and unknown exchanges', async () => {
    await copy('deposit.detected', 'tx', 'another');
    await copy('never.heard.of');
    assert.deepEqual(made(), [
      ['deposit.detected', 'forbidden', 'awaiting_deposit'],
      ['never.heard.of', 'unknown-type', 'awaiting_deposit'],
    ]);
    [shadow, start] = [undefined, undefined];
    await copy('deposit.detected');
    assert.deepEqual(made(), [['deposit.detected', 'unknown-exchange', null]]);
  });

  it('of one that cannot be stored is to stop there', async () => {
    await copy('deposit.detected', { large: 'x'.repeat(60_000) });
    await copy('deposit.confirmed');
    assert.deepEqual(
      made()?.map(([, outcome]) => outcome),
      ['parked', 'behind'],
    );
    assert.ok(JSON.stringify(shadow).length < 2000);
  });

  it('is kept of a hundred copies of one exchange, and of no more', async () => {
    for (let index = 0; index < 120; index++) await copy(`never.heard.of.${index}`);
    assert.deepEqual([shadow?.predictions.length, shadow?.left], [100, 20]);
    assert.equal(kinds([]), 'incomplete');
  });
});

describe('the comparison with what legacy made', () => {
  it('finds both alike', async () => {
    for (const type of happy) await copy(type);
    assert.deepEqual(kinds([recorded('exchange.created', 'applied', 'awaiting_deposit', null), ...happyHistory()]), [
      'alike',
      'alike',
      'alike',
      'alike',
      'alike',
    ]);
  });

  it('finds another outcome, another state, and what only one arm decided', async () => {
    for (const type of happy) await copy(type);
    const history = happyHistory();
    history[1] = recorded('deposit.confirmed', 'applied', 'sending');
    history[2] = recorded('trade.completed', 'late', 'sending');
    history.pop();
    assert.deepEqual(kinds(history), ['alike', 'different', 'different', 'alike', 'pending']);
    now += minute;
    assert.equal(kinds(history)?.at(-1), 'different');
  });

  it('finds what this arm would have refused or parked', async () => {
    await predictRefusal(ports, 'simulator', { id: 'deposit.detected', type: 'deposit.detected', exchangeId }, 'old');
    await copy('deposit.confirmed', 7);
    const history = happyHistory().slice(0, 2);
    assert.equal(kinds(history)?.[0], 'different');
  });

  it('waits a minute for the other arm', async () => {
    await copy('deposit.confirmed');
    assert.deepEqual(kinds([]), ['pending']);
    const early = [recorded('deposit.confirmed', 'applied', 'exchanging')];
    assert.deepEqual(kinds(early), ['pending']);
    now += minute;
    assert.deepEqual(kinds(early), ['different']);
  });

  it('says nothing of an exchange of which a copy never came', async () => {
    await copy('deposit.confirmed');
    const history = happyHistory().slice(0, 2);
    assert.deepEqual(kinds(history), ['pending', 'pending']);
    now += minute;
    assert.equal(kinds(history), 'incomplete');
  });

  it('takes transitions from different states for no difference', async () => {
    await copy('exchange.failed');
    await copy('deposit.detected');
    assert.deepEqual(
      kinds([recorded('deposit.detected', 'applied', 'confirming'), recorded('exchange.failed', 'applied', 'failed')]),
      ['order', 'alike'],
    );
    const canceled = [recorded('exchange.canceled', 'applied', 'canceled', null)];
    canceled.push(
      recorded('exchange.failed', 'forbidden', 'canceled'),
      recorded('deposit.detected', 'forbidden', 'canceled'),
    );
    assert.deepEqual(kinds(canceled), ['order', 'order']);
  });

  it('leaves out what legacy had decided before the first copy', async () => {
    start = { provider: 'simulator', state: 'sending', before: happy.slice(0, 4).map(keyOf) };
    await copy('payout.confirmed');
    assert.deepEqual(kinds(happyHistory()), ['alike']);
  });
});
