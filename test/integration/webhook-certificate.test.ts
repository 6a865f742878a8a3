import assert from 'node:assert/strict';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import { makeCertificate } from '../../local/gateway/test-certificates.ts';
import { addressGuard } from '../../shared/webhooks/address-guard.ts';
import { guardedPost } from '../../shared/webhooks/post.ts';

test('a partner whose certificate is not trusted is told so, without advice for whoever runs Node.js', async (t) => {
  const { certificate, key } = makeCertificate('partner.example');
  const server = createServer({ cert: certificate, key }, (_, response) => response.end());
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => server.close());
  const { post, close } = guardedPost(addressGuard('127.0.0.0/8'), Date.now);
  t.after(close);
  const { attempt } = await post(`https://127.0.0.1:${(server.address() as AddressInfo).port}/`, {}, '{}');
  assert.equal(attempt.error, 'self-signed certificate');
});
