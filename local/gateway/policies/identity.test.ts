import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startTestGateway } from '../test-gateway.ts';

test('gateway: authentication-managed-identity @client-id @ignore-error: an identity that the instance has not fails, unless that is ignored', async (t) => {
  const identities = ['id-1'];
  const policy = (attributes: string) =>
    `<authentication-managed-identity resource="r" ${attributes} output-token-variable-name="token" />
    <return-response><set-body>@(context.Variables.ContainsKey("token").ToString())</set-body></return-response>`;
  const onError = '<return-response><set-body>@(context.LastError.Reason)</set-body></return-response>';
  const say = async (attributes: string) => {
    const gateway = await startTestGateway(t, { inbound: policy(attributes), onError, overrides: { identities } });
    return (await gateway.ask('/')).text();
  };
  assert.deepEqual(
    [
      await say(''),
      await say('client-id="id-1"'),
      await say('client-id="id-2"'),
      await say('client-id="id-2" ignore-error="@(true)"'),
    ],
    ['True', 'True', 'ManagedIdentityNotFound', 'False'],
  );
});

test('gateway: send-request authentication-managed-identity: the token goes with the request, or into a variable', async (t) => {
  const side = (attributes: string, name: string) =>
    `<send-request mode="new" response-variable-name="${name}"><set-url>@(context.Api.ServiceUrl + "side")</set-url><set-method>GET</set-method><authentication-managed-identity resource="r" ${attributes} /></send-request>`;
  const said = (name: string) =>
    `((IResponse)context.Variables["${name}"]).Body.As<JObject>()["headers"]["authorization"]?.ToString() ?? "none"`;
  const gateway = await startTestGateway(t, {
    inbound: `${side('', 'sent')}${side('output-token-variable-name="token"', 'kept')}
      <set-variable name="first" value="@(${said('sent')})" /><set-variable name="second" value="@(${said('kept')})" />
      <return-response><set-body>@(context.Variables["first"] + " " + context.Variables["second"] + " " + context.Variables["token"])</set-body></return-response>`,
  });
  assert.match(await (await gateway.ask('/')).text(), /^Bearer (ey\S+) none \1$/);
});
