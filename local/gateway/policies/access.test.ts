import assert from 'node:assert/strict';
import { test } from 'node:test';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { startBackend, startTestGateway } from '../test-gateway.ts';

test('gateway: check-header @name @failed-check-httpcode @failed-check-error-message @ignore-case value: refuses a header that is missing or has another value', async (t) => {
  const check = (ignoreCase: boolean) =>
    `<check-header name="x-key" failed-check-httpcode="418" failed-check-error-message="no" ignore-case="${ignoreCase}"><value>Abc</value><value>def</value></check-header>`;
  const gateways = [
    await startTestGateway(t, { inbound: check(true) }),
    await startTestGateway(t, { inbound: check(false) }),
  ];
  const statuses = (headers: Record<string, string>) =>
    Promise.all(gateways.map(async (gateway) => (await gateway.ask('/', { headers })).status));
  assert.deepEqual(await statuses({}), [418, 418]);
  assert.deepEqual(await statuses({ 'x-key': 'zzz' }), [418, 418]);
  assert.deepEqual(await statuses({ 'x-key': 'ABC' }), [200, 418]);
  assert.deepEqual(await statuses({ 'x-key': 'def' }), [200, 200]);
  const refused = await gateways[0]!.ask('/');
  assert.deepEqual(await refused.json(), { statusCode: 418, message: 'no' });
});

test('gateway: check-header: without values any value will do', async (t) => {
  const gateway = await startTestGateway(t, {
    inbound:
      '<check-header name="x-key" failed-check-httpcode="401" failed-check-error-message="no" ignore-case="false" />',
  });
  assert.equal((await gateway.ask('/', { headers: { 'x-key': 'whatever' } })).status, 200);
  assert.equal((await gateway.ask('/')).status, 401);
});

test('gateway: ip-filter @action address address-range@from address-range@to: allows and forbids addresses and ranges', async (t) => {
  const filter = async (xml: string) => (await (await startTestGateway(t, { inbound: xml })).ask('/')).status;
  const range = (from: string, to: string) => `<address-range from="${from}" to="${to}" />`;
  const allow = (inner: string) => filter(`<ip-filter action="allow">${inner}</ip-filter>`);
  const forbid = (inner: string) => filter(`<ip-filter action="forbid">${inner}</ip-filter>`);
  assert.equal(await allow('<address>127.0.0.1</address>'), 200);
  assert.equal(await allow('<address>127.0.0.2</address>'), 403);
  assert.equal(await allow(range('10.0.0.0', '10.0.0.255')), 403);
  assert.equal(await allow(`<address>10.0.0.1</address>${range('127.0.0.0', '127.0.0.255')}`), 200);
  assert.equal(await allow(range('127.0.0.2', '127.0.0.255')), 403);
  assert.equal(await allow(range('126.0.0.0', '127.0.0.0')), 403);
  assert.equal(await forbid('<address>127.0.0.0/8</address>'), 403);
  assert.equal(await forbid(range('10.0.0.0', '10.0.0.255')), 200);
});

const corsPolicy = `<cors allow-credentials="true"><allowed-origins><origin>https://app.example</origin></allowed-origins>
  <allowed-methods preflight-result-max-age="300"><method>GET</method><method>PUT</method></allowed-methods>
  <allowed-headers><header>x-custom</header></allowed-headers><expose-headers><header>x-backend</header></expose-headers></cors>`;

test('gateway: cors allowed-methods/method allowed-methods@preflight-result-max-age allowed-headers/header: answers a preflight without asking the backend', async (t) => {
  const gateway = await startTestGateway(t, { inbound: corsPolicy });
  const preflight = (method: string, header: string) =>
    gateway.ask('/x', {
      method: 'OPTIONS',
      headers: {
        origin: 'https://app.example',
        'access-control-request-method': method,
        'access-control-request-headers': header,
      },
    });
  const answer = await preflight('PUT', 'X-Custom');
  assert.equal(answer.status, 200);
  assert.equal(answer.headers.get('access-control-allow-origin'), 'https://app.example');
  assert.equal(answer.headers.get('access-control-allow-methods'), 'GET,PUT');
  assert.equal(answer.headers.get('access-control-allow-headers'), 'x-custom');
  assert.equal(answer.headers.get('access-control-max-age'), '300');
  for (const other of [await preflight('DELETE', 'X-Custom'), await preflight('PUT', 'X-Other')])
    assert.deepEqual([other.status, other.headers.get('access-control-allow-origin')], [200, null]);
});

test('gateway: cors allowed-origins/origin @allow-credentials expose-headers/header: adds its headers for the origins it allows only', async (t) => {
  const gateway = await startTestGateway(t, { inbound: corsPolicy });
  const allowed = await gateway.ask('/x', { headers: { origin: 'https://app.example' } });
  assert.equal(allowed.headers.get('access-control-allow-credentials'), 'true');
  assert.equal(allowed.headers.get('access-control-expose-headers'), 'x-backend');
  const other = await gateway.ask('/x', { headers: { origin: 'https://evil.example' } });
  assert.equal(other.headers.get('access-control-allow-origin'), null);
});

test('gateway: cors allowed-origins/origin: the port that a scheme has by default may be written out, and a fragment answers preflights', async (t) => {
  const files = {
    'policyFragments/cors/policy.xml': `<fragment><cors><allowed-origins><origin>https://app.example:443/</origin><origin>http://App.example</origin></allowed-origins></cors></fragment>`,
  };
  const gateway = await startTestGateway(t, { inbound: '<include-fragment fragment-id="cors" />', files });
  const allowed = async (origin: string) => {
    const headers = { origin, 'access-control-request-method': 'GET' };
    const answer = await gateway.ask('/x', { method: 'OPTIONS', headers });
    return `${answer.status} ${answer.headers.get('access-control-allow-origin')}`;
  };
  assert.equal(await allowed('https://app.example'), '200 https://app.example');
  assert.equal(await allowed('http://app.example'), '200 http://app.example');
  assert.equal(await allowed('https://app.example:444'), '200 null');
});

test('gateway: cors @terminate-unmatched-request: an origin that is not allowed ends with an empty 200, or reaches the backend without headers', async (t) => {
  const answers = [true, false].map(async (terminates) => {
    const gateway = await startTestGateway(t, {
      inbound: `<cors terminate-unmatched-request="${terminates}"><allowed-origins><origin>https://app.example</origin></allowed-origins></cors>`,
    });
    const answer = await gateway.ask('/x', { headers: { origin: 'https://evil.example' } });
    assert.equal(answer.headers.get('access-control-allow-origin'), null);
    return [answer.status, answer.headers.get('x-backend')];
  });
  assert.deepEqual(await Promise.all(answers), [
    [200, null],
    [200, 'echo'],
  ]);
});

test('gateway: authentication-basic @username @password: sets the Authorization header', async (t) => {
  const gateway = await startTestGateway(t, {
    inbound: '<authentication-basic username="u" password="{{pass}}" />',
    overrides: { namedValues: { pass: 'p' } },
  });
  assert.equal((await gateway.echo('/')).headers['authorization'], 'Basic dTpw');
});

test("gateway: authentication-managed-identity @resource: the local issuer's token passes validate-jwt with its OpenID configuration", async (t) => {
  const issuer = await startTestGateway(t, {
    inbound: '<authentication-managed-identity resource="https://vault.example" />',
    managementPort: 0,
  });
  const { headers } = await issuer.echo('/');
  const verifier = await startTestGateway(t, {
    inbound: `<validate-jwt header-name="Authorization"><openid-config url="${issuer.management}/.well-known/openid-configuration" /><audiences><audience>https://vault.example</audience></audiences></validate-jwt>`,
  });
  assert.equal((await verifier.ask('/', { headers: { authorization: String(headers['authorization']) } })).status, 200);
});

test('gateway: authentication-managed-identity @client-id @output-token-variable-name @ignore-error: a token of the identity named, in a variable', async (t) => {
  const gateway = await startTestGateway(t, {
    inbound: `<authentication-managed-identity resource="https://vault.example" client-id="app-7" output-token-variable-name="token" ignore-error="true" />
      <set-header name="x-token"><value>@((string)context.Variables["token"])</value></set-header>`,
  });
  const { headers } = await gateway.echo('/');
  assert.equal(headers['authorization'], undefined);
  const claims = JSON.parse(
    Buffer.from(String(headers['x-token']).split('.')[1] ?? '', 'base64url').toString(),
  ) as Record<string, string>;
  assert.deepEqual([claims['appid'], claims['aud']], ['app-7', 'https://vault.example']);
});

async function startIssuer(t: Parameters<typeof startBackend>[0]) {
  const { privateKey, publicKey } = await generateKeyPair('RS256');
  const jwk = { ...(await exportJWK(publicKey)), kid: 'k1', alg: 'RS256', use: 'sig' };
  const url = await startBackend(t, (incoming, outgoing) => {
    outgoing.setHeader('content-type', 'application/json');
    outgoing.end(
      JSON.stringify(
        incoming.url === '/keys' ? { keys: [jwk] } : { issuer: 'https://issuer.example', jwks_uri: `${url}/keys` },
      ),
    );
  });
  const token = (claims: Record<string, unknown>, expiry: string | undefined = '5m') => {
    const made = new SignJWT(claims)
      .setProtectedHeader({ alg: 'RS256', kid: 'k1' })
      .setIssuer('https://issuer.example')
      .setAudience('api');
    return (expiry ? made.setExpirationTime(expiry) : made).sign(privateKey);
  };
  return { url, token };
}

test('gateway: validate-jwt: signature by OpenID configuration, audience, issuer, expiry and claims', async (t) => {
  const { url, token } = await startIssuer(t);
  const gateway = await startTestGateway(t, {
    inbound: `<validate-jwt header-name="Authorization" failed-validation-httpcode="401" failed-validation-error-message="Unauthorized" require-scheme="Bearer" output-token-variable-name="jwt">
        <openid-config url="${url}/openid" /><audiences><audience>api</audience></audiences>
        <required-claims><claim name="roles" match="any"><value>admin</value><value>writer</value></claim></required-claims>
      </validate-jwt>
      <set-header name="x-sub"><value>@(((Jwt)context.Variables["jwt"]).Subject + " " + ((Jwt)context.Variables["jwt"]).Claims.GetValueOrDefault("roles", ""))</value></set-header>`,
  });
  const ask = (authorization: string) => gateway.ask('/', { headers: { authorization } });
  const good = await token({ sub: 'me', roles: ['reader', 'admin'] });
  const answer = await ask(`Bearer ${good}`);
  assert.equal(((await answer.json()) as { headers: Record<string, string> }).headers['x-sub'], 'me reader,admin');
  const refused = [
    `Basic ${good}`,
    `Bearer ${good.slice(0, -4)}AAAA`,
    `Bearer ${await token({ roles: ['reader'] })}`,
    `Bearer ${await token({ roles: ['admin'] }, '-1m')}`,
    `Bearer ${await token({ roles: ['admin'], aud: 'x' }, '')}`,
    `Bearer ${Buffer.from('{"alg":"none"}').toString('base64url')}.${good.split('.')[1]}.`,
  ];
  for (const authorization of refused) {
    const one = await ask(authorization);
    assert.deepEqual(
      [one.status, await one.json()],
      [401, { statusCode: 401, message: 'Unauthorized' }],
      authorization.slice(0, 40),
    );
  }
});

test('gateway: validate-jwt issuer-signing-keys/key: symmetric keys; a public key is never taken for one', async (t) => {
  const secret = Buffer.from('0123456789abcdef0123456789abcdef');
  const gateway = await startTestGateway(t, {
    inbound: `<validate-jwt header-name="Authorization"><issuer-signing-keys><key>${secret.toString('base64')}</key></issuer-signing-keys></validate-jwt>`,
  });
  const sign = (key: Uint8Array) =>
    new SignJWT({}).setProtectedHeader({ alg: 'HS256' }).setExpirationTime('5m').sign(key);
  const status = async (token: string) =>
    (await gateway.ask('/', { headers: { authorization: `Bearer ${token}` } })).status;
  assert.equal(await status(await sign(secret)), 200);
  assert.equal(await status(await sign(Buffer.from('another-key-another-key-another!'))), 401);
});
