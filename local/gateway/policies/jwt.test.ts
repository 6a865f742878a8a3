import assert from 'node:assert/strict';
import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';
import { test, type TestContext } from 'node:test';
import { CompactEncrypt, exportJWK, generateKeyPair, SignJWT } from 'jose';
import type { Overrides } from '../configuration/overrides.ts';
import { makeCertificate } from '../test-certificates.ts';
import { startBackend, startTestGateway } from '../test-gateway.ts';

const secret = Buffer.from('0123456789abcdef0123456789abcdef');
const signingKeys = `<issuer-signing-keys><key>${secret.toString('base64')}</key></issuer-signing-keys>`;
const onError =
  '<set-header name="x-reason"><value>@(context.LastError.Reason + ": " + context.LastError.Message)</value></set-header>';

async function sign(claims: Record<string, unknown> = {}, key: KeyObject | Uint8Array = secret, kid?: string) {
  const alg = key instanceof Uint8Array ? 'HS256' : 'RS256';
  const head = { alg, ...(kid !== undefined && { kid }) };
  return new SignJWT({ exp: Math.floor(Date.now() / 1000) + 300, ...claims }).setProtectedHeader(head).sign(key);
}

function encrypt(text: string, alg: 'dir' | 'RSA-OAEP', enc: string, key: KeyObject | Uint8Array, kid?: string) {
  return new CompactEncrypt(Buffer.from(text))
    .setProtectedHeader({ alg, enc, ...(kid !== undefined && { kid }) })
    .encrypt(key);
}

/** A gateway with one policy, and what it says to a token: the status, or the reason why not. */
async function start(t: TestContext, inbound: string, overrides: Overrides = {}) {
  const gateway = await startTestGateway(t, { inbound, onError, overrides });
  const ask = async (authorization: string, path = '/', name = 'authorization') => {
    const answer = await gateway.ask(path, { headers: { [name]: authorization } });
    await answer.arrayBuffer();
    return answer.status === 200 ? 200 : `${answer.status} ${answer.headers.get('x-reason')?.split(':')[0]}`;
  };
  return { gateway, ask, bearer: (token: string) => ask(`Bearer ${token}`) };
}

test('gateway: validate-jwt decryption-keys/key: opens a token for a symmetric key, and checks what is in it', async (t) => {
  const key = Buffer.alloc(32, 7);
  const other = Buffer.alloc(32, 8);
  const { bearer } = await start(
    t,
    `<validate-jwt header-name="Authorization">${signingKeys}<decryption-keys><key>${other.toString('base64')}</key><key>${key.toString('base64')}</key></decryption-keys></validate-jwt>`,
  );
  const nested = await sign();
  assert.equal(await bearer(await encrypt(nested, 'dir', 'A128CBC-HS256', key)), 200);
  assert.equal(await bearer(nested), 200, 'a token that is not encrypted passes, too');
  const forged = await sign({}, Buffer.alloc(32, 1));
  assert.equal(await bearer(await encrypt(forged, 'dir', 'A128CBC-HS256', key)), '401 TokenSignatureInvalid');
  assert.equal(await bearer(await encrypt(nested, 'dir', 'A128CBC-HS256', Buffer.alloc(32, 9))), '401 JwtInvalid');
  const claims = JSON.stringify({ exp: Date.now() });
  assert.equal(await bearer(await encrypt(claims, 'dir', 'A128CBC-HS256', key)), '401 TokenSignatureInvalid');
});

test('gateway: validate-jwt decryption-keys/key@certificate-id decryption-keys/key@id: opens a token for the key of a certificate', async (t) => {
  const [one, two] = [makeCertificate('one'), makeCertificate('two')];
  const policy = (keys: string) =>
    `<validate-jwt header-name="Authorization">${signingKeys}<decryption-keys>${keys}</decryption-keys></validate-jwt>`;
  const overrides = {
    certificates: { one: { pem: one.key + one.certificate }, two: { data: two.pfx('pw'), password: 'pw' } },
  };
  const { bearer } = await start(
    t,
    policy('<key certificate-id="one" /><key certificate-id="two" id="k2" />'),
    overrides,
  );
  const token = await sign();
  const encrypted = (to: typeof one, kid?: string) =>
    encrypt(token, 'RSA-OAEP', 'A256GCM', createPublicKey(to.certificate), kid);
  assert.equal(await bearer(await encrypted(one)), 200);
  assert.equal(await bearer(await encrypted(two, 'k2')), 200);
  assert.equal(await bearer(await encrypted(two, 'k3')), '401 JwtInvalid');
  assert.equal(await bearer(await encrypted(makeCertificate('three'))), '401 JwtInvalid');
});

test('gateway: validate-jwt issuer-signing-keys/key@certificate-id issuer-signing-keys/key@id issuer-signing-keys/key@n issuer-signing-keys/key@e: public keys of certificates and by value', async (t) => {
  const [one, two] = [makeCertificate('one'), makeCertificate('two')];
  const { n, e } = createPublicKey(two.certificate).export({ format: 'jwk' });
  const { bearer } = await start(
    t,
    `<validate-jwt header-name="Authorization"><issuer-signing-keys><key certificate-id="one" id="first" /><key n="${n}" e="${e}" /></issuer-signing-keys></validate-jwt>`,
    { certificates: { one: { pem: one.certificate } } },
  );
  const signed = (by: typeof one, kid?: string) => sign({}, createPrivateKey(by.key), kid);
  assert.equal(await bearer(await signed(one)), 200);
  assert.equal(await bearer(await signed(one, 'first')), 200);
  assert.equal(await bearer(await signed(one, 'second')), '401 TokenSignatureInvalid');
  assert.equal(await bearer(await signed(two, 'any')), 200);
  assert.equal(await bearer(await signed(makeCertificate('three'))), '401 TokenSignatureInvalid');
});

test('gateway: validate-jwt issuer-signing-keys/key@id: a token whose key is not among those named says so', async (t) => {
  const keys = `<issuer-signing-keys><key id="mine">${secret.toString('base64')}</key></issuer-signing-keys>`;
  const { bearer } = await start(t, `<validate-jwt header-name="Authorization">${keys}</validate-jwt>`);
  assert.equal(await bearer(await sign({}, secret, 'mine')), 200);
  assert.equal(await bearer(await sign({}, secret, 'other')), '401 TokenSignatureKeyNotFound');
});

test('gateway: validate-jwt @header-name @require-scheme: a scheme is asked of the Authorization header only', async (t) => {
  const token = await sign();
  const named = await start(
    t,
    `<validate-jwt header-name="Authorization" require-scheme="DPoP">${signingKeys}</validate-jwt>`,
  );
  assert.deepEqual(
    [await named.ask(`dpop ${token}`), await named.ask(`Bearer ${token}`), await named.ask(token)],
    [200, '401 TokenNotPresent', '401 TokenNotPresent'],
  );
  const custom = await start(
    t,
    `<validate-jwt header-name="X-Token" require-scheme="DPoP">${signingKeys}</validate-jwt>`,
  );
  assert.deepEqual(
    [await custom.ask(token, '/', 'x-token'), await custom.ask(`Bearer ${token}`, '/', 'x-token')],
    [200, 200],
  );
});

test('gateway: validate-jwt @query-parameter-name: the token in a parameter', async (t) => {
  const { ask } = await start(t, `<validate-jwt query-parameter-name="access_token">${signingKeys}</validate-jwt>`);
  assert.equal(await ask('', `/?access_token=${await sign()}`), 200);
  assert.equal(await ask(`Bearer ${await sign()}`), '401 TokenNotPresent');
});

test('gateway: validate-jwt @token-value: the token that an expression gives', async (t) => {
  const value = '@(context.Request.Headers.GetValueOrDefault("x-t", ""))';
  const { ask } = await start(t, `<validate-jwt token-value="${value}">${signingKeys}</validate-jwt>`);
  assert.equal(await ask(await sign(), '/', 'x-t'), 200);
  assert.equal(await ask(`Bearer ${await sign()}`, '/', 'x-t'), '401 JwtInvalid', 'it holds no scheme');
});

test('gateway: validate-jwt @require-signed-tokens: unsigned tokens pass without it, wrongly signed ones never do', async (t) => {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const unsigned = `${part({ alg: 'none' })}.${part({ exp: Math.floor(Date.now() / 1000) + 60 })}.`;
  const lax = await start(
    t,
    `<validate-jwt header-name="Authorization" require-signed-tokens="false">${signingKeys}</validate-jwt>`,
  );
  assert.equal(await lax.bearer(unsigned), 200);
  assert.equal(await lax.bearer(await sign({}, Buffer.alloc(32, 1))), '401 TokenSignatureInvalid');
  const strict = await start(t, `<validate-jwt header-name="Authorization">${signingKeys}</validate-jwt>`);
  assert.equal(await strict.bearer(unsigned), '401 TokenSignatureInvalid');
});

test('gateway: validate-jwt @require-expiration-time @clock-skew: when a token ends, and how exactly', async (t) => {
  const now = Math.floor(Date.now() / 1000);
  const ended = await sign({ exp: now - 60 });
  const early = await sign({ nbf: now + 60 });
  const endless = await new SignJWT({}).setProtectedHeader({ alg: 'HS256' }).sign(secret);
  const results = async (attributes: string) => {
    const { bearer } = await start(
      t,
      `<validate-jwt header-name="Authorization" ${attributes}>${signingKeys}</validate-jwt>`,
    );
    return [await bearer(ended), await bearer(early), await bearer(endless)];
  };
  assert.deepEqual(await results(''), ['401 TokenExpired', '401 JwtInvalid', '401 JwtInvalid']);
  assert.deepEqual(await results('clock-skew="300"'), [200, 200, '401 JwtInvalid']);
  assert.deepEqual(
    await results('clock-skew="@(TimeSpan.FromMinutes(5))" require-expiration-time="false"'),
    [200, 200, 200],
  );
  assert.deepEqual(await results('clock-skew="00:00:30"'), ['401 TokenExpired', '401 JwtInvalid', '401 JwtInvalid']);
});

test('gateway: validate-jwt @failed-validation-httpcode @failed-validation-error-message: how a refusal is said', async (t) => {
  const { gateway } = await start(
    t,
    `<validate-jwt header-name="Authorization" failed-validation-httpcode="@(418)" failed-validation-error-message="@("no " + "way")">${signingKeys}</validate-jwt>`,
  );
  const answer = await gateway.ask('/');
  assert.deepEqual([answer.status, await answer.json()], [418, { statusCode: 418, message: 'no way' }]);
  assert.equal(answer.headers.get('x-reason'), 'TokenNotPresent: JWT not present.');
});

test('gateway: validate-jwt @output-token-variable-name: the token in a variable, also one that was encrypted', async (t) => {
  const key = Buffer.alloc(32, 7);
  const { gateway } = await start(
    t,
    `<validate-jwt header-name="Authorization" output-token-variable-name="jwt">${signingKeys}<decryption-keys><key>${key.toString('base64')}</key></decryption-keys></validate-jwt>
    <return-response><set-body>@(((Jwt)context.Variables["jwt"]).Subject)</set-body></return-response>`,
  );
  const token = await encrypt(await sign({ sub: 'me' }), 'dir', 'A128CBC-HS256', key);
  assert.equal(await (await gateway.ask('/', { headers: { authorization: `Bearer ${token}` } })).text(), 'me');
});

test('gateway: validate-jwt audiences/audience issuers/issuer: one of several is enough', async (t) => {
  const { bearer } = await start(
    t,
    `<validate-jwt header-name="Authorization">${signingKeys}<audiences><audience>a</audience><audience>@("b")</audience></audiences><issuers><issuer>i</issuer><issuer>j</issuer></issuers></validate-jwt>`,
  );
  assert.deepEqual(
    [
      await bearer(await sign({ aud: ['x', 'b'], iss: 'j' })),
      await bearer(await sign({ aud: 'c', iss: 'j' })),
      await bearer(await sign({ iss: 'j' })),
      await bearer(await sign({ aud: 'a', iss: 'k' })),
      await bearer(await sign({ aud: 'a' })),
    ],
    [
      200,
      '401 TokenAudienceNotAllowed',
      '401 TokenAudienceNotAllowed',
      '401 TokenIssuerNotAllowed',
      '401 TokenIssuerNotAllowed',
    ],
  );
});

test('gateway: validate-jwt required-claims/claim@name required-claims/claim@match required-claims/claim@separator required-claims/claim/value: all or any of the values', async (t) => {
  const { gateway, bearer } = await start(
    t,
    `<validate-jwt header-name="Authorization">${signingKeys}<required-claims>
      <claim name="roles"><value>r</value><value>w</value></claim>
      <claim name="scp" match="any" separator=" "><value>read</value><value>write</value></claim>
      <claim name="sub" />
    </required-claims></validate-jwt>`,
  );
  const good = { roles: ['r', 'w', 'x'], scp: 'list read', sub: 'me' };
  assert.equal(await bearer(await sign(good)), 200);
  assert.equal(await bearer(await sign({ ...good, roles: ['r'] })), '401 TokenClaimValueNotAllowed');
  assert.equal(await bearer(await sign({ ...good, scp: 'list reads' })), '401 TokenClaimValueNotAllowed');
  const answer = await gateway.ask('/', { headers: { authorization: `Bearer ${await sign({ roles: [] })}` } });
  assert.match(await answer.text(), /JWT token is missing the following claims: roles, scp, sub\. Access denied\./);
});

async function startIssuer(t: TestContext, path: string, issuer: string) {
  const { privateKey, publicKey } = await generateKeyPair('RS256');
  const jwk = { ...(await exportJWK(publicKey)), kid: issuer, use: 'sig' };
  const url = await startBackend(t, (incoming, outgoing) => {
    const documents: Record<string, object> = { [path]: { issuer, jwks_uri: `${url}/keys` }, '/keys': { keys: [jwk] } };
    const found = documents[incoming.url ?? ''];
    outgoing.statusCode = found ? 200 : 404;
    outgoing.end(JSON.stringify(found ?? {}));
  });
  const token = (claims: Record<string, unknown>) =>
    new SignJWT({ exp: Math.floor(Date.now() / 1000) + 300, iss: issuer, ...claims })
      .setProtectedHeader({ alg: 'RS256', kid: issuer })
      .sign(privateKey);
  return { url, token };
}

test('gateway: validate-jwt openid-config@url: several issuers, and one that stands for many tenants', async (t) => {
  const one = await startIssuer(t, '/openid', 'https://one.example');
  const many = await startIssuer(t, '/openid', 'https://login.example/{tenantid}/v2.0');
  const { bearer } = await start(
    t,
    `<validate-jwt header-name="Authorization"><openid-config url="${one.url}/openid" /><openid-config url="${many.url}/openid" /></validate-jwt>`,
  );
  assert.equal(await bearer(await one.token({})), 200);
  assert.equal(await bearer(await many.token({ tid: 't1', iss: 'https://login.example/t1/v2.0' })), 200);
  assert.equal(
    await bearer(await many.token({ tid: 't2', iss: 'https://login.example/t1/v2.0' })),
    '401 TokenIssuerNotAllowed',
  );
  assert.equal(await bearer(await one.token({ iss: 'https://three.example' })), '401 TokenIssuerNotAllowed');
});

const contoso = 'https://login.microsoftonline.com/contoso/v2.0';

test('gateway: validate-azure-ad-token @tenant-id client-application-ids/application-id: tokens of a tenant for a client', async (t) => {
  const { url, token } = await startIssuer(t, '/contoso/v2.0/.well-known/openid-configuration', contoso);
  const { bearer } = await start(
    t,
    '<validate-azure-ad-token tenant-id="@("contoso")"><client-application-ids><application-id>app</application-id></client-application-ids></validate-azure-ad-token>',
    { entraAuthority: url },
  );
  assert.equal(await bearer(await token({ azp: 'app' })), 200);
  assert.equal(await bearer(await token({ azp: 'other' })), '401 TokenClaimValueNotAllowed');
  assert.equal(await bearer(await token({})), '401 TokenClaimValueNotAllowed');
  assert.equal(await bearer(await token({ azp: 'app', iss: 'https://evil.example' })), '401 TokenIssuerNotAllowed');
});

test('gateway: validate-azure-ad-token @authentication-endpoint audiences/audience backend-application-ids/application-id: version 1, by the address of the tenant', async (t) => {
  const { url, token } = await startIssuer(
    t,
    '/contoso.example/.well-known/openid-configuration',
    'https://sts.windows.net/t/',
  );
  const { bearer } = await start(
    t,
    `<validate-azure-ad-token tenant-id="https://contoso.example" authentication-endpoint="${url}">
      <backend-application-ids><application-id>back</application-id></backend-application-ids>
      <audiences><audience>@("https://" + "api")</audience></audiences>
    </validate-azure-ad-token>`,
  );
  const version = { ver: '1.0' };
  assert.equal(await bearer(await token({ ...version, aud: 'https://api' })), 200);
  assert.equal(await bearer(await token({ ...version, aud: 'api://back' })), 200);
  assert.equal(await bearer(await token({ ...version, aud: 'front' })), '401 TokenAudienceNotAllowed');
});

test('gateway: validate-azure-ad-token @header-name @failed-validation-httpcode @failed-validation-error-message @output-token-variable-name required-claims/claim@name required-claims/claim@match required-claims/claim@separator required-claims/claim/value decryption-keys/key@certificate-id: as validate-jwt', async (t) => {
  const { url, token } = await startIssuer(t, '/organizations/v2.0/.well-known/openid-configuration', contoso);
  const certificate = makeCertificate('decrypt');
  const { gateway } = await start(
    t,
    `<validate-azure-ad-token tenant-id="https://login.microsoftonline.com/organizations" header-name="X-Token" failed-validation-httpcode="403" failed-validation-error-message="no" output-token-variable-name="jwt">
      <client-application-ids><application-id>app</application-id></client-application-ids>
      <decryption-keys><key certificate-id="mine" /></decryption-keys>
      <required-claims><claim name="ctry" match="any" separator=","><value>US</value><value>DE</value></claim></required-claims>
    </validate-azure-ad-token>
    <return-response><set-body>@(((Jwt)context.Variables["jwt"]).Claims.GetValueOrDefault("ctry", ""))</set-body></return-response>`,
    { entraAuthority: url, certificates: { mine: { pem: certificate.key + certificate.certificate } } },
  );
  const ask = async (text: string) => {
    const answer = await gateway.ask('/', { headers: { 'x-token': text } });
    return `${answer.status} ${await answer.text()}`;
  };
  const good = await token({ azp: 'app', ctry: 'FR,DE' });
  assert.equal(
    await ask(await encrypt(good, 'RSA-OAEP', 'A256GCM', createPublicKey(certificate.certificate))),
    '200 FR,DE',
  );
  assert.equal(await ask(await token({ azp: 'app', ctry: 'FR' })), '403 {"statusCode":403,"message":"no"}');
});

test('gateway: validate-azure-ad-token @query-parameter-name: the token in a parameter', async (t) => {
  const { url, token } = await startIssuer(t, '/contoso/v2.0/.well-known/openid-configuration', contoso);
  const { ask } = await start(
    t,
    '<validate-azure-ad-token tenant-id="contoso" query-parameter-name="t"><audiences><audience>a</audience></audiences></validate-azure-ad-token>',
    { entraAuthority: url },
  );
  assert.equal(await ask('', `/?t=${await token({ aud: 'a' })}`), 200);
  assert.equal(await ask('', '/?t=rubbish'), '401 JwtInvalid');
});

test('gateway: validate-azure-ad-token @token-value: the token that an expression gives', async (t) => {
  const { url, token } = await startIssuer(t, '/contoso/v2.0/.well-known/openid-configuration', contoso);
  const { ask } = await start(
    t,
    '<validate-azure-ad-token tenant-id="contoso" token-value="@(context.Request.Headers.GetValueOrDefault("x-t", ""))"><audiences><audience>a</audience></audiences></validate-azure-ad-token>',
    { entraAuthority: url },
  );
  assert.equal(await ask(await token({ aud: 'a' }), '/', 'x-t'), 200);
  assert.equal(await ask(await token({ aud: 'b' }), '/', 'x-t'), '401 TokenAudienceNotAllowed');
});
