import { parseArgs } from 'node:util';
import { recordOrder } from '../../shared/webhooks/endpoint-trail.ts';
import { replayRange } from '../../shared/webhooks/replay.ts';
import type { StreamPorts } from '../../shared/streams/ports.ts';
import type { DeliveryStatus } from '../../shared/webhooks/delivery.ts';
import { healthy } from '../../shared/webhooks/endpoint.ts';
import { UsageError, type Command, type Output } from '../command.ts';
import { count } from '../count.ts';
import { readTime } from '../read-time.ts';
import type { WebhookTools } from './webhook-tools.ts';

const usage = `usage: npm run ops -- webhooks list <partner>
       npm run ops -- webhooks deliveries <endpoint> [--status STATUS] [--limit N]
       npm run ops -- webhooks enable|disable <partner> <endpoint>
       npm run ops -- webhooks recover <endpoint> --since TIME [--until TIME] [--delivered]

list        a partner's endpoints, and how they fare; a partner is a subscription of the gateway (locally: enterprise)
deliveries  what was sent to an endpoint, newest first
enable      also forgets how it fared, so that it is tried at once
recover     sends what was not delivered in a time range again, oldest first

What enable, disable and recover do is an event of the audit trail, in the stream endpoint/<endpoint>.

  --status STATUS  delivered, retrying, failed or dropped
  --limit N        deliveries to show (20)
  --since TIME     from then on, RFC 3339
  --until TIME     up to then (now)
  --delivered      also what was delivered

examples:
  npm run ops -- webhooks list enterprise
  npm run ops -- webhooks recover we_0199d5a0-8a11-7c4b-8a5f-3b7e2d9c8f61 --since 2026-01-05T00:00:00Z`;

const options = {
  status: { type: 'string' },
  limit: { type: 'string', default: '20' },
  since: { type: 'string' },
  until: { type: 'string' },
  delivered: { type: 'boolean', default: false },
} as const;

type Values = ReturnType<typeof parseArgs<{ options: typeof options }>>['values'];
type Act = (tools: WebhookTools, output: Output) => Promise<number>;

export function webhooksCommand(openTools: () => Promise<WebhookTools>): Command {
  return {
    summary: "see and mend partners' webhook endpoints",
    usage,
    async run(args, output) {
      const { values, positionals } = parseArgs({ args: [...args], options, allowPositionals: true });
      const act = actionOf(positionals, values);
      const tools = await openTools();
      try {
        return await act(tools, output);
      } finally {
        await tools.close();
      }
    },
  };
}

/** How many arguments each action takes. */
const most: Record<string, number> = { list: 1, deliveries: 1, enable: 2, disable: 2, recover: 1 };

function actionOf([action, first, second, ...more]: string[], values: Values): Act {
  if (action === undefined) throw new UsageError('name an action: list, deliveries, enable, disable or recover');
  if (!Object.hasOwn(most, action)) throw new UsageError(`no such action: ${action}`);
  if (first === undefined)
    throw new UsageError(`${action} what? Name the ${action === 'list' ? 'partner' : 'endpoint'}`);
  const surplus = [first, second, ...more].slice(most[action]).filter((word) => word !== undefined);
  if (surplus.length > 0) throw new UsageError(`too many arguments: ${surplus.join(' ')}`);
  switch (action) {
    case 'list':
      return (tools, output) => list(tools, first, output);
    case 'deliveries':
      return deliveries(first, values);
    case 'enable':
    case 'disable':
      if (second === undefined) throw new UsageError('name the partner and the endpoint');
      return (tools, output) => turn(tools, first, second, action === 'enable', output);
    default:
      return recover(first, values);
  }
}

async function list({ endpoints }: WebhookTools, partnerId: string, output: Output): Promise<number> {
  const found = await endpoints.list(partnerId);
  if (found.length === 0) output.out(`${partnerId} has no endpoint`);
  for (const { id, url, enabled, disabledReason, health } of found) {
    const failing =
      health.failures > 0 ? `${count(health.failures, 'failure')} since ${time(health.failingSince)}` : 'fine';
    output.out(`${id}  ${enabled ? failing : `disabled (${disabledReason})`}  ${url}`);
  }
  return 0;
}

const statuses: readonly DeliveryStatus[] = ['delivered', 'retrying', 'failed', 'dropped'];

function deliveries(endpointId: string, values: Values): Act {
  const limit = Number(values.limit);
  if (!Number.isInteger(limit) || limit < 1) throw new UsageError(`--limit ${values.limit}: use a whole number`);
  const status = statuses.find((known) => known === values.status);
  if (values.status !== status) throw new UsageError(`--status ${values.status}: use one of ${statuses.join(', ')}`);
  return async (tools, output) => {
    const { items } = await tools.deliveries.list(endpointId, { status, limit });
    if (items.length === 0) output.out('no deliveries');
    for (const { id, createdAt, eventType, exchangeId, status: state, attempts } of items) {
      const last = attempts.at(-1);
      const answer = last ? (last.status ?? last.error) : 'not tried';
      output.out(
        `${createdAt}  ${id}  ${state.padEnd(9)}  ${eventType}  ${exchangeId ?? '-'}  ${attempts.length}x ${answer}`,
      );
    }
    return 0;
  };
}

async function turn(
  tools: WebhookTools,
  partnerId: string,
  id: string,
  enabled: boolean,
  output: Output,
): Promise<number> {
  const { endpoints, actor } = tools;
  const none = () => {
    output.err(`${partnerId} has no endpoint ${id}`);
    return 1;
  };
  if (!(await endpoints.get(partnerId, id))) return none();
  await recordOrder(deliveryStreams(tools), {
    type: enabled ? 'endpoint.enable' : 'endpoint.disable',
    endpointId: id,
    actor,
  });
  const updated = await endpoints.update(partnerId, id, (endpoint) => ({
    ...endpoint,
    enabled,
    disabledReason: enabled ? null : 'partner',
    health: enabled ? healthy : endpoint.health,
  }));
  if (!updated) return none();
  output.out(`${id}: ${enabled ? 'enabled' : 'disabled'}`);
  return 0;
}

function recover(endpointId: string, values: Values): Act {
  if (values.since === undefined) throw new UsageError('say from when on with --since');
  const since = readTime(values.since).toISOString();
  const until = values.until === undefined ? new Date().toISOString() : readTime(values.until).toISOString();
  if (values.until !== undefined && until < since) throw new UsageError('--until is before --since');
  return async (tools, output) => {
    const ports = deliveryStreams(tools);
    const { actor, deliveries: log } = tools;
    const { delivered } = values;
    // Without its partner, an endpoint is known by what was sent to it: one that is not needs no trail.
    if ((await log.list(endpointId, { limit: 1 })).items.length > 0) {
      const data = { since, until, delivered };
      await recordOrder(ports, { type: 'endpoint.recover', endpointId, actor, data });
    }
    let from: string | null = since;
    let total = 0;
    while (from !== null) {
      const range = { endpointId, since: from, until, delivered };
      const { replayed, next } = await replayRange(ports, log, range, actor);
      total += replayed;
      from = next;
    }
    output.out(`${count(total, 'delivery', 'deliveries')} will be sent again`);
    return 0;
  };
}

function deliveryStreams({ streams }: WebhookTools): StreamPorts {
  const ports = streams('deliveries');
  if (!ports) throw new Error('there is no queue for deliveries');
  return ports;
}

function time(at: number): string {
  return new Date(at).toISOString();
}
