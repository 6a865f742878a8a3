import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { test } from 'node:test';
import { closeCosmos, cosmosContainer } from '../../shared/azure/cosmos-client.ts';
import { cosmosAuditLog } from '../../shared/azure/cosmos-audit-log.ts';
import { cosmosStreamStore } from '../../shared/azure/cosmos-stream-store.ts';
import { readChain } from '../../shared/audit/read-chain.ts';
import { verifyChain } from '../../shared/audit/verify.ts';
import type { Arms } from './arms.ts';

/** What is done with a webhook endpoint is in its audit chain. */
export function auditEndpoints({ armsWith, call, stack }: Arms): void {
  const [functions] = armsWith('webhooks.create');
  const open = () => cosmosContainer(stack.cosmos, 'streams');
  const partner = `p-${randomUUID()}`;

  async function does(status: number, method: string, path: string, body?: unknown, as = partner): Promise<unknown> {
    const answer = await call(functions!, { method, path: `/v1/webhooks${path}`, body }, as);
    assert.equal(answer.status, status, `${method} ${path}: ${answer.text}`);
    return answer.json;
  }

  test('each thing done with a webhook endpoint is one event of its audit chain', async (t) => {
    t.after(() => closeCosmos(stack.cosmos));
    const url = 'https://partner.invalid/T0KEN?key=s3cret';
    const made = (await does(201, 'POST', '', { url })) as {
      id: string;
      secret: string;
    };
    const at = `/${made.id}`;
    await does(200, 'PATCH', at, { description: 'ask Ada', rateLimit: 5, enabled: false });
    const rotated = (await does(200, 'POST', `${at}/rotate-secret`)) as { secret: string };
    const sent = (await does(200, 'POST', `${at}/test`)) as { id: string };
    await does(202, 'POST', `${at}/deliveries/${sent.id}/replay`);
    await does(202, 'POST', `${at}/recover`, { since: '2026-01-05T12:00:00Z', until: '2026-01-05T13:00:00Z' });
    // Of what is refused there is nothing to tell.
    await does(404, 'DELETE', at, undefined, 'a stranger');
    await does(404, 'POST', `${at}/deliveries/${sent.id.replace(/.$/, (last) => (last === '0' ? '1' : '0'))}/replay`);
    await does(400, 'PATCH', at, { url: 'http://10.0.0.1' });
    await does(204, 'DELETE', at);
    await does(404, 'DELETE', at);

    const stream = `endpoint/${made.id}`;
    const log = cosmosAuditLog(open);
    const tip = (await cosmosStreamStore(open).read(stream))?.head.tip;
    assert.deepEqual(await verifyChain(log, stream, tip), { stream, events: 7 });
    const events = await readChain(log, stream);
    assert.deepEqual(
      events.map(({ type }) => type.replace('endpoint.', '')),
      ['create', 'update', 'rotate-secret', 'test', 'replay', 'recover', 'delete'],
    );
    assert.ok(events.every(({ outcome, data }) => outcome === 'ordered' && data['actor'] === `partner ${partner}`));
    assert.equal(events[0]?.data['origin'], 'https://partner.invalid');
    assert.equal(events[4]?.data['deliveryId'], sent.id);
    for (const secret of [made.secret, rotated.secret, 's3cret', 'T0KEN', 'ask Ada']) {
      assert.ok(!JSON.stringify(events).includes(secret), secret);
    }
    const streams: string[] = [];
    for await (const page of log.streams()) streams.push(...page);
    assert.ok(streams.includes(stream), 'what checks all chains comes by this one');
  });
}
