import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { operation, startBackend, startTestGateway, type TestGateway } from '../test-gateway.ts';

const xs = 'xmlns:xs="http://www.w3.org/2001/XMLSchema"';
const order = `<xs:schema ${xs} xmlns="urn:order" xmlns:p="urn:parts" targetNamespace="urn:order" elementFormDefault="qualified">
  <xs:include schemaLocation="/schemas/lines" />
  <xs:import namespace="urn:parts" schemaLocation="/schemas/parts" />
  <xs:element name="order">
    <xs:complexType>
      <xs:sequence>
        <xs:element name="city" type="p:city" />
        <xs:element name="line" type="line" maxOccurs="unbounded" />
      </xs:sequence>
    </xs:complexType>
  </xs:element>
</xs:schema>`;
const lines = `<xs:schema ${xs} targetNamespace="urn:order" xmlns="urn:order" elementFormDefault="qualified">
  <xs:simpleType name="line"><xs:restriction base="xs:int"><xs:minInclusive value="1" /></xs:restriction></xs:simpleType>
</xs:schema>`;
const parts = `<xs:schema ${xs} xmlns="urn:parts" targetNamespace="urn:parts">
  <xs:simpleType name="city"><xs:restriction base="xs:string"><xs:maxLength value="5" /></xs:restriction></xs:simpleType>
  <xs:element name="city" type="city" />
</xs:schema>`;

const schemaFile = (value: string) => ({ properties: { schemaType: 'xml', value } });
const files = {
  'schemas/order/schemaInformation.json': schemaFile(order),
  'schemas/lines/schemaInformation.json': schemaFile(lines),
  'schemas/parts/schemaInformation.json': schemaFile(parts),
};

const policy = (inner: string) =>
  `<validate-content unspecified-content-type-action="prevent" max-size="4194304" size-exceeded-action="prevent" errors-variable-name="errors">${inner}</validate-content>`;
const orders = '<content type="application/xml" validate-as="xml" action="prevent" schema-id="order" />';
const shown = `<set-header name="x-error"><value>@(JsonConvert.SerializeObject(((IEnumerable<object>)context.Variables["errors"]).First()))</value></set-header>
  <set-header name="x-count"><value>@(((IEnumerable<object>)context.Variables["errors"]).Count().ToString())</value></set-header>`;

function start(t: TestContext, inner: string, more: Record<string, string | object> = files): Promise<TestGateway> {
  return startTestGateway(t, { inbound: policy(inner), onError: shown, files: more });
}

/** The status, or what the first error says after its first paragraph. */
async function post(gateway: TestGateway, body: string | Buffer, type = 'application/xml'): Promise<number | string> {
  const answer = await gateway.ask('/', { method: 'POST', body, headers: { 'content-type': type } });
  await answer.arrayBuffer();
  assert.ok(Number(answer.headers.get('x-count')) <= 100, 'as many errors as are told');
  const first = JSON.parse(answer.headers.get('x-error') ?? 'null') as { Details: string } | null;
  return first?.Details.replace(/^[^]*\n\n/, '') ?? answer.status;
}

const good = '<order xmlns="urn:order"><city>Basel</city><line>1</line></order>';

test('gateway: validate-content content@validate-as content@schema-id: XML against a schema of the service with what it includes and imports', async (t) => {
  const gateway = await start(t, orders);
  assert.equal(await post(gateway, good), 200);
  assert.equal(await post(gateway, '<city xmlns="urn:parts">Bern</city>'), 200, 'any element at the top of a schema');
  assert.match(
    String(await post(gateway, good.replace('<line>1', '\n<line>0'))),
    /minInclusive.* Line: 2, Position: 0$/,
  );
  assert.match(String(await post(gateway, good.replace('Basel', 'Zürich'))), /maxLength.* Line: 1, Position: 0$/);
  assert.match(String(await post(gateway, '<other />')), /Element 'other': No matching global/);
  assert.match(String(await post(gateway, '<order><city>')), /Line: 1, Position: \d+$/);
});

test('gateway: validate-content content@validate-as: XML says how it is encoded, unless the content type does', async (t) => {
  const gateway = await start(t, orders);
  const text = good.replace('Basel', 'Zürch');
  assert.equal(await post(gateway, Buffer.from(text)), 200);
  const latin = Buffer.from(text, 'latin1');
  assert.equal(
    await post(gateway, Buffer.concat([Buffer.from('<?xml version="1.0" encoding="ISO-8859-1"?>'), latin])),
    200,
  );
  assert.equal(await post(gateway, latin, 'application/xml; charset=iso-8859-1'), 200);
  assert.equal(await post(gateway, Buffer.from(`\uFEFF${text}`, 'utf16le')), 200);
  assert.notEqual(await post(gateway, latin), 200);
});

test('gateway: validate-content content@validate-as: a document type is refused, entities are neither fetched nor expanded', async (t) => {
  let fetched = 0;
  const outside = await startBackend(t, (_incoming, outgoing) => {
    fetched++;
    outgoing.end('<!ENTITY e "Basel">');
  });
  const gateway = await start(t, orders);
  const city = (entity: string) => good.replace('Basel', entity);
  const prohibited = 'For security reasons DTD is prohibited in this XML document.';
  const documents = [
    `<!DOCTYPE order [<!ENTITY e "Basel">]>${city('&e;')}`,
    `<!DOCTYPE order [<!ENTITY e SYSTEM "file:///etc/hostname">]>${city('&e;')}`,
    `<!DOCTYPE order [<!ENTITY e SYSTEM "${outside}/">]>${city('&e;')}`,
    `<!DOCTYPE order SYSTEM "${outside}/order.dtd">${good}`,
    `<!DOCTYPE order [<!ENTITY % p SYSTEM "${outside}/p"> %p;]>${city('&e;')}`,
  ];
  for (const document of documents) assert.equal(await post(gateway, document), prohibited, document);
  assert.equal(await post(gateway, Buffer.from(`\uFEFF${documents[0]!}`, 'utf16le')), prohibited, 'in UTF-16');
  const hint = `<order xmlns="urn:order" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:schemaLocation="urn:x ${outside}/x.xsd urn:order /schemas/none">`;
  assert.equal(
    await post(gateway, good.replace('<order xmlns="urn:order">', hint)),
    200,
    'hints of a body do not count',
  );
  assert.match(
    String(
      await post(
        gateway,
        '<x xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:noNamespaceSchemaLocation="/schemas/parts" />',
      ),
    ),
    /No matching global/,
  );
  assert.equal(fetched, 0);
});

test('gateway: validate-content content@validate-as: entities that multiply and elements that nest without end are refused', async (t) => {
  const gateway = await start(t, orders);
  const entities = Array.from({ length: 9 }, (_, i) => `<!ENTITY e${i + 1} "${`&e${i};`.repeat(10)}">`).join('');
  const bomb = (inside: string) => `<!DOCTYPE order [<!ENTITY e0 "${'a'.repeat(100)}">${entities}]>${inside}`;
  const attribute = bomb('<order xmlns="urn:order" a="&e9;" />');
  assert.match(String(await post(gateway, attribute)), /amplification/);
  assert.match(String(await post(gateway, bomb(good.replace('Basel', '&e9;')))), /amplification|DTD is prohibited/);
  assert.match(String(await post(gateway, '<a>'.repeat(100_000))), /Excessive depth/);
  const many = good.replace('<line>1</line>', '<line>0</line>'.repeat(500));
  assert.match(String(await post(gateway, many)), /minInclusive/);
});

const envelopes = {
  'text/xml': 'http://schemas.xmlsoap.org/soap/envelope/',
  'application/soap+xml': 'http://www.w3.org/2003/05/soap-envelope',
};

function envelope(namespace: string, body: string, header = '<s:Header><any xmlns="urn:any" /></s:Header>'): string {
  return `<s:Envelope xmlns:s="${namespace}" xmlns:o="urn:order">${header}<s:Body>${body}</s:Body></s:Envelope>`;
}

test('gateway: validate-content content@type content@validate-as: the payload of a SOAP envelope, 1.1 and 1.2', async (t) => {
  const rule = (type: string) => `<content type="${type}" validate-as="soap" action="prevent" schema-id="order" />`;
  const gateway = await start(t, rule('text/xml') + rule('application/soap+xml'));
  const prefixed = '<o:order><o:city>Bern</o:city><o:line>2</o:line></o:order>';
  for (const [type, namespace] of Object.entries(envelopes)) {
    const send = (xml: string) => post(gateway, xml, `${type}; charset=utf-8`);
    assert.equal(await send(envelope(namespace, prefixed)), 200);
    assert.equal(await send(envelope(namespace, prefixed, '')), 200, 'without a header');
    assert.match(
      String(await send(envelope(namespace, `\n${prefixed.replace('>2<', '>0<')}`))),
      /minInclusive.* Line: 2, /,
    );
    assert.match(String(await send(envelope(namespace, prefixed + '<x />'))), /Element 'x': No matching global/);
    assert.match(String(await send(envelope(namespace, ''))), /^The SOAP body is empty\./);
    assert.match(String(await send(good)), /^The root element is no SOAP envelope\./);
    assert.match(
      String(await send(envelope(namespace, '').replaceAll('Body', 'Head'))),
      /^The SOAP envelope has 0 bodies\./,
    );
    assert.match(
      String(await send(envelope(namespace, prefixed).replace('</s:Envelope>', '<s:Body /></s:Envelope>'))),
      /has 2 bodies/,
    );
  }
});

test('gateway: validate-content content-type-map@any-content-type-value: any message as SOAP', async (t) => {
  const gateway = await start(
    t,
    '<content-type-map any-content-type-value="application/soap+xml" /><content type="application/soap+xml" validate-as="soap" action="prevent" schema-id="order" />',
  );
  const namespace = envelopes['text/xml'];
  for (const type of ['text/xml', 'text/plain', '']) {
    assert.equal(await post(gateway, envelope(namespace, good), type), 200);
    assert.notEqual(await post(gateway, envelope(namespace, '<x />'), type), 200);
  }
});

const things = (representation: object) => ({
  'apis/demo/operations/any-post/operationInformation.json': operation('POST', '/*', {
    request: { representations: [representation] },
  }),
});

test('gateway: validate-content content@validate-as: the XML schema of the API', async (t) => {
  const gateway = await start(t, '<content validate-as="xml" action="prevent" />', {
    ...files,
    ...things({ contentType: 'application/xml', schemaId: 'own', typeName: 'order' }),
    'apis/demo/schemas/own/schemaInformation.json': {
      properties: { contentType: 'application/vnd.ms-azure-apim.xsd+xml', document: { value: order } },
    },
  });
  assert.equal(await post(gateway, good), 200);
  assert.match(String(await post(gateway, good.replace('>1<', '>0<'))), /minInclusive/);
});

test("gateway: validate-content content@validate-as: the schemas inside an API's WSDL", async (t) => {
  const wsdl = `<definitions xmlns="http://schemas.xmlsoap.org/wsdl/" ${xs} xmlns:a="urn:a" xmlns:b="urn:b" targetNamespace="urn:a"><types>
    <xs:schema targetNamespace="urn:a" elementFormDefault="qualified"><xs:import namespace="urn:b" /><xs:element name="Add" type="a:add" /></xs:schema>
    <xs:schema targetNamespace="urn:a"><xs:import namespace="urn:b" /><xs:complexType name="add"><xs:sequence><xs:element name="n" type="b:small" form="qualified" /></xs:sequence></xs:complexType></xs:schema>
    <xs:schema targetNamespace="urn:b"><xs:simpleType name="small"><xs:restriction base="xs:int"><xs:maxInclusive value="9" /></xs:restriction></xs:simpleType></xs:schema>
  </types></definitions>`;
  const gateway = await start(t, '<content type="text/xml" validate-as="soap" action="prevent" />', {
    ...things({ contentType: 'text/xml' }),
    'apis/demo/specification.wsdl': wsdl,
  });
  const add = (n: number) => envelope(envelopes['text/xml'], `<Add xmlns="urn:a"><n>${n}</n></Add>`);
  assert.equal(await post(gateway, add(9), 'text/xml'), 200);
  assert.match(String(await post(gateway, add(10), 'text/xml')), /maxInclusive/);
});

test('gateway: load errors: an XML schema that cannot be used', async (t) => {
  const cases: [what: string, text: string, problem: RegExp][] = [
    ['no XML', '<xs:schema', /one\/schemaInformation\.json:1:1: the schema "one" cannot be used: line 1: /],
    [
      'an unknown type',
      `<xs:schema ${xs}>\n<xs:element name="a" type="none" /></xs:schema>`,
      /cannot be used: line 2: .*none/,
    ],
    [
      'a missing include',
      `<xs:schema ${xs}><xs:include schemaLocation="/schemas/none" /></xs:schema>`,
      /cannot be used: line 1: /,
    ],
    [
      'an include from a file',
      `<xs:schema ${xs}><xs:include schemaLocation="file:///etc/passwd" /></xs:schema>`,
      /cannot be used: line 1: /,
    ],
    ['a DTD', `<!DOCTYPE a [<!ENTITY e "x">]><xs:schema ${xs} />`, /a schema may have no DTD/],
  ];
  for (const [what, text, problem] of cases)
    await assert.rejects(start(t, '', { 'schemas/one/schemaInformation.json': schemaFile(text) }), problem, what);
});
