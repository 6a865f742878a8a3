import assert from 'node:assert/strict';
import { test } from 'node:test';
import { policies, startTestGateway } from '../test-gateway.ts';

const operation = (name: string, action: string) =>
  `<w:operation name="${name}"><s:operation soapAction="${action}" /><w:input /><w:output /></w:operation>`;
const wsdl = (location: string) => `<?xml version="1.0"?>
<w:definitions xmlns:w="http://schemas.xmlsoap.org/wsdl/" xmlns:s="http://schemas.xmlsoap.org/wsdl/soap/">
  <w:binding name="one" type="T">${operation('Add', 'http://tempuri.org/Add')}${operation('Days', '')}</w:binding>
  <w:binding name="two" type="T">${operation('Add', 'http://tempuri.org/Add')}</w:binding>
  <w:service name="S"><w:port name="P" binding="one"><s:address location="${location}" /></w:port></w:service>
</w:definitions>`;

test('gateway: WSDL: operations are told apart by their SOAP action, or their name where they have none', async (t) => {
  const { backendUrl } = await startTestGateway(t);
  const gateway = await startTestGateway(t, {
    files: {
      'apis/demo/apiInformation.json': {
        properties: { displayName: 'Demo', path: 'calc', type: 'soap', subscriptionRequired: false },
      },
      'apis/demo/specification.wsdl': `\uFEFF${wsdl(`${backendUrl}/service.asmx`)}`,
      'apis/demo/policy.xml': policies({
        inbound: '<set-header name="x-op"><value>@(context.Operation.Id)</value></set-header>',
      }),
    },
  });
  const ask = async (action: string) => {
    const headers = { soapaction: action, 'content-type': 'text/xml' };
    const echo = await gateway.echo('/calc', { method: 'POST', body: '<e />', headers });
    return [echo.url, echo.headers['x-op'], echo.body];
  };
  assert.deepEqual(await ask('"http://tempuri.org/Add"'), ['/service.asmx', 'Add', '<e />']);
  assert.deepEqual(await ask('"Days"'), ['/service.asmx', 'Days', '<e />']);
  const broken = { 'apis/demo/specification.wsdl': '<definitions>' };
  await assert.rejects(startTestGateway(t, { files: broken }), { message: /specification\.wsdl:1:1: this is no WSDL/ });
});
