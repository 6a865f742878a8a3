import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { policies } from '../test-gateway.ts';
import { AdministrationError } from './errors.ts';
import { compileFilter } from './list-filter.ts';
import { group, startAdministration } from './test-administration.ts';

async function namesOf(list: AsyncIterable<{ name?: string }>): Promise<(string | undefined)[]> {
  const names = [];
  for await (const { name } of list) names.push(name);
  return names;
}

const products = Object.fromEntries(
  ['bronze', 'iron', 'lead', 'silver', 'zinc'].map((id) => [
    `products/${id}/productInformation.json`,
    { properties: { displayName: `The ${id}`, state: id === 'lead' ? 'notPublished' : 'published' } },
  ]),
);

test('gateway: administration: lists come in pages, by $top, $skip and nextLink', async (t) => {
  const { client, rest } = await startAdministration(t, { files: products });
  const pages = [];
  for await (const page of client.product.listByService(...group, { top: 4, skip: 1 }).byPage())
    pages.push(page.map(({ name }) => name));
  assert.deepEqual(pages, [['gold', 'iron', 'lead', 'silver'], ['zinc']]);
  const page = (await (await rest('/products?api-version=2024-05-01&$top=2')).json()) as Record<string, unknown>;
  assert.equal(page['count'], 6);
  assert.match(
    String(page['nextLink']),
    /^http:\/\/127\.0\.0\.1:\d+\/.*\/products\?api-version=2024-05-01&%24top=2&%24skip=2$/,
  );
});

test('gateway: administration: $top and $skip that are no numbers are refused, both at once', async (t) => {
  const { rest } = await startAdministration(t);
  const answer = await rest('/products?api-version=2024-05-01&$top=0&$skip=-1');
  const { error } = (await answer.json()) as { error: { code: string; details: { target: string }[] } };
  assert.equal(answer.status, 400);
  assert.deepEqual([error.code, ...error.details.map(({ target }) => target)], ['ValidationError', '$top', '$skip']);
});

test('gateway: administration: lists are filtered by the operators and functions of OData', async (t) => {
  const { client } = await startAdministration(t, { files: products });
  const found = (filter: string) => namesOf(client.product.listByService(...group, { filter }));
  assert.deepEqual(await found("name eq 'iron'"), ['iron']);
  assert.deepEqual(await found("name ne 'iron' and state eq 'published'"), ['bronze', 'gold', 'silver', 'zinc']);
  assert.deepEqual(await found("name gt 'iron' and name le 'silver'"), ['lead', 'silver']);
  assert.deepEqual(await found("name ge 'iron' and name lt 'lead'"), ['iron']);
  assert.deepEqual(await found("startswith(name, 'b') or endswith(displayName,'NC')"), ['bronze', 'zinc']);
  assert.deepEqual(await found("contains(name, 'o') and not (substringof('ro', name) eq true)"), ['gold']);
  const tagged = (filter: string) => namesOf(client.namedValue.listByService(...group, { filter }));
  assert.deepEqual(await tagged("tags/any(tag: tag eq 'route')"), ['route']);
  assert.deepEqual(await tagged("tags/all(tag: startswith(tag, 'r')) and displayName eq 'hidden'"), ['hidden']);
  assert.deepEqual(await namesOf(client.api.listByService(...group, { filter: 'isCurrent eq true' })), ['demo']);
  assert.deepEqual(await namesOf(client.apiOperation.listByApi(...group, 'demo', { filter: "method eq 'get'" })), [
    'any-get',
    'item',
  ]);
});

test('gateway: administration: a filter that cannot be read is refused with what is wrong', async (t) => {
  const { rest } = await startAdministration(t);
  const problems: Record<string, RegExp> = {
    "price eq 'x'": /"price" is no field here: use name, title, url/,
    "name is 'x'": /"is" is no operator: use eq, ne/,
    'name eq 5': /"5" cannot be read/,
    'name eq x': /x is no text: write it in single quotes/,
    "name eq 'x": /cannot be read/,
    "name eq 'x' name": /"name" is too much/,
    "contains(name 'x')": /"," is missing before "'x'"/,
    "(name eq 'x'": /"\)" is missing before "its end"/,
    [`${'not '.repeat(40)} name eq 'x'`]: /nests deeper than 32/,
    [`name eq '${'x'.repeat(5000)}'`]: /longer than 4096/,
  };
  for (const [filter, problem] of Object.entries(problems)) {
    const answer = await rest(`/backends?api-version=2024-05-01&$filter=${encodeURIComponent(filter)}`);
    const { error } = (await answer.json()) as { error: { details: { target: string; message: string }[] } };
    assert.deepEqual([answer.status, error.details[0]?.target], [400, '$filter'], filter);
    assert.match(error.details[0]?.message ?? '', problem);
  }
});

test('gateway: fuzz: a filter compiles and runs, or is refused; it never crashes or hangs', () => {
  const words = [
    'name',
    'tags/any',
    '(',
    ')',
    ',',
    ':',
    "'a'",
    "'it''s'",
    'eq',
    'and',
    'or',
    'not',
    'contains',
    'true',
    't',
  ];
  const filter = fc.oneof(
    fc.string(),
    fc.array(fc.constantFrom(...words), { maxLength: 30 }).map((all) => all.join(' ')),
  );
  const fields = new Map<string, (item: { name: string }) => unknown>([
    ['name', ({ name }) => name],
    ['tags', () => ['a', 'b']],
  ]);
  fc.assert(
    fc.property(filter, (text) => {
      try {
        assert.equal(typeof compileFilter(text, fields)({ name: 'a' }), 'boolean');
      } catch (error) {
        assert.ok(error instanceof AdministrationError, String(error));
      }
    }),
  );
});

test('gateway: administration: what belongs to an API, a product or a fragment is listed', async (t) => {
  const { client } = await startAdministration(t, {
    files: {
      'policyFragments/shared/policy.xml': '<fragment><set-header name="x"><value>1</value></set-header></fragment>',
      'apis/demo/operations/item/policy.xml': policies({ inbound: '<include-fragment fragment-id="shared" />' }),
    },
  });
  await client.subscription.createOrUpdate(...group, 'one', { displayName: 'One', scope: '/products/gold' });
  await client.subscription.createOrUpdate(...group, 'all', { displayName: 'All', scope: '/apis' });
  assert.deepEqual(await namesOf(client.subscription.list(...group)), ['one', 'all']);
  assert.deepEqual(await namesOf(client.productSubscriptions.list(...group, 'gold')), ['one']);
  assert.deepEqual(await namesOf(client.productApi.listByProduct(...group, 'gold')), ['demo']);
  assert.deepEqual(await namesOf(client.apiProduct.listByApis(...group, 'demo')), ['gold']);
  assert.deepEqual(await namesOf(client.policyFragment.listByService(...group)), ['shared']);
  const { value } = await client.policyFragment.listReferences(...group, 'shared');
  assert.match(value?.[0]?.id ?? '', /\/apis\/demo\/operations\/item\/policies\/policy$/);
  await assert.rejects(namesOf(client.productApi.listByProduct(...group, 'none')), { statusCode: 404 });
});
