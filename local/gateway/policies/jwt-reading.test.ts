import assert from 'node:assert/strict';
import { createHmac, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { test, type TestContext } from 'node:test';
import { SignJWT } from 'jose';
import { startBackend, startTestGateway } from '../test-gateway.ts';

const secret = Buffer.from('0123456789abcdef0123456789abcdef');
const signingKeys = `<issuer-signing-keys><key>${secret.toString('base64')}</key></issuer-signing-keys>`;
const onError = '<set-header name="x-reason"><value>@(context.LastError.Reason)</value></set-header>';
const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
const later = () => Math.floor(Date.now() / 1000) + 300;

/** A token of whatever claims, right or wrong. */
function tokenOf(claims: Record<string, unknown>): string {
  const data = `${part({ alg: 'HS256' })}.${part(claims)}`;
  return `${data}.${createHmac('sha256', secret).update(data).digest('base64url')}`;
}

async function start(t: TestContext, inbound: string, setup: Partial<Parameters<typeof startTestGateway>[1]> = {}) {
  const gateway = await startTestGateway(t, { inbound, onError, ...setup });
  return async (token: string) => {
    const answer = await gateway.ask('/', { headers: { authorization: `Bearer ${token}` } });
    await answer.arrayBuffer();
    return answer.status === 200 ? 200 : `${answer.status} ${answer.headers.get('x-reason')}`;
  };
}

test('gateway: validate-jwt: a token is three parts of base64url and nothing more', async (t) => {
  const bearer = await start(t, `<validate-jwt header-name="Authorization">${signingKeys}</validate-jwt>`);
  const token = tokenOf({ exp: later() });
  assert.equal(await bearer(token), 200);
  for (const more of ['.x', '.', '=', '!!', '.a.b.c']) assert.equal(await bearer(token + more), '401 JwtInvalid', more);
});

test('gateway: validate-jwt @require-expiration-time: a time that is none is refused, wanted or not', async (t) => {
  const bearer = await start(
    t,
    `<validate-jwt header-name="Authorization" require-expiration-time="false">${signingKeys}</validate-jwt>`,
  );
  for (const claims of [{ exp: 'never' }, { exp: true }, { exp: {} }, { exp: 1e300 }, { nbf: 'always' }])
    assert.equal(await bearer(tokenOf(claims)), '401 JwtInvalid', JSON.stringify(claims));
  for (const claims of [{}, { exp: null }, { exp: String(later()) }]) assert.equal(await bearer(tokenOf(claims)), 200);
});

test('gateway: validate-jwt required-claims/claim/value: a value is as it stands in the token', async (t) => {
  const claim = (name: string, value: string) => `<claim name="${name}"><value>${value}</value></claim>`;
  const wanted = [
    claim('verified', 'true'),
    claim('since', '2026-01-31T10:00:00Z'),
    claim('level', '7'),
    claim('address', '{"city":"Rome"}'),
  ];
  const bearer = await start(
    t,
    `<validate-jwt header-name="Authorization">${signingKeys}<required-claims>${wanted.join('')}</required-claims></validate-jwt>`,
  );
  const claims = { verified: true, since: '2026-01-31T10:00:00Z', level: 7, address: { city: 'Rome' } };
  assert.equal(await bearer(tokenOf({ exp: later(), ...claims })), 200);
  assert.equal(await bearer(tokenOf({ exp: later(), ...claims, verified: false })), '401 TokenClaimValueNotAllowed');
});

test('gateway: validate-jwt issuer-signing-keys/key: what is no base64 is no key', async (t) => {
  const policy = (key: string) =>
    `<validate-jwt header-name="Authorization"><issuer-signing-keys><key>${key}</key></issuer-signing-keys></validate-jwt>`;
  await assert.rejects(start(t, policy('!!!!')), /the content of <key> is no key in base64/);
  const bearer = await start(t, policy('@("!!" + "!!")'));
  assert.equal(await bearer(tokenOf({ exp: later() })), '500 ExpressionValueEvaluationFailure');
});

/** An issuer whose keys and whose health change while a gateway runs. */
async function startIssuer(t: TestContext) {
  const pair = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const state = { kid: 'one', fails: false, reads: 0 };
  const url = await startBackend(t, (incoming, outgoing) => {
    if (state.fails) {
      outgoing.writeHead(503).end();
      return;
    }
    if (incoming.url === '/keys') state.reads++;
    const broken = { kty: 'EC', crv: 'P-256', x: 'no', y: 'no', kid: 'broken' };
    const keys = [broken, { ...pair.publicKey.export({ format: 'jwk' }), kid: state.kid }];
    outgoing.end(JSON.stringify(incoming.url === '/keys' ? { keys } : { issuer: 'me', jwks_uri: `${url}/keys` }));
  });
  const token = (kid: string, seconds: number, key: KeyObject = pair.privateKey) =>
    new SignJWT({ iss: 'me', exp: seconds + 1e6 }).setProtectedHeader({ alg: 'RS256', kid }).sign(key);
  return { url, state, token };
}

test('gateway: validate-jwt openid-config@url: keys change while it runs, and those there are outlast an issuer that fails', async (t) => {
  const { url, state, token } = await startIssuer(t);
  let now = Date.now();
  const bearer = await start(
    t,
    `<validate-jwt header-name="Authorization"><openid-config url="${url}/" /></validate-jwt>`,
    { now: () => now },
  );
  const signed = async (kid: string) => bearer(await token(kid, now / 1000));
  assert.deepEqual([await signed('one'), await signed('two')], [200, '401 TokenSignatureKeyNotFound']);
  now += 31_000;
  state.kid = 'two';
  assert.deepEqual([await signed('one'), await signed('two')], [200, 200]);
  const { reads } = state;
  now += 31_000;
  state.fails = true;
  assert.deepEqual([await signed('three'), await signed('two')], ['401 TokenSignatureKeyNotFound', 200]);
  now += 3_700_000;
  assert.equal(await signed('two'), 200, 'an hour later');
  assert.equal(state.reads, reads);
});

test('gateway: validate-jwt openid-config@url: one that cannot be read keeps out nobody whom another lets in', async (t) => {
  const [one, down] = [await startIssuer(t), await startIssuer(t)];
  down.state.fails = true;
  const bearer = await start(
    t,
    `<validate-jwt header-name="Authorization"><openid-config url="${down.url}/" /><openid-config url="${one.url}/" />${signingKeys}</validate-jwt>`,
  );
  const now = Date.now() / 1000;
  assert.equal(await bearer(await one.token('one', now)), 200);
  assert.equal(await bearer(await down.token('one', now)), '500 OpenIdConfigurationFailed');
  assert.equal(await bearer(tokenOf({ exp: later(), iss: 'me' })), 200);
  assert.equal(await bearer(tokenOf({ exp: later(), iss: 'other' })), '500 OpenIdConfigurationFailed');
});
