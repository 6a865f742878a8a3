import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { classify, exchangeStates, providerEventTypes, type ExchangeState } from '../exchange/state-machine.ts';
import { ConflictError, PermanentError, TransientError } from '../streams/errors.ts';
import type { Entry } from '../streams/head.ts';
import { callbackEffect } from './apply-events.ts';
import type { ExchangeRow, ExchangeRows } from './exchange-row.ts';

const now = Date.UTC(2026, 0, 5, 12);

function entry(type: string, data: Entry['data'] = {}, at = now): Entry {
  const key = `simulator:evt_${type}`;
  return { key, type, at, data: { provider: 'simulator', eventId: `evt_${type}`, data: {}, ...data } };
}

function rowIn(state: ExchangeState, recordedState: ExchangeState | null = state): ExchangeRow {
  const at = '2026-01-05T11:00:00.000Z';
  const ids = { id: 'ex_1', partnerId: 'p', provider: 'simulator', pair: 'BTC-ETH' };
  return { ...ids, state, recordedState, sequence: 0, last: null, createdAt: at, updatedAt: at };
}

/** One row, and what was written to it. */
function rowsOf(first: ExchangeRow | undefined, onRead: (reads: number) => void = () => {}) {
  let row = first;
  let reads = 0;
  const rows: ExchangeRows = {
    read: async () => {
      const found = row;
      onRead(++reads);
      return found;
    },
    write: async (read, change) => {
      if (!row || row.state !== read.state || row.sequence !== read.sequence) return false;
      row = { ...row, ...change };
      return true;
    },
  };
  return {
    rows,
    get: () => row,
    set: (next: ExchangeRow) => {
      row = next;
    },
  };
}

const work = (pending: Entry[], more = {}) => {
  return { stream: 'ex_1', number: 1, held: [], pending, attempts: 0, now, ...more };
};
const outcomes = (applied: { decisions: { key: string | null; note: { type: string; outcome: string } }[] }) =>
  applied.decisions.map(({ note }) => `${note.type} ${note.outcome}`);

describe('the effect of callbacks', () => {
  const path = ['deposit.detected', 'deposit.confirmed', 'trade.completed', 'payout.sent', 'payout.confirmed'];

  it('takes an exchange from its deposit to its end in one write', async () => {
    const { rows, get } = rowsOf(rowIn('awaiting_deposit', null));
    const applied = await callbackEffect(rows, async () => true).apply(work(path.map((type) => entry(type))));
    assert.deepEqual(outcomes(applied), ['exchange.created applied', ...path.map((type) => `${type} applied`)]);
    assert.deepEqual([get()?.state, get()?.sequence], ['finished', 6]);
    assert.deepEqual(
      applied.followUps?.map(({ type }) => type),
      ['exchange.created', 'exchange.confirming', 'exchange.exchanging', 'exchange.sending', 'exchange.finished'],
    );
  });

  it('finishes whatever order the events come in', async () => {
    for (const order of permutations(path.slice(0, 4))) {
      const { rows, get } = rowsOf(rowIn('awaiting_deposit'));
      await callbackEffect(rows, async () => false).apply(
        work([...order, 'payout.confirmed'].map((type) => entry(type))),
      );
      assert.equal(get()?.state, 'finished', order.join(' '));
    }
  });

  it('answers a repeated call with the decisions of the first, and does nothing', async () => {
    const { rows, get } = rowsOf(rowIn('awaiting_deposit'));
    const effect = callbackEffect(rows, async () => true);
    const first = await effect.apply(work([entry('deposit.detected')]));
    const row = get();
    const second = await effect.apply(work([entry('deposit.detected'), entry('deposit.confirmed')]));
    assert.deepEqual(second, first);
    assert.equal(get(), row);
  });

  it('stops a worker whose head is behind what was decided', async () => {
    const { rows } = rowsOf({ ...rowIn('exchanging'), sequence: 7, last: { first: 6, decisions: [] } });
    await assert.rejects(
      callbackEffect(rows, async () => false).apply(work([entry('trade.completed')])),
      ConflictError,
    );
  });

  it('decides again when the row moved between read and write', async () => {
    const row = rowsOf(rowIn('awaiting_deposit'), (reads) => {
      if (reads === 1) row.set(rowIn('canceled', 'awaiting_deposit'));
    });
    const applied = await callbackEffect(row.rows, async () => false).apply(work([entry('deposit.detected')]));
    assert.deepEqual(outcomes(applied), ['exchange.canceled applied', 'deposit.detected forbidden']);
  });

  it('does what the state machine says, in every state and for every event', async () => {
    for (const state of exchangeStates) {
      for (const type of providerEventTypes) {
        const { rows, get } = rowsOf(rowIn(state));
        const [decision] = (await callbackEffect(rows, async () => false).apply(work([entry(type)]))).decisions;
        const expected = classify(state, type);
        assert.equal(decision?.note.outcome, expected.outcome === 'apply' ? 'applied' : expected.outcome);
        assert.equal(decision.hold ?? false, expected.outcome === 'early');
        assert.equal(get()?.state, expected.outcome === 'apply' ? expected.next : state);
      }
    }
  });

  it('records what it does not know, and what another provider says, without effect', async () => {
    const { rows, get } = rowsOf(rowIn('awaiting_deposit'));
    const foreign = entry('deposit.detected', { provider: 'another' });
    const applied = await callbackEffect(rows, async () => false).apply(work([entry('never.heard.of'), foreign]));
    assert.deepEqual(outcomes(applied), ['never.heard.of unknown-type', 'deposit.detected forbidden']);
    assert.equal(get()?.state, 'awaiting_deposit');
  });

  it('gives an exchange ten seconds to become visible, and then records that there is none', async () => {
    const effect = callbackEffect(rowsOf(undefined).rows, async () => false);
    await assert.rejects(effect.apply(work([entry('deposit.detected')])), TransientError);
    const later = await effect.apply(work([entry('deposit.detected', {}, now - 10_000)]));
    assert.deepEqual(outcomes(later), ['deposit.detected unknown-exchange']);
  });

  it('stops at an event that cannot be processed, with what came before it done', async () => {
    const { rows, get } = rowsOf(rowIn('awaiting_deposit'));
    const bad = entry('deposit.confirmed', { data: { transaction: 'white space' } });
    const effect = callbackEffect(rows, async () => false);
    const applied = await effect.apply(work([entry('deposit.detected'), bad, entry('trade.completed')]));
    assert.deepEqual(outcomes(applied), ['deposit.detected applied']);
    assert.ok(applied.failure instanceof PermanentError && applied.failure.key === bad.key);
    assert.equal(get()?.state, 'confirming');
    await assert.rejects(effect.apply(work([bad], { number: 2 })), PermanentError);
  });

  it('fences an operator’s decision off against whoever still tries', async () => {
    const { rows } = rowsOf(rowIn('awaiting_deposit'));
    const effect = callbackEffect(rows, async () => false);
    const note = {
      type: 'stream.skipped',
      outcome: 'skipped',
      state: null,
      occurredAt: '2026-01-05T12:00:00.000Z',
      data: {},
    };
    const skipped = { key: 'simulator:evt_deposit.detected', note };
    await effect.fence('ex_1', 1, skipped);
    assert.deepEqual((await effect.apply(work([entry('deposit.detected')]))).decisions, [skipped]);
    await effect.fence('ex_1', 1, skipped);
    await effect.apply(work([entry('deposit.detected')], { number: 2 }));
    await assert.rejects(effect.fence('ex_1', 2, skipped), ConflictError);
  });
});

function permutations<T>(items: T[]): T[][] {
  if (items.length <= 1) return [items];
  return items.flatMap((item, index) => permutations(items.toSpliced(index, 1)).map((rest) => [item, ...rest]));
}
