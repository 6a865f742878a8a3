import { createHmac } from 'node:crypto';
import http from 'node:http';
import type { ArmsStack } from './start-arms.ts';

/** One of the two services behind the gateway, called directly, as the gateway would. */
export interface Arm {
  name: 'legacy' | 'functions';
  url: string;
}

export interface Call {
  method?: string;
  path: string;
  headers?: Record<string, string>;
  /** Sent as JSON; bytes and text go as they are. */
  body?: unknown;
}

export interface Answer {
  status: number;
  headers: http.IncomingHttpHeaders;
  text: string;
  json: unknown;
}

export interface Arms {
  arms: readonly Arm[];
  /** Those that have an operation: what came after the legacy service is in the functions only. */
  armsWith(operationId: string): readonly Arm[];
  /** Calls as the partner with that id. */
  call(arm: Arm, call: Call, partner?: string): Promise<Answer>;
  /** A call with exactly these headers. */
  bare(arm: Arm, call: Call): Promise<Answer>;
  /** Signs a callback of the provider `simulator` and sends it. */
  callback(arm: Arm, event: unknown, options?: { at?: Date; secret?: string; path?: string }): Promise<Answer>;
  stack: ArmsStack;
}

/** The arms of a running stack. */
export function armsOf(stack: ArmsStack): Arms {
  const identity = (partner: string) => ({
    'x-gateway-key': stack.gatewayKey,
    'x-partner-id': partner,
    'x-plan': 'enterprise',
    // What the gateway learns from the quota and hands to the legacy arm.
    'x-quota-limit': '10000',
    'x-quota-used': '7',
    'x-quota-remaining': '9993',
  });
  const callback: Arms['callback'] = (arm, event, options = {}) => {
    const body = Buffer.isBuffer(event) ? event : Buffer.from(JSON.stringify(event));
    const id = `msg_${Math.random()}`;
    const timestamp = String(Math.floor((options.at ?? new Date()).getTime() / 1000));
    const secret = options.secret ?? stack.providerSecret;
    const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64');
    const signature = createHmac('sha256', key).update(`${id}.${timestamp}.`).update(body).digest('base64');
    return send(arm, {
      method: 'POST',
      path: options.path ?? '/v1/callbacks/simulator',
      body,
      headers: {
        'x-gateway-key': stack.gatewayKey,
        'content-type': 'application/json',
        'webhook-id': id,
        'webhook-timestamp': timestamp,
        'webhook-signature': `v1,${signature}`,
      },
    });
  };
  const arms: Arm[] = [
    { name: 'legacy', url: stack.legacy },
    { name: 'functions', url: stack.functions },
  ];
  const isNew = (operationId: string) => newGroups.has(operationId.split('.')[0]!);
  return {
    stack,
    arms,
    armsWith: (operationId) => (isNew(operationId) ? arms.slice(1) : arms),
    call: (arm, call, partner = 'partner-1') =>
      send(arm, { ...call, headers: { ...identity(partner), ...call.headers } }),
    bare: send,
    callback,
  };
}

const newGroups = new Set(['webhooks', 'signal']);
const agent = new http.Agent({ keepAlive: true, maxSockets: 16 });

// Not fetch: it would refuse or mend much of what these tests send.
function send(arm: Arm, { method = 'GET', path, headers = {}, body }: Call): Promise<Answer> {
  const raw = typeof body === 'string' || Buffer.isBuffer(body);
  const bytes = body === undefined ? undefined : raw ? body : JSON.stringify(body);
  const type = body === undefined || raw ? {} : { 'content-type': 'application/json' };
  return new Promise((resolve, reject) => {
    const { hostname, port } = new URL(arm.url);
    const request = http.request(
      { hostname, port, method, path, agent, headers: { ...type, ...headers } },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('error', reject);
        response.on('end', () => {
          const text = Buffer.concat(chunks).toString('utf8');
          resolve({
            status: response.statusCode ?? 0,
            headers: response.headers,
            text,
            json: /json/.test(response.headers['content-type'] ?? '') ? JSON.parse(text) : undefined,
          });
        });
      },
    );
    request.on('error', reject);
    request.end(bytes);
  });
}
