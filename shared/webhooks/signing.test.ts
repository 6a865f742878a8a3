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

it('signs with ten secrets at most, the newest, so that the header stays one that servers take', () => {
  const now = Date.now();
  const made = Array.from({ length: 100 }, () => newSecret(true));
  const secrets = made.reduce<ReturnType<typeof rotated>>((old, next) => rotated(old, next, now), []);
  assert.deepEqual(
    secrets.map(({ secret }) => secret),
    made
      .slice(-10)
      .map(({ secret }) => secret)
      .toReversed(),
  );
  const { 'webhook-signature': header = '' } = signatureHeaders(secrets, 'wd_1', '{}', now);
  assert.ok(header.length < 2000, `${header.length} characters`);
});

// From the tests of the standardwebhooks and svix packages.
it('signs the published example as published', () => {
  const secret = { secret: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw' };
  const headers = signatureHeaders([secret], 'msg_p5jXN8AQM9LWM0D4loKWxJek', '{"test": 2432232314}', 1614265330000);
  assert.equal(headers['webhook-signature'], 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=');
});
