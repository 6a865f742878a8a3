import assert from 'node:assert/strict';
import { verify } from 'node:crypto';
import { it } from 'node:test';
import fc from 'fast-check';
import { Webhook } from 'standardwebhooks';
import { Webhook as SvixWebhook } from 'svix';
import { newSecret, publicKeyObject, publicKeyOf, rotated, rotationOverlapMs, signatureHeaders } from './signing.ts';

function asSvix(headers: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.replace('webhook-', 'svix-'), value]));
}

it('signs what the standardwebhooks and svix packages verify, for any body', () => {
  const secrets = [newSecret(true)];
  const [{ secret } = { secret: '' }] = secrets;
  fc.assert(
    fc.property(fc.json(), (body) => {
      const headers = signatureHeaders(secrets, 'wd_1', body, Date.now());
      new Webhook(secret).verify(body, headers);
      new SvixWebhook(secret).verify(body, asSvix(headers));
      assert.throws(() => new Webhook(secret).verify(`${body} `, headers));
    }),
  );
});

it('signs with both secrets while one replaces the other, and then with the new one only', () => {
  const first = newSecret(false);
  const second = newSecret(false);
  const now = Date.now();
  const secrets = rotated([first], second, now);
  const during = signatureHeaders(secrets, 'wd_1', '{}', now);
  for (const { secret } of [first, second]) new Webhook(secret).verify('{}', during);
  const after = signatureHeaders(secrets, 'wd_1', '{}', now + rotationOverlapMs);
  assert.equal(after['webhook-signature']?.split(' ').length, 1);
  assert.deepEqual(after, signatureHeaders([second], 'wd_1', '{}', now + rotationOverlapMs));
});

it('does not prolong a secret that was replaced before', () => {
  const now = Date.now();
  const once = rotated([newSecret(false)], newSecret(false), now);
  const twice = rotated(once, newSecret(false), now + 1000);
  assert.deepEqual(
    twice.map(({ expiresAt }) => expiresAt),
    [undefined, now + 1000 + rotationOverlapMs, now + rotationOverlapMs],
  );
});

it('signs with Ed25519 where asked, verifiable with the public key', () => {
  const secret = newSecret(true);
  const headers = signatureHeaders([secret], 'wd_1', '{"a":1}', Date.now());
  const signature = headers['webhook-signature']?.split(' ').find((item) => item.startsWith('v1a,'));
  const publicKey = publicKeyOf(secret);
  assert.ok(signature && publicKey);
  assert.match(publicKey, /^whpk_/);
  const content = Buffer.from(`wd_1.${headers['webhook-timestamp']}.{"a":1}`);
  const bytes = Buffer.from(signature.slice('v1a,'.length), 'base64');
  assert.ok(verify(null, content, publicKeyObject(publicKey), bytes));
  assert.ok(!verify(null, Buffer.from('other'), publicKeyObject(publicKey), bytes));
});
