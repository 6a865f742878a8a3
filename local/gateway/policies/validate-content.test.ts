import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { startTestGateway } from '../test-gateway.ts';
import { content, internal, json, policy, post, specification, start } from './test-content.ts';

test('gateway: validate-content @max-size @size-exceeded-action: a body that is too large, by its declared length or as it comes', async (t) => {
  const gateway = await start(t, { size: '10' });
  assert.equal((await post(gateway, '0123456789')).status, 200);
  const stream = () => new Blob(['0123456789a']).stream();
  for (const body of ['0123456789a', stream()]) {
    const { status, message, errors } = await post(gateway, body);
    assert.equal(status, 400);
    assert.equal(message, "Request's body is 11 bytes long and it exceeds the limit of 10 bytes.");
    const details = "Request's body is 11 bytes long and it exceeds the configured limit of 10 bytes.";
    const error = { Name: '', Type: 'RequestBody', ValidationRule: 'SizeLimit', Details: details, Action: 'prevent' };
    assert.deepEqual(errors, [error]);
  }
  const ignoring = await start(t, { size: '10', exceeded: 'ignore' });
  assert.deepEqual(await post(ignoring, '0123456789a'), { status: 200, message: '', errors: [] });
  const detecting = await start(t, { size: '10', exceeded: 'detect' });
  const detected = await post(detecting, '0123456789a');
  assert.deepEqual([detected.status, detected.errors[0]?.['Action']], [200, 'detect']);
});

test('gateway: validate-content @max-size: a compressed body counts as it was before, and is not expanded without end', async (t) => {
  const gateway = await start(t, { size: '1000' });
  const gzip = { 'content-encoding': 'gzip' };
  assert.equal((await post(gateway, gzipSync('x'.repeat(1000)), gzip)).status, 200);
  assert.match((await post(gateway, gzipSync('x'.repeat(1001)), gzip)).message, /is 1001 bytes long/);
  const bomb = gzipSync(Buffer.alloc(50 * 1024 * 1024));
  assert.match((await post(gateway, bomb, gzip)).message, /is more than 4194304 bytes long/);
});

test('gateway: validate-content @unspecified-content-type-action: a type that the API does not describe', async (t) => {
  for (const [unspecified, status] of [
    ['prevent', 400],
    ['detect', 200],
    ['ignore', 200],
  ] as const) {
    const gateway = await start(t, { unspecified });
    assert.deepEqual(await post(gateway, '{}', { 'content-type': 'Application/JSON; charset=utf-8' }), {
      ...{ status: 200, message: '', errors: [] },
    });
    const answer = await post(gateway, 'name', { 'content-type': 'text/plain; charset=utf-8' });
    const details = 'Unspecified content type text/plain is not allowed.';
    assert.deepEqual([answer.status, answer.message], [status, status === 400 ? details : '']);
    const error = { Name: 'text/plain', Type: 'RequestBody', ValidationRule: 'Unspecified', Details: details };
    assert.deepEqual(answer.errors, unspecified === 'ignore' ? [] : [{ ...error, Action: unspecified }]);
  }
});

test('gateway: validate-content @errors-variable-name: expressions walk over the errors, and on-error sees the first', async (t) => {
  const gateway = await startTestGateway(t, {
    inbound: policy({ inner: content('validate-as="json" action="prevent"') }),
    onError: `<return-response><set-status code="422" /><set-body>@{
      var first = ((IEnumerable<ValidationError>)context.Variables["errors"]).First();
      var names = ((IEnumerable<ValidationError>)context.Variables["errors"]).Select(e => e.ValidationRule + " of " + e.Name);
      return context.LastError.Source + "|" + context.LastError.Reason + "|" + context.LastError.Message + "|" + string.Join(",", names)
        + "|" + (string)JObject.FromObject(first)["Type"];
    }</set-body></return-response>`,
    files: { 'apis/demo/specification.yaml': specification },
  });
  const answer = await gateway.ask('/things', {
    ...{ method: 'POST', body: '{\n "size": "big" }', headers: { 'content-type': json } },
  });
  const [source, reason, message, rules, type] = (await answer.text()).split('|');
  assert.deepEqual([answer.status, source, reason, type], [422, 'validate-content', 'Bad request', 'RequestBody']);
  assert.equal(rules, 'IncorrectMessage of application/json,IncorrectMessage of application/json');
  assert.equal(
    message,
    'Body of the request does not conform to the definition Thing, which is associated with the content type application/json.\n\nRequired properties are missing from object: name. Line: 1, Position: 1',
  );
});

test('gateway: validate-content content@type content@validate-as content@action: JSON against the schema of the operation', async (t) => {
  const rule = (action: string) => content(`type="application/json" validate-as="json" action="${action}"`);
  const gateway = await start(t, { inner: rule('prevent') });
  assert.equal((await post(gateway, '{"name":"a"}')).status, 200);
  const refused = await post(gateway, '{"name":"a",\n "size":1.5}');
  assert.equal(refused.status, 400);
  assert.match(refused.message, /Invalid type\. Expected Integer but got Number\. Line: 2, Position: 9$/);
  const broken = await post(gateway, '{');
  assert.deepEqual(
    [broken.status, broken.message, broken.errors[0]?.['ValidationRule']],
    [400, internal, 'ValidationException'],
  );
  assert.match(broken.errors[0]?.['Details'] ?? '', /^Body of the request cannot be validated for the content type/);
  assert.equal((await post(gateway, '[]', { 'content-type': 'application/merge+json' })).status, 200, 'another type');
  const detected = await post(await start(t, { inner: rule('detect') }), '{}');
  assert.deepEqual([detected.status, detected.errors.length], [200, 1]);
  assert.deepEqual(await post(await start(t, { inner: rule('ignore') }), '{}'), {
    status: 200,
    message: '',
    errors: [],
  });
});

test('gateway: validate-content content@validate-as: without a type a rule is for every type that the API describes', async (t) => {
  const inner = `${content('validate-as="json" action="prevent"')}${content('type="application/merge+json" validate-as="json" action="detect"')}`;
  const gateway = await start(t, { inner });
  assert.equal((await post(gateway, '[]')).status, 400);
  const exact = await post(gateway, '[]', { 'content-type': 'application/merge+json' });
  assert.deepEqual([exact.status, exact.errors[0]?.['Action']], [200, 'detect'], 'the rule for the very type alone');
  assert.match(exact.errors[0]?.['Details'] ?? '', /the definition Part, /);
  assert.equal((await post(gateway, '[]', { 'content-type': 'text/plain' })).status, 200);
  const bare = await post(gateway, '[]', { 'content-type': 'application/plain+json' });
  assert.deepEqual([bare.status, bare.message, bare.errors[0]?.['Type']], [400, internal, 'ApiSchema']);
});

test('gateway: validate-content content@validate-as: answers, by status; their faults are not told', async (t) => {
  const bodies: Record<string, [status: number, type: string, body: string]> = {
    good: [200, json, '{"name":"a"}'],
    bad: [200, json, '{}'],
    problem: [404, 'application/problem+json', '{"title":"t"}'],
    untitled: [404, 'application/problem+json', '{}'],
    other: [200, 'text/html', '<p>'],
    long: [200, json, `{"name":"${'a'.repeat(1000)}"}`],
    empty: [204, '', ''],
  };
  const gateway = await startTestGateway(t, {
    outbound: policy({ unspecified: 'prevent', inner: content('validate-as="json" action="prevent"') }),
    files: { 'apis/demo/specification.yaml': specification },
    handler(incoming, outgoing) {
      const [status, type, body] = bodies[String(incoming.headers['x-case'])]!;
      outgoing.writeHead(status, type === '' ? {} : { 'content-type': type }).end(body === '' ? undefined : body);
    },
  });
  const ask = async (name: string) => {
    const answer = await gateway.ask('/things', { method: 'POST', headers: { 'x-case': name } });
    const text = await answer.text();
    return answer.status === 502 ? `502 ${(JSON.parse(text) as { message: string }).message}` : answer.status;
  };
  const answers: Record<string, number | string> = {};
  for (const name of Object.keys(bodies)) answers[name] = await ask(name);
  const refused = `502 ${internal}`;
  assert.deepEqual(answers, {
    ...{ good: 200, bad: refused, problem: 404, untitled: refused, other: refused, long: refused, empty: 204 },
  });
});

test('gateway: validate-content content-type-map@missing-content-type-value content-type-map/type@from content-type-map/type@to: a body is checked as another type', async (t) => {
  const map =
    '<content-type-map missing-content-type-value="application/json"><type from="application/hal+json" to="application/json" /></content-type-map>';
  const rule = content('type="application/json" validate-as="json" action="prevent"');
  const gateway = await start(t, { unspecified: 'prevent', inner: map + rule });
  const untyped = (body: string) => post(gateway, Buffer.from(body), { 'content-type': '' });
  assert.deepEqual([(await untyped('{"name":"a"}')).status, (await untyped('{}')).status], [200, 400]);
  const hal = { 'content-type': 'application/HAL+json; profile=x' };
  assert.deepEqual(
    [(await post(gateway, '{"name":"a"}', hal)).status, (await post(gateway, '{}', hal)).status],
    [200, 400],
  );
  assert.match(
    (await post(gateway, '{}', { 'content-type': 'text/plain' })).message,
    /^Unspecified content type text\/plain/,
  );
});

test('gateway: validate-content content-type-map@any-content-type-value content-type-map/type@when: every body as one type, but for those of a condition', async (t) => {
  const map =
    '<content-type-map any-content-type-value="application/json" missing-content-type-value="text/plain"><type when="@(context.Request.Headers.GetValueOrDefault("x-part","") == "yes")" to="application/merge+json" /></content-type-map>';
  const rules = `${content('type="application/json" validate-as="json" action="prevent"')}${content('type="application/merge+json" validate-as="json" action="prevent"')}`;
  const gateway = await start(t, { unspecified: 'prevent', inner: map + rules });
  const status = async (body: string, headers: object) => (await post(gateway, Buffer.from(body), headers)).status;
  for (const type of ['text/plain', '']) {
    const headers = { 'content-type': type };
    assert.deepEqual([await status('{"name":"a"}', headers), await status('{}', headers)], [200, 400]);
    assert.equal(await status('{}', { ...headers, 'x-part': 'yes' }), 200);
  }
});

test('gateway: validate-content content@action: what is found is in the trace of the request', async (t) => {
  const gateway = await startTestGateway(t, {
    inbound: policy({ inner: content('validate-as="json" action="detect"') }),
    files: { 'apis/demo/specification.yaml': specification },
    managementPort: 0,
    overrides: { operatorToken: 'op' },
  });
  const headers = { 'content-type': json, 'Ocp-Apim-Trace': 'true' };
  const answer = await gateway.ask('/things', { method: 'POST', body: '{}', headers });
  const address = `${gateway.management}/traces/${answer.headers.get('ocp-apim-trace-id')}`;
  const trace = await fetch(address, { headers: { authorization: 'Bearer op' } });
  const { entries } = (await trace.json()) as { entries: { policy: string; message?: string }[] };
  const [found] = entries.filter(({ message }) => message !== undefined);
  assert.match(found?.message ?? '', /^Body of the request does not conform [^]*missing from object: name\./);
  assert.match(found?.policy ?? '', /validate-content/);
});

test('gateway: validate-content content@validate-as: in on-error it looks at the answer that was made', async (t) => {
  const gateway = await startTestGateway(t, {
    inbound: '<set-variable name="x" value="@(((string)null).Length)" />',
    onError: policy({ unspecified: 'prevent', inner: content('validate-as="json" action="prevent"') }),
    files: { 'apis/demo/specification.yaml': specification },
  });
  const answer = await gateway.ask('/things', { method: 'POST', body: '{}' });
  const { message } = (await answer.json()) as { message: string };
  assert.deepEqual([answer.status, message], [502, internal]);
});
