import { readFileSync } from 'node:fs';
import type { TestContext } from 'node:test';
import tls from 'node:tls';
import { ApiManagementClient } from '@azure/arm-apimanagement';
import { policies, startTestGateway, type TestGateway } from '../test-gateway.ts';

export const group = ['rg', 'service'] as const;
const servicePath =
  '/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg/providers/Microsoft.ApiManagement/service/service';

export interface TestAdministration {
  gateway: TestGateway;
  /** Microsoft's client, over https, as anybody makes it. */
  client: ApiManagementClient;
  /** A bare request, as `az rest` sends it; the address is below the service. */
  rest(path: string, init?: { method?: string; headers?: Record<string, string>; body?: string }): Promise<Response>;
}

/** A gateway whose policies tell the named value `route`, with its administration. */
export async function startAdministration(
  t: TestContext,
  setup: { data?: string; files?: Record<string, string | object>; now?: () => number } = {},
): Promise<TestAdministration> {
  const { files, ...options } = setup;
  const gateway = await startTestGateway(t, {
    inbound: '<set-header name="x-route"><value>{{route}}</value></set-header><set-backend-service backend-id="b" />',
    files: {
      'namedValues/route/namedValueInformation.json': {
        properties: { displayName: 'route', value: 'legacy', tags: ['route'] },
      },
      'namedValues/hidden/namedValueInformation.json': {
        properties: { displayName: 'hidden', value: 'secret', secret: true },
      },
      'backends/b/backendInformation.json': { properties: { url: 'http://127.0.0.1:1', protocol: 'http' } },
      'products/gold/productInformation.json': { properties: { displayName: 'Gold', state: 'published' } },
      'products/gold/apis.json': [{ name: 'demo' }],
      'products/gold/policy.xml': policies({}),
      ...files,
    },
    managementPort: 0,
    overrides: { operatorToken: 'operator' },
    ...options,
  });
  trust(gateway.authorityFile ?? '');
  const endpoint = (gateway.management ?? '').replace('http:', 'https:');
  const getToken = () => Promise.resolve({ token: 'operator', expiresOnTimestamp: Date.now() + 3_600_000 });
  const client = new ApiManagementClient({ getToken }, '00000000-0000-0000-0000-000000000000', { endpoint });
  await client.backend.update(...group, 'b', '*', { url: gateway.backendUrl });
  const rest: TestAdministration['rest'] = (path, init = {}) => {
    const headers = { authorization: 'Bearer operator', 'content-type': 'application/json', ...init.headers };
    return fetch(`${gateway.management}${servicePath}${path}`, { ...init, headers });
  };
  return { gateway, client, rest };
}

/** What NODE_EXTRA_CA_CERTS does, for a process that runs already. */
function trust(authorityFile: string): void {
  tls.setDefaultCACertificates([...tls.getCACertificates('default'), readFileSync(authorityFile, 'utf8')]);
}
