import { randomBytes } from 'node:crypto';
import autocannon from 'autocannon';
import type { Stack } from '../../local/stack/stack.ts';
import { routeSwitchName } from '../../shared/contract/operation.ts';
import { callerHeaders, withStack } from './bench-stack.ts';
import { printTable } from './table.ts';

const SECONDS = 6;
const CONNECTIONS = 16;
/** So many that neither the burst limit nor the daily quota of a plan ends the run. */
const SUBSCRIPTIONS = 120;

const cases = [
  { operation: 'pairs.get', method: 'GET', path: '/v1/pairs/BTC-EUR', body: undefined },
  {
    operation: 'quotes.create',
    method: 'POST',
    path: '/v1/quotes',
    body: JSON.stringify({ from: 'BTC', to: 'EUR', fromAmount: '0.25' }),
  },
] as const;

interface Row {
  perSecond: number;
  p50: number;
  p99: number;
  errors: number;
}

/** Requests per second of the bare legacy API and of both arms through the gateway, policies and quota included. */
export async function run(): Promise<void> {
  await withStack(async (stack) => {
    const keys = await subscribe(stack);
    const rows: (string | number)[][] = [];
    for (const { operation, method, path, body } of cases) {
      const request = { method, path, ...(body !== undefined && { body }) };
      const direct = await load(stack.file.legacy, [{ ...request, headers: callerHeaders(stack) }]);
      const byKey = keys.map((key) => ({ ...request, headers: { 'x-api-key': key } }));
      await setSwitch(stack, operation, 'legacy');
      const legacy = await load(stack.file.gateway, byKey);
      await setSwitch(stack, operation, 'functions');
      const functions = await load(stack.file.gateway, byKey);
      for (const [name, row] of Object.entries({
        'legacy, bare': direct,
        'gateway, legacy arm': legacy,
        'gateway, functions arm': functions,
      })) {
        const ratio = (row.perSecond / direct.perSecond).toFixed(2);
        rows.push([operation, name, Math.round(row.perSecond), row.p50, row.p99, ratio, row.errors]);
      }
    }
    printTable(['operation', 'what', 'requests/s', 'p50 ms', 'p99 ms', 'ratio', 'not 2xx'], rows);
  });
}

async function load(url: string, requests: { headers: Record<string, string> }[]): Promise<Row> {
  const typed = requests.map((request) => ({
    ...request,
    headers: { ...request.headers, 'content-type': 'application/json' },
  }));
  await autocannon({ url, connections: CONNECTIONS, duration: 1, requests: typed });
  const result = await autocannon({ url, connections: CONNECTIONS, duration: SECONDS, requests: typed });
  const { p50, p99 } = result.latency;
  return { perSecond: result['2xx'] / result.duration, p50, p99, errors: result.non2xx + result.errors };
}

async function subscribe(stack: Stack): Promise<string[]> {
  const keys = Array.from({ length: SUBSCRIPTIONS }, () => randomBytes(16).toString('hex'));
  for (const [index, primaryKey] of keys.entries()) {
    const properties = { displayName: `bench ${index}`, scope: '/products/enterprise', primaryKey, state: 'active' };
    await administer(stack, `subscriptions/bench-${index}`, { properties });
  }
  return keys;
}

async function setSwitch(stack: Stack, operation: string, value: string): Promise<void> {
  const name = routeSwitchName(operation);
  await administer(stack, `namedValues/${name}`, { properties: { displayName: name, value } });
}

async function administer(stack: Stack, resource: string, body: unknown): Promise<void> {
  const service = '/subscriptions/local/resourceGroups/local/providers/Microsoft.ApiManagement/service/local';
  const answer = await fetch(`${stack.file.management}${service}/${resource}?api-version=2024-05-01`, {
    method: 'PUT',
    headers: { authorization: `Bearer ${stack.file.operatorToken}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  if (!answer.ok) throw new Error(`${resource}: ${answer.status} ${await answer.text()}`);
}
