import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { test } from 'node:test';
import fc from 'fast-check';
import pg from 'pg';
import { expireExchanges } from '../../shared/exchange/exchanges.ts';
import { forgetAnswers } from '../../shared/exchange/idempotency.ts';
import { openPostgres } from '../../shared/exchange/postgres.ts';
import type { Answer, Arm, Arms } from './arms.ts';

const payoutAddress = '0x52908400098527886E0F7030069857D2E4169EE7';
const wanted = { from: 'BTC', to: 'ETH', fromAmount: '0.25' };

type Json = Record<string, unknown>;
const json = (answer: Answer) => answer.json as Json & { id: string; items: (Json & { id: string })[] };

/** What one arm writes, the other reads and goes on with. */
export function workAcrossArms({ arms, call, stack }: Arms): void {
  const [legacy, functions] = arms as [Arm, Arm];
  const ways: [Arm, Arm][] = [
    [legacy, functions],
    [functions, legacy],
    [functions, functions],
    [legacy, legacy],
  ];
  const post = (arm: Arm, path: string, body: unknown, partner?: string, headers: Record<string, string> = {}) =>
    call(arm, { method: 'POST', path, body, headers }, partner);
  const newExchange = async (arm: Arm, partner?: string) =>
    json(await post(arm, '/v1/exchanges', { ...wanted, payoutAddress }, partner));
  const sql = async (text: string, values: unknown[]) => {
    const client = new pg.Client({ connectionString: stack.databaseUrl });
    await client.connect();
    await client.query(text, values);
    await client.end();
  };
  const isProblem = (answer: Answer, status: number, name: string) => {
    assert.equal(answer.status, status, answer.text);
    assert.equal(json(answer).type, `https://exchange.example/problems/${name}`);
  };

  test('both arms price alike, to the last digit', async () => {
    const codes = json(await call(legacy, { path: '/v1/currencies' })).items.map(({ code }) => code as string);
    const amount = fc
      .tuple(fc.integer({ min: 1, max: 999_999_999 }), fc.integer({ min: -9, max: 12 }))
      .map(([digits, scale]) => (scale >= 0 ? (digits / 10 ** scale).toFixed(scale) : `${digits}${'0'.repeat(-scale)}`))
      .filter((text) => /[1-9]/.test(text));
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...codes), fc.constantFrom(...codes), amount, async (from, to, fromAmount) => {
        const answers = await Promise.all(arms.map((arm) => post(arm, '/v1/quotes', { from, to, fromAmount })));
        const [first, second] = answers.map((answer) => {
          const { id: _id, createdAt: _at, expiresAt: _until, ...terms } = json(answer);
          return { status: answer.status, terms };
        });
        assert.deepEqual(first, second);
      }),
      { numRuns: 300 },
    );
  });

  for (const [maker, other] of ways) {
    const way = `${maker.name} then ${other.name}`;

    test(`${way}: a quote is read, used once, and its exchange read alike`, async () => {
      const quote = await post(maker, '/v1/quotes', wanted);
      assert.equal(quote.status, 201, quote.text);
      assert.equal(quote.headers.location, `/v1/quotes/${json(quote).id}`);
      const { createdAt, expiresAt } = json(quote) as unknown as { createdAt: string; expiresAt: string };
      assert.equal(Date.parse(expiresAt) - Date.parse(createdAt), 60_000);
      assert.deepEqual((await call(other, { path: `/v1/quotes/${json(quote).id}` })).json, quote.json);

      const order = { quoteId: json(quote).id, payoutAddress, refundAddress: 'bc1qrefund0001', reference: 'order 1' };
      const made = await post(other, '/v1/exchanges', order);
      assert.equal(made.status, 201, made.text);
      assert.equal(made.headers.location, `/v1/exchanges/${json(made).id}`);
      for (const name of ['from', 'to', 'fromAmount', 'toAmount', 'rate', 'networkFee']) {
        assert.equal(json(made)[name], json(quote)[name], name);
      }
      isProblem(await post(maker, '/v1/exchanges', order), 409, 'quote-used');
      for (const arm of arms) {
        assert.deepEqual((await call(arm, { path: `/v1/exchanges/${json(made).id}` })).json, made.json);
      }
    });

    test(`${way}: an exchange is canceled once, and stays so`, async () => {
      const { id } = await newExchange(maker);
      const canceled = await post(other, `/v1/exchanges/${id}/cancel`, undefined);
      assert.equal(canceled.status, 200, canceled.text);
      assert.equal(json(canceled).state, 'canceled');
      for (const arm of arms) {
        assert.deepEqual((await post(arm, `/v1/exchanges/${id}/cancel`, undefined)).json, canceled.json);
      }
    });

    test(`${way}: an idempotency key gives the first answer again, with the same bytes`, async () => {
      const key = { 'idempotency-key': randomUUID() };
      const order = { ...wanted, payoutAddress };
      const first = await post(maker, '/v1/exchanges', order, 'p1', key);
      assert.equal(first.status, 201, first.text);
      assert.equal(first.headers['idempotent-replayed'], undefined);
      await post(maker, `/v1/exchanges/${json(first).id}/cancel`, undefined, 'p1');
      // The order of members is no difference.
      const again = await post(other, '/v1/exchanges', { payoutAddress, ...wanted }, 'p1', key);
      assert.deepEqual([again.status, again.text], [201, first.text]);
      assert.equal(again.headers['idempotent-replayed'], 'true');
      assert.equal(again.headers.location, first.headers.location);
      const different = await post(other, '/v1/exchanges', { ...order, reference: 'x' }, 'p1', key);
      isProblem(different, 422, 'idempotency-key-reused');
      const stranger = await post(other, '/v1/exchanges', order, 'p2', key);
      assert.notEqual(json(stranger).id, json(first).id, "another partner's key is another key");
    });
  }

  test('a request that was refused does not use up its idempotency key', async () => {
    for (const arm of arms) {
      const key = { 'idempotency-key': randomUUID() };
      const tooMuch = { ...wanted, payoutAddress, fromAmount: '1000000' };
      isProblem(await post(arm, '/v1/exchanges', tooMuch, 'p1', key), 422, 'amount-not-accepted');
      assert.equal((await post(arm, '/v1/exchanges', { ...wanted, payoutAddress }, 'p1', key)).status, 201);
    }
  });

  test('many at once with one key make one exchange, on whichever arm they land', async () => {
    const partner = `p-${randomUUID()}`;
    const key = { 'idempotency-key': randomUUID() };
    const answers = await Promise.all(
      Array.from({ length: 24 }, (_, index) =>
        post(arms[index % 2]!, '/v1/exchanges', { ...wanted, payoutAddress }, partner, key),
      ),
    );
    const made = answers.filter(({ status }) => status === 201);
    assert.ok(made.length > 0);
    assert.equal(new Set(made.map(({ text }) => text)).size, 1);
    for (const answer of answers) {
      if (answer.status !== 201) isProblem(answer, 409, 'idempotency-key-in-progress');
    }
    assert.equal(json(await call(legacy, { path: '/v1/exchanges' }, partner)).items.length, 1);
  });

  test('many at once with one quote make one exchange', async () => {
    const partner = `p-${randomUUID()}`;
    const quoteId = json(await post(legacy, '/v1/quotes', wanted, partner)).id;
    const answers = await Promise.all(
      Array.from({ length: 12 }, (_, index) =>
        post(arms[index % 2]!, '/v1/exchanges', { quoteId, payoutAddress }, partner),
      ),
    );
    assert.equal(answers.filter(({ status }) => status === 201).length, 1);
    for (const answer of answers) if (answer.status !== 201) isProblem(answer, 409, 'quote-used');
  });

  test('an expired quote makes no exchange', async () => {
    for (const arm of arms) {
      const { id } = json(await post(arm, '/v1/quotes', wanted));
      await sql(`update quotes set expires_at = now() - interval '1 second' where id = $1`, [id]);
      isProblem(await post(arm, '/v1/exchanges', { quoteId: id, payoutAddress }), 409, 'quote-expired');
    }
  });

  test('only an exchange that awaits its deposit can be canceled', async () => {
    for (const arm of arms) {
      const { id } = await newExchange(arm);
      await sql(`update exchanges set state = 'confirming' where id = $1`, [id]);
      isProblem(await post(arm, `/v1/exchanges/${id}/cancel`, undefined), 409, 'exchange-not-cancelable');
    }
  });

  test("a partner sees nothing of another's", async () => {
    for (const arm of arms) {
      const quote = json(await post(arm, '/v1/quotes', wanted, 'owner'));
      const exchange = await newExchange(arm, 'owner');
      for (const path of [
        `/v1/quotes/${quote.id}`,
        `/v1/exchanges/${exchange.id}`,
        `/v1/exchanges/${exchange.id}/events`,
      ]) {
        assert.equal((await call(arm, { path }, 'thief')).status, 404, path);
      }
      assert.equal((await post(arm, `/v1/exchanges/${exchange.id}/cancel`, undefined, 'thief')).status, 404);
      isProblem(await post(arm, '/v1/exchanges', { quoteId: quote.id, payoutAddress }, 'thief'), 422, 'unknown-quote');
      assert.deepEqual(json(await call(arm, { path: '/v1/exchanges' }, `nobody-${arm.name}`)).items, []);
    }
  });

  test('a list can be paged through on changing arms, each exchange once, newest first', async () => {
    const partner = `p-${randomUUID()}`;
    const made: string[] = [];
    for (let index = 0; index < 7; index++) made.push((await newExchange(arms[index % 2]!, partner)).id);
    await post(functions, `/v1/exchanges/${made[3]}/cancel`, undefined, partner);
    const seen: string[] = [];
    let cursor = '';
    for (let page = 0; page < 4; page++) {
      const path = `/v1/exchanges?limit=2${cursor}`;
      const [one, two] = await Promise.all(arms.map((arm) => call(arm, { path }, partner)));
      assert.deepEqual(one!.json, two!.json);
      seen.push(...json(one!).items.map(({ id }) => id));
      cursor = `&cursor=${String(json(one!).nextCursor)}`;
    }
    assert.equal(cursor, '&cursor=null');
    assert.deepEqual(seen.toSorted(), made.toSorted());
    for (const arm of arms) {
      const { items } = json(await call(arm, { path: '/v1/exchanges?state=canceled' }, partner));
      assert.deepEqual(
        items.map(({ id }) => id),
        [made[3]],
      );
    }
  });

  test('an exchange whose deposit does not come in time expires', async () => {
    const postgres = await openPostgres({ url: stack.databaseUrl });
    try {
      const [late, early] = [await newExchange(functions), await newExchange(legacy)];
      await sql(`update exchanges set expires_at = expires_at + interval '1 hour' where id = $1`, [early.id]);
      const now = new Date(Date.now() + 90 * 60_000);
      assert.ok((await expireExchanges({ sql: postgres, now }, 10_000)) >= 1);
      for (const arm of arms) {
        assert.equal(json(await call(arm, { path: `/v1/exchanges/${late.id}` })).state, 'expired');
        assert.equal(json(await call(arm, { path: `/v1/exchanges/${early.id}` })).state, 'awaiting_deposit');
        isProblem(await post(arm, `/v1/exchanges/${late.id}/cancel`, undefined), 409, 'exchange-not-cancelable');
      }
    } finally {
      await postgres.close();
    }
  });

  test('answers are given again for a day, then forgotten', async () => {
    const postgres = await openPostgres({ url: stack.databaseUrl });
    try {
      const key = { 'idempotency-key': randomUUID() };
      const first = await post(functions, '/v1/exchanges', { ...wanted, payoutAddress }, 'p1', key);
      const inHours = (hours: number) => new Date(Date.now() + hours * 3_600_000);
      assert.equal(await forgetAnswers({ sql: postgres, now: inHours(23) }, 10_000), 0);
      assert.ok((await forgetAnswers({ sql: postgres, now: inHours(25) }, 10_000)) >= 1);
      const second = await post(legacy, '/v1/exchanges', { ...wanted, payoutAddress }, 'p1', key);
      assert.equal(second.status, 201);
      assert.notEqual(json(second).id, json(first).id);
    } finally {
      await postgres.close();
    }
  });

  test('pairs can be paged through, each once and in order', async () => {
    for (const arm of arms) {
      const seen: string[] = [];
      for (let cursor: string | null = ''; cursor !== null;) {
        const page = json(await call(arm, { path: `/v1/pairs?limit=200${cursor && `&cursor=${cursor}`}` }));
        seen.push(...page.items.map(({ pair }) => pair as string));
        cursor = page.nextCursor as string | null;
      }
      const { items } = json(await call(arm, { path: '/v1/currencies' }));
      assert.equal(seen.length, items.length * (items.length - 1));
      assert.ok(seen.every((pair, index) => index === 0 || seen[index - 1]! < pair));
    }
  });
}
