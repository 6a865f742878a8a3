import assert from 'node:assert/strict';
import { verify, X509Certificate } from 'node:crypto';
import { test } from 'node:test';
import { makeCertificate } from './test-certificates.ts';
import { startTestGateway } from './test-gateway.ts';

test('gateway: expressions: context.Deployment.Certificates tells what is in a certificate', async (t) => {
  const authority = makeCertificate('authority');
  const one = makeCertificate('one', authority);
  const self = makeCertificate('self');
  const day = 86_400_000;
  const past = makeCertificate('past', authority, { from: Date.now() - 2 * day, to: Date.now() - day });
  const gateway = await startTestGateway(t, {
    inbound: `<return-response><set-body>@{
      var all = context.Deployment.Certificates;
      var one = all["one"];
      return one.Thumbprint + "|" + one.SubjectName.Name + "|" + one.Issuer + "|" + one.HasPrivateKey + "|" + all["self"].HasPrivateKey
        + "|" + (one.NotBefore < one.NotAfter) + "|" + one.Verify() + (new X509Certificate2(one.RawData).Thumbprint == one.Thumbprint) + all["self"].Verify() + all["past"].VerifyNoRevocation()
        + "|" + all.Any(pair => pair.Value.Thumbprint == one.Thumbprint) + all.ContainsKey("none") + (context.Request.Certificate == null);
    }</set-body></return-response>`,
    overrides: {
      certificateAuthorities: [authority.certificate],
      certificates: {
        one: { pem: one.key + one.certificate },
        self: { pem: self.certificate },
        past: { pem: past.certificate },
      },
    },
  });
  assert.equal(
    await (await gateway.ask('/')).text(),
    [
      new X509Certificate(one.certificate).fingerprint.replaceAll(':', ''),
      'CN=one, O="Test, Inc.", C=US',
      'CN=authority, O="Test, Inc.", C=US',
      'True',
      'False',
      'True',
      'TrueTrueFalseFalse',
      'TrueFalseTrue',
    ].join('|'),
  );
});

test('gateway: expressions: a certificate signs, verifies and decrypts', async (t) => {
  const authority = makeCertificate('authority');
  const one = makeCertificate('one', authority);
  const gateway = await startTestGateway(t, {
    inbound: `<return-response><set-body>@{
      var one = context.Deployment.Certificates["one"];
      var data = Encoding.UTF8.GetBytes("signed");
      using (var rsa = one.GetRSAPrivateKey()) {
        var signature = rsa.SignData(data, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        var secret = one.GetRSAPublicKey().Encrypt(data, RSAEncryptionPadding.OaepSHA256);
        return Convert.ToBase64String(signature)
          + "|" + one.GetRSAPublicKey().VerifyData(data, signature, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)
          + "|" + one.GetRSAPublicKey().VerifyData(data, signature, HashAlgorithmName.SHA256, RSASignaturePadding.Pss)
          + "|" + Encoding.UTF8.GetString(rsa.Decrypt(secret, RSAEncryptionPadding.OaepSHA256)) + "|" + rsa.KeySize;
      }
    }</set-body></return-response>`,
    overrides: { certificates: { one: { pem: one.key + one.certificate } } },
  });
  const [signature = '', ...rest] = (await (await gateway.ask('/')).text()).split('|');
  assert.deepEqual(rest, ['True', 'False', 'signed', '2048']);
  assert.ok(verify('sha256', Buffer.from('signed'), one.certificate, Buffer.from(signature, 'base64')));
});
