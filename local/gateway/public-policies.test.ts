import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startTestGateway } from './test-gateway.ts';

// What policies of other people showed.

test('gateway: sections: the service forwards where the folder has no policy.xml', async (t) => {
  const gateway = await startTestGateway(t, {
    files: { 'apis/demo/policy.xml': '<policies><backend><base /></backend></policies>' },
  });
  assert.equal((await gateway.echo('/plain')).url, '/plain');
});

test('gateway: sections: without forward-request the answer is 200 and empty, and outbound runs', async (t) => {
  const gateway = await startTestGateway(t, {
    backend: '',
    outbound: `<choose><when condition="@(context.Request.Url.Path == "/teapot")">
      <set-status code="418" reason="Teapot" /><set-body>short and stout</set-body></when></choose>`,
  });
  const empty = await gateway.ask('/');
  assert.deepEqual([empty.status, await empty.text()], [200, '']);
  const made = await gateway.ask('/teapot');
  assert.deepEqual([made.status, await made.text()], [418, 'short and stout']);
});

test('gateway: backends: a computed address that is none is told as such', async (t) => {
  const gateway = await startTestGateway(t, {
    inbound: '<set-backend-service base-url="@("https://#host#/api")" />',
    onError: '<return-response><set-body>@(context.LastError.Message)</set-body></return-response>',
  });
  assert.equal(await (await gateway.ask('/')).text(), '"https://#host#/api" is no address.');
});

test('gateway expressions: the last error as JSON has its parts', async (t) => {
  const gateway = await startTestGateway(t, {
    inbound: '<set-backend-service base-url="@("no address")" />',
    onError:
      '<return-response><set-body>@(JsonConvert.SerializeObject(context.LastError))</set-body></return-response>',
  });
  const { Message, Section } = (await (await gateway.ask('/')).json()) as Record<string, unknown>;
  assert.deepEqual([Message, Section], ['"no address" is no address.', 'backend']);
});

test('gateway expressions: a response keeps its type inside local functions and variables', async (t) => {
  const gateway = await startTestGateway(t, {
    inbound: `<send-request mode="new" response-variable-name="one"><set-url>@(context.Api.ServiceUrl + "one")</set-url><set-method>GET</set-method></send-request>
      <return-response><set-body>@{
        string Read(IResponse response) { string text = ""; if (response != null) { text = response.Body.As<string>(); } return text; }
        IResponse one = context.Variables.GetValueOrDefault<IResponse>("one");
        return (string)JObject.Parse(Read(one))["url"] + Read(context.Variables.GetValueOrDefault<IResponse>("two"));
      }</set-body></return-response>`,
  });
  assert.equal(await (await gateway.ask('/')).text(), '/one');
});

test('gateway expressions: the answer is read by way of a variable of its interface', async (t) => {
  const gateway = await startTestGateway(t, {
    outbound: `<set-body>@{
      IResponse answer = context.Response;
      return "read " + (string)answer.Body.As<JObject>()["url"];
    }</set-body>`,
  });
  assert.equal(await (await gateway.ask('/one')).text(), 'read /one');
});

test('gateway expressions: the query is walked over as a dictionary', async (t) => {
  const gateway = await startTestGateway(t, {
    inbound: `<return-response><set-body>@{
      var seen = new List<string>();
      foreach (var pair in context.Request.Url.Query) { seen.Add(pair.Key + "=" + string.Join("+", pair.Value)); }
      return string.Join("&", seen.OrderBy(one => one)) + " " + context.Request.Url.Query.Where(pair => pair.Key == "b").Count() + " " + context.Deployment.Gateway.IsManaged;
    }</set-body></return-response>`,
  });
  assert.equal(await (await gateway.ask('/?b=2&a=1&a=3')).text(), 'a=1+3&b=2 1 True');
});

test('gateway expressions: XML bodies are read, changed and written', async (t) => {
  const gateway = await startTestGateway(t, {
    inbound: `<set-body>@{
      XElement order = context.Request.Body.As<XElement>(preserveContent: true);
      XNamespace ns = order.Name.Namespace;
      order.Element(ns + "id").Value = "changed";
      order.Add(new XElement(ns + "count", order.Descendants(ns + "item").Count()));
      return order.ToString(SaveOptions.DisableFormatting);
    }</set-body>`,
  });
  const body = '<?xml version="1.0"?>\n<o:order xmlns:o="urn:o">\n  <o:id>7</o:id><o:item/><o:item/>\n</o:order>';
  const seen = await gateway.echo('/', { method: 'POST', headers: { 'content-type': 'text/xml' }, body });
  assert.equal(
    seen.body,
    '<o:order xmlns:o="urn:o"><o:id>changed</o:id><o:item /><o:item /><o:count>2</o:count></o:order>',
  );
});

test('gateway: set-body: Liquid has the filters and tags of API Management by their C# names', async (t) => {
  const gateway = await startTestGateway(t, {
    inbound: `<set-body template="liquid">{"all":[{% JSONArrayFor one in body.list %}"{{ one.name | Replace: "a", "o" | Upcase }}"{% endJSONArrayFor %}],
      "kind":"{% case body.kind %}{% when "x" %}ex{% when "y" or "z" %}why{% else %}none{% endcase %}",
      "when":"{{ body.at | Date: "yyyy/MM/dd" }}","short":"{{ body.text | Truncate: 8 }}","rest":{{ 7 | Modulo: 4 | AtLeast: 5 }}}</set-body>`,
  });
  const body = JSON.stringify({
    list: [{ name: 'a' }, { name: 'ba' }],
    kind: 'z',
    at: '2026-11-20T10:00:00Z',
    text: 'a long text',
  });
  const seen = await gateway.echo('/', { method: 'POST', headers: { 'content-type': 'application/json' }, body });
  assert.deepEqual(JSON.parse(seen.body), {
    all: ['O', 'BO'],
    kind: 'why',
    when: '2026/11/20',
    short: 'a lon...',
    rest: 5,
  });
});

test('gateway: set-body @template @xsi-nil: Liquid walks XML, as the policies that Azure makes of a WSDL do', async (t) => {
  const answer = `<soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><soap:Body>
    <m:ListResponse xmlns:m="urn:m"><m:ListResult>
      <m:item><m:code>AF</m:code><m:name>the "dark" &amp; the\nlight</m:name></m:item><m:item><m:code>EU</m:code><m:name xsi:nil="true" /></m:item>
    </m:ListResult><m:Note>so</m:Note></m:ListResponse></soap:Body></soap:Envelope>`;
  const escaped = String.raw`Replace: '\r', '\r' | Replace: '\n', '\n' | Replace: '([^\\](\\\\)*)"', '$1\"'`;
  const template = `{"note": "{{body.envelope.body.ListResponse.Note}}", "list": [
    {% JSONArrayFor item in body.envelope.body.ListResponse.ListResult -%}
    {"code": "{{item.code}}", "name": {% if item.name %}"{{item.name | ${escaped}}}"{% else %} null {% endif %}}
    {% endJSONArrayFor -%}], "none": {% if body.envelope.body.fault %}1{% else %}0{% endif %}}`;
  const read = async (nil: string) => {
    const gateway = await startTestGateway(t, {
      outbound: `<set-body template="liquid" xsi-nil="${nil}">${template}</set-body>`,
      handler: (_, outgoing) => outgoing.writeHead(200, { 'content-type': 'text/xml; charset=utf-8' }).end(answer),
    });
    return (await gateway.ask('/')).json();
  };
  const list = (name: string | null) => [
    { code: 'AF', name: 'the "dark" & the\nlight' },
    { code: 'EU', name },
  ];
  assert.deepEqual(await read('null'), { note: 'so', list: list(null), none: 0 });
  assert.deepEqual(await read('blank'), { note: 'so', list: list(''), none: 0 });
});

const soap =
  '<?xml version="1.0"?><s:E xmlns:s="urn:s"><s:B n="1"><item>1</item><item>2</item><note lang="en">hi</note><none/></s:B></s:E>';

test('gateway: xml-to-json @kind @apply @consider-accept-header @always-array-child-elements: elements become properties', async (t) => {
  const answer = async (attributes: string, headers: Record<string, string> = {}) => {
    const gateway = await startTestGateway(t, {
      outbound: `<xml-to-json ${attributes} />`,
      handler: (_incoming, outgoing) => void outgoing.setHeader('content-type', 'text/xml').end(soap),
    });
    return (await gateway.ask('/', { headers })).text();
  };
  const body = { '@n': '1', item: ['1', '2'], note: { '@lang': 'en', '#text': 'hi' }, none: null };
  const direct = { version: '1.0', s$E: { '@xmlns$s': 'urn:s', s$B: body } };
  assert.deepEqual(JSON.parse(await answer('kind="direct" apply="always" consider-accept-header="false"')), direct);
  assert.deepEqual(
    JSON.parse(await answer('kind="javascript-friendly" apply="content-type-xml"', { accept: 'application/json' })),
    {
      version: '1.0',
      s$E: { xmlns$s: 'urn:s', s$B: { n: '1', item: ['1', '2'], note: { lang: 'en', $t: 'hi' }, none: null } },
    },
  );
  assert.equal(await answer('kind="direct" apply="always"', { accept: 'text/xml' }), soap);
  const arrays = 'kind="direct" apply="always" consider-accept-header="false" always-array-child-elements="true"';
  assert.deepEqual(JSON.parse(await answer(arrays)).s$E.s$B[0].none, [null]);
});

test('gateway: json-to-xml @apply @consider-accept-header @parse-date @namespace-separator @namespace-prefix @attribute-block-name: properties become elements', async (t) => {
  const answer = async (attributes: string, json: unknown, accept = '*/*') => {
    const gateway = await startTestGateway(t, {
      outbound: `<json-to-xml ${attributes} />`,
      handler: (_incoming, outgoing) =>
        void outgoing.setHeader('content-type', 'application/json').end(JSON.stringify(json)),
    });
    return (await gateway.ask('/', { headers: { accept } })).text();
  };
  const names = 'namespace-separator=":" namespace-prefix="xmlns" attribute-block-name="#attrs"';
  assert.equal(
    await answer(`apply="always" consider-accept-header="false" parse-date="false" ${names}`, {
      's:E': { 'xmlns:s': 'urn:s', 's:H': {}, 's:B': { '#attrs': { q: 'a"b' }, at: '2026-11-20T10:00:00Z' } },
    }),
    '<s:E xmlns:s="urn:s"><s:H /><s:B q="a&quot;b"><at>2026-11-20T10:00:00Z</at></s:B></s:E>',
  );
  assert.equal(
    await answer('apply="content-type-json"', { a: [1, 2], 'b c': '<', d: [], e: null }),
    '<Document><a>1</a><a>2</a><b_x0020_c>&lt;</b_x0020_c><d /><e xsi:nil="true" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" /></Document>',
  );
  assert.equal(await answer('apply="always"', { a: 1 }, 'application/json'), '{"a":1}');
});

test('gateway: xml-to-json: a body that is no XML fails the request', async (t) => {
  const gateway = await startTestGateway(t, {
    outbound: '<xml-to-json kind="direct" apply="always" consider-accept-header="false" />',
    onError:
      '<return-response><set-status code="502" /><set-body>@(context.LastError.Source)</set-body></return-response>',
  });
  const answer = await gateway.ask('/');
  assert.deepEqual([answer.status, await answer.text()], [502, 'xml-to-json']);
});

test('gateway: log-to-eventhub @logger-id @partition-id @partition-key: messages are on the management port', async (t) => {
  const gateway = await startTestGateway(t, {
    managementPort: 0,
    now: () => 0,
    outbound: `<log-to-eventhub logger-id="hub" partition-id="0">@(context.Request.Method + " " + context.Response.StatusCode)</log-to-eventhub>
      <log-to-eventhub logger-id="hub" partition-key="@(context.Api.Id)">plain</log-to-eventhub>`,
  });
  await gateway.ask('/');
  const answer = await fetch(`${gateway.management}/events`, {
    headers: { authorization: `Bearer ${gateway.operatorToken}` },
  });
  const at = new Date(0).toISOString();
  assert.deepEqual(await answer.json(), {
    value: [
      { logger: 'hub', at, partitionId: '0', message: 'GET 200' },
      { logger: 'hub', at, partitionKey: 'demo', message: 'plain' },
    ],
  });
});

test('gateway expressions: context.User is the owner of the subscription, if it has one', async (t) => {
  const api = { displayName: 'Demo', path: '', subscriptionRequired: true, serviceUrl: 'http://localhost' };
  const subscription = (key: string, more: object) => ({
    properties: { displayName: key, scope: '/apis', state: 'active', primaryKey: key, ...more },
  });
  const gateway = await startTestGateway(t, {
    inbound: `<return-response><set-body>@(context.User == null ? "nobody" : context.User.Id + " " + string.Join(",", context.User.Groups.Select(group => group.Id)))</set-body></return-response>`,
    files: {
      'apis/demo/apiInformation.json': { properties: api },
      'subscriptions/one/subscriptionInformation.json': subscription('owned', { ownerId: '/users/ann' }),
      'subscriptions/two/subscriptionInformation.json': subscription('standalone', {}),
    },
  });
  const user = async (key: string) =>
    (await gateway.ask('/', { headers: { 'ocp-apim-subscription-key': key } })).text();
  assert.deepEqual([await user('owned'), await user('standalone')], ['ann developers', 'nobody']);
});

test('gateway expressions: context tells of the API, the product and the backend what the reference lists', async (t) => {
  const members = [
    'string.Join("+", context.Api.Protocols)',
    'context.Product.ApprovalRequired',
    'context.Product.SubscriptionsLimit',
    'string.Join("+", context.Product.Groups.Select(group => group.Name))',
    'context.Backend.Id',
    'context.Backend.Type == BackendType.Pool',
    'context.Workspace == null',
  ];
  const gateway = await startTestGateway(t, {
    inbound: `<set-backend-service backend-id="both" /><return-response><set-body>@(string.Join("|", new object[] { ${members.join(', ')} }))</set-body></return-response>`,
    files: {
      'apis/demo/apiInformation.json': { properties: { displayName: 'D', path: '', protocols: ['http', 'https'] } },
      'products/gold/productInformation.json': {
        properties: { displayName: 'Gold', approvalRequired: true, subscriptionsLimit: 3, state: 'published' },
      },
      'products/gold/apis.json': [{ name: 'demo' }],
      'products/gold/groups.json': [{ name: 'administrators' }, { name: 'g7' }],
      'groups/g7/groupInformation.json': { properties: { displayName: 'Partners' } },
      'backends/one/backendInformation.json': { properties: { url: 'http://127.0.0.1:1', protocol: 'http' } },
      'backends/both/backendInformation.json': {
        properties: { type: 'Pool', pool: { services: [{ id: '/backends/one' }] } },
      },
    },
    overrides: { subscriptions: [{ name: 'one', scope: '/products/gold', primaryKey: 'k' }] },
  });
  const answer = await gateway.ask('/', { headers: { 'ocp-apim-subscription-key': 'k' } });
  assert.equal(await answer.text(), 'http+https|True|3|administrators+Partners|both|True|True');
});

test('gateway: retry: a policy inside may look at the answer before there is one', async (t) => {
  const gateway = await startTestGateway(t, {
    backend: `<retry condition="@(context.Response.StatusCode == 429)" count="2" interval="0" first-fast-retry="true">
      <choose><when condition="@(context.Response.StatusCode == 429)"><set-header name="x-status"><value>201</value></set-header></when></choose>
      <forward-request />
    </retry>`,
  });
  assert.equal((await gateway.ask('/', { headers: { 'x-status': '429' } })).status, 201);
});
