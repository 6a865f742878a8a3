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

test('gateway expressions: a response keeps its type inside local functions and variables', async (t) => {
  const gateway = await startTestGateway(t, {
    inbound: `<send-request mode="new" response-variable-name="one"><set-url>@(context.Api.ServiceUrl + "one")</set-url></send-request>
      <return-response><set-body>@{
        string Read(IResponse response) { string text = ""; if (response != null) { text = response.Body.As<string>(); } return text; }
        IResponse one = context.Variables.GetValueOrDefault<IResponse>("one");
        return (string)JObject.Parse(Read(one))["url"] + Read(context.Variables.GetValueOrDefault<IResponse>("two"));
      }</set-body></return-response>`,
  });
  assert.equal(await (await gateway.ask('/')).text(), '/one');
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
