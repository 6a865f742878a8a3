import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startTestGateway } from './test-gateway.ts';

const tell = `<return-response><set-status code="@(context.Response.StatusCode)" /><set-body>@(string.Join("|",
  context.LastError.Source, context.LastError.Reason, context.LastError.Message))</set-body></return-response>`;

test('gateway: on-error: reasons and messages are those of the reference', async (t) => {
  const told = async (inbound: string, headers: Record<string, string> = {}) => {
    const gateway = await startTestGateway(t, { inbound, onError: tell });
    const answer = await gateway.ask('/', { headers });
    return `${answer.status} ${await answer.text()}`;
  };
  const check =
    '<check-header name="x-key" failed-check-httpcode="401" failed-check-error-message="no" ignore-case="false"><value>a</value></check-header>';
  const filter = (action: string, address: string) =>
    `<ip-filter action="${action}"><address>${address}</address></ip-filter>`;
  const denied = 'Access denied.';
  assert.equal(
    await told(check),
    `401 check-header|HeaderNotFound|Header x-key was not found in the request. ${denied}`,
  );
  assert.equal(
    await told(check, { 'x-key': 'b' }),
    `401 check-header|HeaderValueNotAllowed|Header x-key value of b is not allowed. ${denied}`,
  );
  assert.equal(
    await told(filter('allow', '10.0.0.1')),
    `403 ip-filter|CallerIpNotAllowed|Caller IP address 127.0.0.1 is not allowed. ${denied}`,
  );
  assert.equal(
    await told(filter('forbid', '127.0.0.1')),
    `403 ip-filter|CallerIpBlocked|Caller IP address is blocked. ${denied}`,
  );
  assert.equal(
    await told('<set-variable name="x" value="@(((string)null).Length)" />'),
    '500 set-variable|ExpressionValueEvaluationFailure|Expression evaluation failed. Object reference not set to an instance of an object.',
  );
});

test('gateway: on-error: a policy of the service is of the global scope', async (t) => {
  const gateway = await startTestGateway(t, {
    files: {
      'policy.xml': `<policies><inbound><set-variable name="x" value="@(int.Parse(&quot;no&quot;))" /></inbound>
        <backend><forward-request /></backend>
        <on-error><return-response><set-body>@(context.LastError.Scope)</set-body></return-response></on-error></policies>`,
    },
  });
  assert.equal(await (await gateway.ask('/')).text(), 'global');
});

test('gateway: backends: one that cannot be reached is 500, and tells the client nothing of it', async (t) => {
  const gateway = await startTestGateway(t, { inbound: '<set-backend-service base-url="http://127.0.0.1:1" />' });
  const answer = await gateway.ask('/');
  const { statusCode, message } = (await answer.json()) as { statusCode: number; message: string };
  assert.deepEqual([answer.status, statusCode, message], [500, 500, 'Internal server error']);
});
