import { parseArgs } from 'node:util';
import { replayRange } from '../../shared/webhooks/replay.ts';
import type { Delivery } from '../../shared/webhooks/delivery.ts';
import { healthy } from '../../shared/webhooks/endpoint.ts';
import { UsageError, type Command, type Output } from '../command.ts';
import type { WebhookTools } from './webhook-tools.ts';

const usage = `usage: npm run ops -- webhooks list <partner>
       npm run ops -- webhooks deliveries <endpoint> [--status STATUS] [--limit N]
       npm run ops -- webhooks enable|disable <partner> <endpoint>
       npm run ops -- webhooks recover <endpoint> --since TIME [--until TIME] [--delivered]

list        a partner's endpoints, and how they fare
deliveries  what was sent to an endpoint, newest first
enable      also forgets how it fared, so that it is tried at once
recover     sends what was not delivered in a time range again, oldest first

  --status STATUS  delivered, retrying, failed or dropped
  --limit N        deliveries to show (20)
  --since TIME     RFC 3339
  --delivered      also what was delivered

examples:
  npm run ops -- webhooks list acme
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

function actionOf([action, first, second]: string[], values: Values): Act {
  if (action === undefined) throw new UsageError('name an action');
  if (first === undefined) throw new UsageError(`${action} what?`);
  switch (action) {
    case 'list':
      return (tools, output) => list(tools, first, output);
    case 'deliveries':
      return deliveries(first, values);
    case 'enable':
    case 'disable':
      if (second === undefined) throw new UsageError('name the partner and the endpoint');
      return (tools, output) => turn(tools, first, second, action === 'enable', output);
    case 'recover':
      return recover(first, values);
    default:
      throw new UsageError(`no such action: ${action}`);
  }
}

async function list({ endpoints }: WebhookTools, partnerId: string, output: Output): Promise<number> {
  const found = await endpoints.list(partnerId);
  if (found.length === 0) output.out(`${partnerId} has no endpoint`);
  for (const { id, url, enabled, disabledReason, health } of found) {
    const failing = health.failures > 0 ? `${health.failures} failures since ${time(health.failingSince)}` : 'fine';
    output.out(`${id}  ${enabled ? failing : `disabled (${disabledReason})`}  ${url}`);
  }
  return 0;
}

function deliveries(endpointId: string, values: Values): Act {
  const limit = Number(values.limit);
  if (!Number.isInteger(limit) || limit < 1) throw new UsageError(`--limit ${values.limit}: use a whole number`);
  const status = values.status as Delivery['status'] | undefined;
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
  { endpoints }: WebhookTools,
  partnerId: string,
  id: string,
  enabled: boolean,
  output: Output,
): Promise<number> {
  const updated = await endpoints.update(partnerId, id, (endpoint) => ({
    ...endpoint,
    enabled,
    disabledReason: enabled ? null : 'partner',
    health: enabled ? healthy : endpoint.health,
  }));
  if (!updated) output.err(`${partnerId} has no endpoint ${id}`);
  else output.out(`${id}: ${enabled ? 'enabled' : 'disabled'}`);
  return updated ? 0 : 1;
}

function recover(endpointId: string, values: Values): Act {
  if (values.since === undefined) throw new UsageError('say from when on with --since');
  const since = readTime(values.since);
  const until = values.until === undefined ? new Date().toISOString() : readTime(values.until);
  return async (tools, output) => {
    const ports = tools.streams('deliveries');
    if (!ports) throw new Error('there is no queue for deliveries');
    let from: string | null = since;
    let total = 0;
    while (from !== null) {
      const range = { endpointId, since: from, until, delivered: values.delivered };
      const { replayed, next } = await replayRange(ports, tools.deliveries, range, tools.actor);
      total += replayed;
      from = next;
    }
    output.out(`${total} deliveries will be sent again`);
    return 0;
  };
}

function readTime(text: string): string {
  const at = new Date(text);
  if (Number.isNaN(at.getTime())) throw new UsageError(`"${text}" is no time: use RFC 3339`);
  return at.toISOString();
}

function time(at: number): string {
  return new Date(at).toISOString();
}
