import assert from 'node:assert/strict';
import { test } from 'node:test';
import { loadFolder } from './configuration/load-folder.ts';
import { policies as policyTable } from './policies/table.ts';
import { partsOf } from './policy-parts.ts';
import type { ElementShape } from './policy.ts';
import { Program } from './program.ts';
import { policies, writeArtefacts, operation } from './test-gateway.ts';
import { unsupportedPolicies } from './unsupported.ts';
import type { TestContext } from 'node:test';

function load(t: TestContext, policy: string, files: Record<string, string | object> = {}): string {
  const folder = writeArtefacts(t, {
    'apis/demo/apiInformation.json': { properties: { displayName: 'Demo', path: '', subscriptionRequired: false } },
    'apis/demo/operations/any/operationInformation.json': operation('GET', '/*'),
    'apis/demo/policy.xml': policy,
    ...files,
  });
  try {
    void new Program(loadFolder(folder));
    return '';
  } catch (error) {
    return (error as Error).message.replaceAll(/^.*gateway-\w+\//gm, '');
  }
}

const cases: readonly [what: string, inbound: string, problem: RegExp][] = [
  ['an unknown policy', '<set-haeder name="x" />', /^apis\/demo\/policy\.xml:2:20: <set-haeder> is no policy/],
  ['a policy that is not supported', '<xsl-transform />', /<xsl-transform> is not supported: there is no XSLT here/],
  [
    'a policy in the wrong section',
    '<forward-request />',
    /<forward-request> may not stand in inbound, only in backend/,
  ],
  ['a missing attribute', '<set-variable name="x" />', /2:20: <set-variable> needs the attribute "value"/],
  ['an unknown attribute', '<set-variable name="x" value="1" valu="2" />', /<set-variable> has no attribute "valu"/],
  [
    'a value out of range',
    '<rate-limit-by-key calls="1" renewal-period="301" counter-key="k" />',
    /"renewal-period" of <rate-limit-by-key> is a whole number from 1 to 300, not "301"/,
  ],
  [
    'a certificate that is not there',
    '<authentication-certificate certificate-id="none" />',
    /2:64: there is no certificate "none"/,
  ],
  [
    'a certificate named twice over',
    '<authentication-certificate thumbprint="A" body="B" />',
    /needs one of thumbprint, certificate-id, body/,
  ],
  ['a proxy over TLS', '<proxy url="https://p:1" />', /url of <proxy> is http:\/\/host:port, not "https:\/\/p:1"/],
  [
    'an expression where none may stand',
    '<quota-by-key calls="@(1)" renewal-period="300" counter-key="k" />',
    /2:41: "calls" of <quota-by-key> takes no expression/,
  ],
  ...[
    '<set-variable name="@("x")" value="1" />',
    '<mock-response status-code="@(200)" />',
    '<limit-concurrency key="k" max-count="@(1)" />',
    '<trace source="@("x")"><message>m</message></trace>',
    '<set-body template="@("liquid")">x</set-body>',
  ].map((inbound): (typeof cases)[number] => [`an expression in ${inbound}`, inbound, /takes no expression/]),
  [
    'a status that is no answer',
    '<return-response><set-status code="101" /></return-response>',
    /"code" of <set-status> is a whole number from 200 to 999, not "101"/,
  ],
  [
    'a period that begins at no time',
    '<quota-by-key calls="1" renewal-period="300" counter-key="k" first-period-start="today" />',
    /"first-period-start" is a time such as/,
  ],
  [
    'a public key that is to open tokens',
    '<validate-jwt header-name="A"><openid-config url="http://x" /><decryption-keys><key n="a" e="b" /></decryption-keys></validate-jwt>',
    /the attribute "n" of <key> is not supported: it is part of a public key, which opens nothing/,
  ],
  [
    'a token of Microsoft Entra for anybody',
    '<validate-azure-ad-token tenant-id="t" />',
    /needs <client-application-ids> or <audiences>/,
  ],
  ['an unknown child', '<choose><whn condition="@(true)" /></choose>', /<choose> takes no <whn>/],
  ['a missing fragment', '<include-fragment fragment-id="none" />', /there is no fragment "none"/],
  ['a missing named value', '<set-variable name="x" value="{{none}}" />', /2:50: there is no named value "none"/],
  ['an element that is not closed', '<set-variable name="x" value="1">', /<\/inbound> closes <set-variable>/],
  ['an unknown name', '<set-variable name="x" value="@(foo.Bar)" />', /2:52: expression: "foo" is not known here/],
  [
    'an unknown member',
    '<set-variable name="x" value="@(context.Request.Foo)" />',
    /expression: "IRequest.Foo" is not supported/,
  ],
  [
    'an unknown method',
    '<set-variable name="x" value="@("a".Frobnicate())" />',
    /expression: "string.Frobnicate" is not supported/,
  ],
  [
    'an unknown type',
    '<set-variable name="x" value="@(System.IO.File.ReadAllText("/etc/passwd"))" />',
    /"File" is not supported|"File\.ReadAllText" is not supported|the type/,
  ],
  [
    'a type mismatch',
    '<set-variable name="x" value="@("a" * 2)" />',
    /operator "\*" cannot be applied to string and int/,
  ],
  [
    'broken C#',
    '<set-variable name="x" value="@(1 +)" />',
    /expression: (?:"\)" is not expected here|the expression ends too early)/,
  ],
  ['broken Liquid', '<set-body template="liquid">{% if body.x %}a</set-body>', /Liquid: \{% endif %\} is missing/],
  [
    'base inside choose',
    '<choose><when condition="@(true)"><base /></when></choose>',
    /<base \/> stands directly in a section/,
  ],
];

for (const [what, inbound, problem] of cases) {
  test(`gateway: load errors: ${what}`, (t) => {
    assert.match(load(t, policies({ inbound })), problem);
  });
}

/** An element with the part of a policy that is asked for, and whatever else it must have. */
function written(name: string, shape: ElementShape, steps: readonly string[]): string {
  const [next, ...rest] = steps;
  if (next === undefined) return `<${name} />`;
  const required = Object.entries(shape.attributes ?? {}).flatMap(([key, rule]) =>
    rule === 'required' ? [` ${key}="1"`] : [],
  );
  if (next.startsWith('@')) return `<${name}${required.join('')} ${next.slice(1)}="1" />`;
  return `<${name}${required.join('')}>${written(next, shape.children?.[next] ?? {}, rest)}</${name}>`;
}

test('gateway: load: a policy, attribute or element that is not supported is refused, and why is said', (t) => {
  for (const [name, why] of unsupportedPolicies)
    assert.match(load(t, policies({ inbound: `<${name} />` })), new RegExp(`<${name}> is not supported: ${why}`));
  for (const [name, policy] of policyTable)
    for (const { name: part, refused } of partsOf(policy)) {
      if (refused === undefined) continue;
      const steps = part.replaceAll('@', '/@').split('/').filter(Boolean);
      const section = policy.sections[0] === 'on-error' ? 'onError' : (policy.sections[0] ?? 'inbound');
      const message = load(t, policies({ [section]: written(name, policy, steps) }));
      assert.ok(message.endsWith(` is not supported: ${refused}`), `${name} ${part}: ${message}`);
    }
});

const cacheLookup = '<cache-lookup vary-by-developer="false" vary-by-developer-groups="false" />';
const cors = '<cors><allowed-origins><origin>*</origin></allowed-origins></cors>';
const fragment = { 'policyFragments/one/policy.xml': `<fragment>${cors}</fragment>` };
const include = '<include-fragment fragment-id="one" />';
const branches = (first: string, second: string) =>
  `<choose><when condition="@(true)">${first}</when><otherwise>${second}</otherwise></choose>`;

test('gateway: load: a policy that may stand only once in a section is refused where it stands again', (t) => {
  const once: readonly [policy: string, section: 'inbound' | 'outbound'][] = [
    [cors, 'inbound'],
    [cacheLookup, 'inbound'],
    ['<authentication-basic username="a" password="b" />', 'inbound'],
    ['<rate-limit calls="1" renewal-period="60" />', 'inbound'],
    ['<redirect-content-urls />', 'inbound'],
    ['<cache-store duration="1" />', 'outbound'],
    ['<jsonp callback-parameter-name="cb" />', 'outbound'],
    ['<validate-status-code unspecified-status-code-action="ignore" />', 'outbound'],
  ];
  for (const [policy, section] of once) {
    assert.equal(load(t, policies({ [section]: policy })), '');
    assert.match(
      load(t, policies({ [section]: `\n${policy}\n${policy}` })),
      /:\d:1: <[a-z-]+> may stand only once in a/,
    );
  }
  assert.match(load(t, policies({ inbound: `${cors}\n${include}` }), fragment), /3:1: <cors> may stand only once/);
  assert.match(load(t, policies({ inbound: `${branches(cors, '')}\n${cors}` })), /3:1: <cors> may stand only once/);
  assert.match(load(t, policies({ inbound: `${cors}\n${branches('', cors)}` })), /<cors> may stand only once/);
  assert.equal(load(t, policies({ inbound: branches(cors, include) }), fragment), '');
  const limited = branches('<rate-limit calls="1" renewal-period="60" />', '');
  assert.equal(load(t, policies({ inbound: `<wait>${limited}${limited}</wait>` })), '');
});

test('gateway: load: a policy is refused in documents of scopes that may not have it', (t) => {
  const limited = (policy: string) => `<policies>\n<inbound>${policy}</inbound></policies>`;
  const rate = limited('<rate-limit calls="1" renewal-period="60" />');
  const quota = limited('<quota calls="1" renewal-period="300" />');
  const places = ['policy.xml', 'products/p/policy.xml', 'apis/demo/policy.xml', 'apis/demo/operations/any/policy.xml'];
  const refusedIn = (policy: string, problem: RegExp) =>
    places.filter((path) => {
      const product = { 'products/p/productInformation.json': { properties: { displayName: 'P' } } };
      const message = load(t, policies({}), { ...product, [path]: policy });
      if (message !== '') assert.match(message, problem);
      return message !== '';
    });
  assert.deepEqual(refusedIn(rate, /policy.xml:2:10: <rate-limit> may not stand in a policy of scope service/), [
    places[0],
  ]);
  assert.deepEqual(refusedIn(quota, /policy.xml:2:10: <quota> may not stand in a policy of scope/), [
    places[0],
    places[2],
    places[3],
  ]);
});

test('gateway: load: backend holds one policy, a fragment no cache-lookup, a new request has an address and a method', (t) => {
  const two = load(t, policies({ backend: '<base />\n<forward-request />' }));
  assert.match(two, /4:1: <backend> holds only one policy; others belong to inbound/);
  assert.equal(load(t, policies({ backend: branches('<forward-request />', '<forward-request />') })), '');
  const files = { 'policyFragments/one/policy.xml': `<fragment>${cacheLookup}</fragment>` };
  assert.match(
    load(t, policies({ inbound: include }), files),
    /one\/policy.xml:1:11: <cache-lookup> may not stand in a/,
  );
  const request = (inner: string) => `<send-request mode="new" response-variable-name="r">${inner}</send-request>`;
  assert.match(load(t, policies({ inbound: request('<set-method>GET</set-method>') })), /needs a <set-url>/);
  assert.match(load(t, policies({ inbound: request('<set-url>http://x</set-url>') })), /needs a <set-method>/);
});

test('gateway: load: every mistake is told, each with file, line and column', (t) => {
  const message = load(
    t,
    `<policies>
  <inbound>
    <nope />
    <set-variable name="a" value="@(nope)" />
  </inbound>
</policies>`,
  );
  assert.deepEqual(message.split('\n'), [
    'apis/demo/policy.xml:3:5: <nope> is no policy',
    'apis/demo/policy.xml:4:37: expression: "nope" is not known here',
  ]);
});

test('gateway: load: policies as they are typed ("rawxml") and as well-formed XML come to the same', (t) => {
  const raw =
    '<choose><when condition="@(context.Request.Headers.GetValueOrDefault("a","") == "<b>" && 1 < 2)"><set-body>@{ List<string> l = new List<string>(); return l.Count < 1 ? "a&b" : ""; }</set-body></when></choose>';
  const wellFormed =
    '<choose><when condition="@(context.Request.Headers.GetValueOrDefault(&quot;a&quot;,&quot;&quot;) == &quot;&lt;b&gt;&quot; &amp;&amp; 1 &lt; 2)"><set-body>@{ List&lt;string&gt; l = new List&lt;string&gt;(); return l.Count &lt; 1 ? &quot;a&amp;b&quot; : &quot;&quot;; }</set-body></when></choose>';
  assert.equal(load(t, policies({ inbound: raw })), '');
  assert.equal(load(t, policies({ inbound: wellFormed })), '');
});

test('gateway: load: an information file of another shape is named, and what it should hold', (t) => {
  const operations = 'apis/demo/operations/any/operationInformation.json';
  const shapes: [file: string, content: string | object, problem: RegExp][] = [
    ['namedValues/a/namedValueInformation.json', 'null', /:1:1: it has no "properties"/],
    ['products/a/apis.json', '[null]', /:1:1: it is no list of objects with a "name"/],
    ['products/a/apis.json', {}, /:1:1: it is no list of objects with a "name"/],
    [operations, { properties: { templateParameters: 'id' } }, /:1:1: "templateParameters" is no list of objects/],
    [operations, { properties: { request: { headers: [null] } } }, /:1:1: "headers" is no list of objects/],
    [
      'backends/a/backendInformation.json',
      { properties: { pool: { services: [1] } } },
      /"services" is no list of objects/,
    ],
    ['namedValues/a/namedValueInformation.json', { properties: { tags: 'x' } }, /"tags" is no list of texts/],
  ];
  const product = { 'products/a/productInformation.json': { properties: { displayName: 'A' } } };
  for (const [file, content, problem] of shapes) {
    const message = load(t, policies({}), { ...product, [file]: content });
    assert.ok(message.startsWith(file), message);
    assert.match(message, problem);
  }
  // What extracts leave empty is null.
  assert.equal(
    load(t, policies({}), {
      [operations]: { properties: { method: 'GET', urlTemplate: '/*', templateParameters: null } },
    }),
    '',
  );
});

test('gateway: load: a folder or a file that cannot be read is named', (t) => {
  assert.throws(() => loadFolder('/nowhere/at/all'), /there is no folder \/nowhere\/at\/all/);
  const folder = writeArtefacts(t, { 'apis/demo/apiInformation.json': '{' });
  assert.throws(() => loadFolder(folder), /apiInformation\.json:1:1: this is no JSON/);
});
