import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { operation, startTestGateway } from '../test-gateway.ts';

const described = operation('GET', '/items/{id}', {
  templateParameters: [{ name: 'id', type: 'integer', required: true }],
  request: {
    queryParameters: [{ name: 'sort', type: 'string', required: true, values: ['up', 'down'] }],
    headers: [{ name: 'x-limit', type: 'integer', required: false }],
  },
});

const fine = '/items/1?sort=up';

function start(t: TestContext, policy: string, outbound = '') {
  return startTestGateway(t, {
    inbound: policy,
    outbound,
    files: { 'apis/demo/operations/item/operationInformation.json': described },
  });
}

/** The statuses of requests to `/items`, each its path and headers, under one policy. */
async function statuses(
  t: TestContext,
  policy: string,
  ...requests: [path: string, headers?: Record<string, string>][]
): Promise<number[]> {
  const gateway = await start(t, policy);
  return Promise.all(requests.map(async ([path, headers = {}]) => (await gateway.ask(path, { headers })).status));
}

function policy(specified: string, unspecified: string, inner = ''): string {
  return `<validate-parameters specified-parameter-action="${specified}" unspecified-parameter-action="${unspecified}">${inner}</validate-parameters>`;
}

test('gateway: validate-parameters @specified-parameter-action: what is described must be there, and fit', async (t) => {
  const requests: [path: string, headers?: Record<string, string>][] = [
    [fine, { 'x-limit': '5' }],
    ['/items/x?sort=up'],
    ['/items/1'],
    ['/items/1?sort=left'],
    [fine, { 'x-limit': 'five' }],
  ];
  assert.deepEqual(await statuses(t, policy('prevent', 'ignore'), ...requests), [200, 400, 400, 400, 400]);
  for (const action of ['ignore', 'detect'])
    assert.deepEqual(await statuses(t, policy(action, 'ignore'), ...requests), [200, 200, 200, 200, 200]);
});

test('gateway: validate-parameters @unspecified-parameter-action: what is not described', async (t) => {
  const requests: [path: string, headers?: Record<string, string>][] = [
    [fine],
    [`${fine}&more=1`],
    [fine, { 'x-more': '1' }],
  ];
  // Headers that this client sends by itself are no parameters, but one of them is not among those known to every proxy.
  const clients =
    '<headers specified-parameter-action="ignore" unspecified-parameter-action="prevent"><parameter name="sec-fetch-mode" action="ignore" /></headers>';
  assert.deepEqual(await statuses(t, policy('ignore', 'prevent', clients), ...requests), [200, 400, 400]);
  assert.deepEqual(await statuses(t, policy('ignore', 'ignore'), ...requests), [200, 200, 200]);
});

test('gateway: validate-parameters query@specified-parameter-action query@unspecified-parameter-action query/parameter@name query/parameter@action: the query has actions of its own', async (t) => {
  const query = (specified: string, unspecified: string, inner = '') =>
    policy(
      'ignore',
      'ignore',
      `<query specified-parameter-action="${specified}" unspecified-parameter-action="${unspecified}">${inner}</query>`,
    );
  const requests: [string][] = [['/items/x'], ['/items/x?sort=up&more=1'], ['/items/x?sort=up&other=1']];
  assert.deepEqual(await statuses(t, query('prevent', 'ignore'), ...requests), [400, 200, 200]);
  assert.deepEqual(await statuses(t, query('ignore', 'prevent'), ...requests), [200, 400, 400]);
  const more = '<parameter name="more" action="ignore" />';
  assert.deepEqual(await statuses(t, query('ignore', 'prevent', more), ...requests), [200, 200, 400]);
});

test('gateway: validate-parameters headers@specified-parameter-action headers@unspecified-parameter-action headers/parameter@name headers/parameter@action: headers have actions of their own', async (t) => {
  const headers = (specified: string, unspecified: string, inner = '') =>
    policy(
      'ignore',
      'ignore',
      `<headers specified-parameter-action="${specified}" unspecified-parameter-action="${unspecified}"><parameter name="sec-fetch-mode" action="ignore" />${inner}</headers>`,
    );
  const requests: [string, Record<string, string>][] = [
    ['/items/x', { 'x-limit': 'five' }],
    ['/items/x', { 'x-more': '1' }],
    ['/items/x', { 'x-other': '1' }],
  ];
  assert.deepEqual(await statuses(t, headers('prevent', 'ignore'), ...requests), [400, 200, 200]);
  assert.deepEqual(await statuses(t, headers('ignore', 'prevent'), ...requests), [200, 400, 400]);
  const more = '<parameter name="x-more" action="detect" />';
  assert.deepEqual(await statuses(t, headers('ignore', 'prevent', more), ...requests), [200, 200, 400]);
});

test('gateway: validate-parameters path@specified-parameter-action path/parameter@name path/parameter@action: the path has actions of its own', async (t) => {
  const path = (specified: string, inner = '') =>
    policy('ignore', 'ignore', `<path specified-parameter-action="${specified}">${inner}</path>`);
  assert.deepEqual(await statuses(t, path('prevent'), ['/items/x'], ['/items/1']), [400, 200]);
  const id = (action: string) => `<parameter name="id" action="${action}" />`;
  assert.deepEqual(await statuses(t, path('ignore', id('prevent')), ['/items/x'], ['/items/1']), [400, 200]);
  assert.deepEqual(await statuses(t, path('prevent', id('ignore')), ['/items/x']), [200]);
  const other = '<parameter name="other" action="ignore" />';
  assert.deepEqual(await statuses(t, path('prevent', other), ['/items/x']), [400]);
});

test('gateway: validate-parameters @errors-variable-name: what was found is in a variable', async (t) => {
  const gateway = await start(
    t,
    '<validate-parameters specified-parameter-action="detect" unspecified-parameter-action="ignore" errors-variable-name="found" />',
    '<set-header name="x-found"><value>@(context.Variables.ContainsKey("found") ? "yes" : "no")</value></set-header>',
  );
  assert.equal((await gateway.ask('/items/x')).headers.get('x-found'), 'yes');
  assert.equal((await gateway.ask(fine)).headers.get('x-found'), 'no');
});
