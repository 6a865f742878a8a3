import assert from 'node:assert/strict';
import { createHmac, randomBytes } from 'node:crypto';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { Webhook } from 'standardwebhooks';
import { Webhook as SvixWebhook } from 'svix';
import { verifySignature, type SignatureScheme, type SignatureSettings } from './verification.ts';

const now = 1_767_600_000;
const secret = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
const plain = 'a plain shared secret';

function hex(...parts: (string | Buffer)[]): string {
  const hmac = createHmac('sha256', plain);
  for (const part of parts) hmac.update(part);
  return hmac.digest('hex');
}

type Headers = Record<string, string>;

/** How each scheme's senders sign, written against their documentation and not against our code. */
const schemes: Record<SignatureScheme, (body: Buffer, at: number) => Headers> = {
  'standard-webhooks': (body, at) => {
    const signature = new Webhook(secret).sign('msg_1', new Date(at * 1000), body.toString());
    return { 'webhook-id': 'msg_1', 'webhook-timestamp': String(at), 'webhook-signature': signature };
  },
  'hmac-hex': (body) => ({ 'x-signature': hex(body) }),
  'hmac-hex-timestamp': (body, at) => ({ 'x-signature': hex(`${at}.`, body), 'x-timestamp': String(at) }),
  github: (body) => ({ 'x-hub-signature-256': `sha256=${hex(body)}` }),
  stripe: (body, at) => ({ 'stripe-signature': `t=${at},v1=${hex(`${at}.`, body)},v0=6ffbb59b` }),
};

function settingsOf(scheme: SignatureScheme, ...more: string[]): SignatureSettings {
  return { scheme, secrets: [...more, scheme === 'standard-webhooks' ? secret : plain] };
}

function verify(settings: SignatureSettings, headers: Headers, body: Buffer, at = now) {
  return verifySignature(settings, (name) => headers[name], body, at);
}

for (const [name, sign] of Object.entries(schemes)) {
  const scheme = name as SignatureScheme;
  const timed = ['standard-webhooks', 'hmac-hex-timestamp', 'stripe'].includes(scheme);
  describe(scheme, () => {
    const body = Buffer.from('{"id":"evt_1","text":"ünïcode"}');

    it('accepts what the sender signed, for any body', () => {
      fc.assert(
        fc.property(fc.string({ unit: 'grapheme' }), (text) => {
          const bytes = Buffer.from(text);
          assert.equal(verify(settingsOf(scheme), sign(bytes, now), bytes), undefined);
        }),
      );
    });

    it('accepts any of several secrets', () => {
      const another = scheme === 'standard-webhooks' ? `whsec_${randomBytes(24).toString('base64')}` : 'another';
      assert.equal(verify(settingsOf(scheme, another), sign(body, now), body), undefined);
      assert.equal(verify({ scheme, secrets: [another] }, sign(body, now), body), 'wrong');
    });

    it('refuses any other body', () => {
      const headers = sign(body, now);
      for (let at = 0; at < body.length; at++) {
        const changed = Buffer.from(body);
        changed.writeUInt8(changed.readUInt8(at) ^ 1, at);
        assert.equal(verify(settingsOf(scheme), headers, changed), 'wrong');
      }
    });

    it('says when headers are missing or unreadable', () => {
      const headers = sign(body, now);
      assert.equal(verify(settingsOf(scheme), {}, body), 'missing');
      const broken = Object.fromEntries(Object.keys(headers).map((key) => [key, 'nonsense']));
      assert.ok(['malformed', 'wrong'].includes(verify(settingsOf(scheme), broken, body) ?? ''));
    });

    if (timed) {
      it('refuses what is older or newer than five minutes', () => {
        for (const [age, fault] of [
          [300, undefined],
          [301, 'too-old'],
          [-300, undefined],
          [-301, 'too-old'],
        ] as const) {
          assert.equal(verify(settingsOf(scheme), sign(body, now - age), body), fault);
        }
      });

      it('does not let a signature be used with another time', () => {
        const headers = sign(body, now);
        const moved = Object.fromEntries(
          Object.entries(headers).map(([key, value]) => [key, value.replace(String(now), String(now + 1))]),
        );
        assert.equal(verify(settingsOf(scheme), moved, body), 'wrong');
      });
    }
  });
}

it('accepts what svix signs', () => {
  const signature = new SvixWebhook(secret).sign('msg_2', new Date(now * 1000), 'text');
  const headers = { 'webhook-id': 'msg_2', 'webhook-timestamp': String(now), 'webhook-signature': signature };
  assert.equal(verify(settingsOf('standard-webhooks'), headers, Buffer.from('text')), undefined);
});
