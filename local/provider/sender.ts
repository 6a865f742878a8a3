import { createHmac } from 'node:crypto';
import { Agent, request } from 'node:http';
import type { ProviderEvent } from './script.ts';

export interface Answer {
  status: number;
  retryAfterMs?: number;
}

/** Standard Webhooks signature of a body: base64 HMAC-SHA-256 over `id.timestamp.body`. Timestamp in s. */
function sign(secret: string, id: string, timestamp: number, body: string): string {
  const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64');
  return `v1,${createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64')}`;
}

/** Posts signed callbacks over kept-alive connections. `send` rejects when the connection fails. */
export function createSender(
  target: string,
  secret: string,
): { send(event: ProviderEvent): Promise<Answer>; close(): void } {
  const agent = new Agent({ keepAlive: true, maxSockets: 32 });
  return {
    send: (event) => post(agent, target, secret, event),
    close: () => agent.destroy(),
  };
}

function post(agent: Agent, target: string, secret: string, event: ProviderEvent): Promise<Answer> {
  const body = JSON.stringify(event);
  const timestamp = Math.floor(Date.now() / 1000);
  return new Promise((resolve, reject) => {
    const call = request(
      target,
      {
        method: 'POST',
        agent,
        timeout: 10_000,
        headers: {
          'content-type': 'application/json',
          'content-length': Buffer.byteLength(body),
          'webhook-id': event.id,
          'webhook-timestamp': timestamp,
          'webhook-signature': sign(secret, event.id, timestamp, body),
        },
      },
      (response) => {
        response.resume();
        response.once('error', reject);
        response.once('end', () => {
          const seconds = Number(response.headers['retry-after']);
          resolve({ status: response.statusCode!, ...(seconds > 0 && { retryAfterMs: seconds * 1000 }) });
        });
      },
    );
    call.once('timeout', () => call.destroy(new Error(`${target} did not answer within 10 s`)));
    call.once('error', reject);
    call.end(body);
  });
}
