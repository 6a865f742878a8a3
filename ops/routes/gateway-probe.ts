import http from 'node:http';
import https from 'node:https';
import type { Operation } from '../../shared/contract/operation.ts';

const timeoutMs = 2000;

/**
 * Asks a gateway for the state of a route by a request with `x-route-probe`, which it answers itself before keys,
 * limits and quotas. Undefined when there is no such answer. Each call opens a connection of its own, because a
 * connection that is kept would always reach the same instance.
 */
export function probeGateway(gateway: string): (operation: Operation) => Promise<string | undefined> {
  const client = gateway.startsWith('https:') ? https : http;
  return ({ method, path }) =>
    new Promise((resolve) => {
      const url = new URL(path.replaceAll(/\{\w+\}/g, 'probe'), gateway);
      const request = client.request(
        url,
        { method, agent: false, timeout: timeoutMs, headers: { 'x-route-probe': '1', 'content-length': '0' } },
        (response) => {
          response.resume();
          const revision = response.headers['x-route-revision'];
          resolve(response.statusCode === 204 && typeof revision === 'string' ? revision : undefined);
        },
      );
      request.on('timeout', () => request.destroy());
      request.on('error', () => resolve(undefined));
      request.end();
    });
}
