import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Arm, Arms } from './arms.ts';

const happy = ['deposit.detected', 'deposit.confirmed', 'trade.completed', 'payout.sent', 'payout.confirmed'];
const order = {
  from: 'BTC',
  to: 'ETH',
  fromAmount: '0.25',
  payoutAddress: '0x52908400098527886E0F7030069857D2E4169EE7',
};

/** The legacy arm's own handling of callbacks, in whatever order they come. */
export function takeCallbacks({ arms, call, callback }: Arms): void {
  const legacy: Arm = arms.find(({ name }) => name === 'legacy')!;
  const newExchange = async () =>
    ((await call(legacy, { method: 'POST', path: '/v1/exchanges', body: order })).json as { id: string }).id;
  const stateOf = async (id: string) =>
    ((await call(legacy, { path: `/v1/exchanges/${id}` })).json as { state: string }).state;
  const event = (exchangeId: string, type: string, id: string = randomUUID()) => ({
    id,
    type,
    exchangeId,
    occurredAt: new Date().toISOString(),
    data: { transaction: `tx-${type}` },
  });

  test('legacy callbacks: shuffled and doubled, an exchange finishes, each event recorded once', async () => {
    const events = happy.flatMap((type) => [type, type]);
    await fc.assert(
      fc.asyncProperty(fc.shuffledSubarray(events, { minLength: events.length }), async (shuffled) => {
        const id = await newExchange();
        for (const type of shuffled) {
          const answer = await callback(legacy, event(id, type, `${id}-${type}`));
          assert.equal(answer.status, 202, answer.text);
          assert.deepEqual(answer.json, { status: 'accepted', eventId: `${id}-${type}` });
        }
        assert.equal(await stateOf(id), 'finished');
        const { items } = (await call(legacy, { path: `/v1/exchanges/${id}/events` })).json as {
          items: { type: string; outcome: string; state: string }[];
        };
        assert.deepEqual(items.map(({ type }) => type).toSorted(), ['exchange.created', ...happy].toSorted());
        const path = items.filter(({ outcome }) => outcome === 'applied').map(({ state }) => state);
        const allowed = ['awaiting_deposit', 'confirming', 'exchanging', 'sending', 'finished'];
        assert.deepEqual([...new Set(path)], allowed);
      }),
      { numRuns: 20 },
    );
  });

  test('legacy callbacks: many at once for one exchange', async () => {
    const id = await newExchange();
    const answers = await Promise.all(happy.map((type) => callback(legacy, event(id, type))));
    assert.deepEqual(new Set(answers.map(({ status }) => status)), new Set([202]));
    assert.equal(await stateOf(id), 'finished');
  });

  test('legacy callbacks: a failure ends it, a refund follows', async () => {
    const id = await newExchange();
    for (const type of ['refund.sent', 'deposit.detected', 'exchange.failed']) await callback(legacy, event(id, type));
    assert.equal(await stateOf(id), 'refunded');
  });

  test('both arms: what cannot be applied is accepted and recorded', async () => {
    for (const arm of arms) {
      const id = await newExchange();
      for (const unknown of [
        event(id, 'coffee.spilled'),
        event('ex_unknown', 'deposit.detected'),
        event('☃'.length.toString(), 'x'),
      ]) {
        const answer = await callback(arm, unknown);
        assert.deepEqual([answer.status, answer.json], [202, { status: 'accepted', eventId: unknown.id }], arm.name);
        const again = await callback(arm, unknown);
        assert.deepEqual([again.status, again.json], [202, answer.json], arm.name);
      }
      assert.equal(await stateOf(id), 'awaiting_deposit');
    }
  });

  test('both arms: a signature that is wrong, old or missing is 401, an unknown provider 404', async () => {
    for (const arm of arms) {
      const good = event(await newExchange(), 'deposit.detected');
      const old = new Date(Date.now() - 301_000);
      assert.equal((await callback(arm, good, { secret: 'whsec_c2VjcmV0' })).status, 401);
      assert.equal((await callback(arm, good, { at: old })).status, 401);
      assert.equal((await call(arm, { method: 'POST', path: '/v1/callbacks/simulator', body: good })).status, 401);
      for (const name of ['nobody', 'constructor', 'tostring']) {
        assert.equal((await callback(arm, good, { path: `/v1/callbacks/${name}` })).status, 404, name);
      }
    }
  });

  test('both arms: a time that no calendar of theirs holds is 400, and nothing of it is kept', async () => {
    for (const arm of arms) {
      const id = await newExchange();
      for (const occurredAt of [
        '0000-06-01T00:00:00Z',
        '0001-01-01T00:00:00+00:01',
        '9999-12-31T23:59:59-23:59',
        '2026-02-30T00:00:00Z',
        '2026-01-05T24:00:00Z',
        '2026-01-05T23:59:60Z',
        '2026-13-05T00:00:00Z',
        '2026-01-05T12:00Z',
        '2026-01-05T12:00:00+24:00',
      ]) {
        const answer = await callback(arm, { ...event(id, 'deposit.detected'), occurredAt });
        assert.equal(answer.status, 400, occurredAt);
        assert.deepEqual((answer.json as { errors: unknown }).errors, [
          { pointer: '/occurredAt', detail: 'must be an RFC 3339 timestamp' },
        ]);
      }
      for (const occurredAt of ['0001-01-01T00:00:00Z', '2028-02-29T00:00:00+05:30', '9999-12-31T23:59:59.999Z']) {
        assert.equal((await callback(arm, { ...event(id, 'deposit.detected'), occurredAt })).status, 202, occurredAt);
      }
    }
  });
}
