import { userInfo } from 'node:os';
import { setTimeout as wait } from 'node:timers/promises';
import type { TokenCredential } from '@azure/identity';
import { closeCosmos, cosmosContainer, type CosmosSettings } from '../shared/azure/cosmos-client.ts';
import { cosmosStreamStore } from '../shared/azure/cosmos-stream-store.ts';
import {
  AdministrationError,
  changeNamedValue,
  listNamedValues,
  type Administration,
} from '../shared/azure/named-values.ts';
import { closeServiceBus } from '../shared/azure/service-bus-bell.ts';
import { azureStreams } from '../shared/azure/streams.ts';
import { openPostgres, type Postgres } from '../shared/exchange/postgres.ts';
import type { StreamReport } from '../shared/streams/ports.ts';
import { reportLine } from '../shared/streams/report.ts';
import type { AuditTools } from './audit/audit-tools.ts';
import type { CallbackTools } from './callbacks/callbacks-command.ts';
import { FailedError } from './command.ts';
import { readDeployment } from './deployment.ts';
import type { ParkedTools } from './parked/parked-tools.ts';
import { probeGateway } from './routes/gateway-probe.ts';
import { shiftRecorder } from './routes/record-shift.ts';
import type { RouteTools } from './routes/route-tools.ts';
import { routeSwitches } from './routes/route-switches.ts';
import { readStack } from './stack.ts';
import type { WebhookTools } from './webhooks/webhook-tools.ts';

/** An operator wants to be told, rather than to wait for a store that does not answer. */
const storePatienceMs = 10_000;

/** The local gateway takes any subscription, resource group and service. */
const localService =
  '/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/local/providers/Microsoft.ApiManagement/service/local';

/**
 * What moves routes: on the deployment whose outputs are in DEPLOYMENT_FILE, as whoever is signed in to Azure, else on
 * the running stack. @throws {NoStackError} @throws {FailedError}
 */
export function routeTools(): RouteTools {
  const deployed = process.env['DEPLOYMENT_FILE'];
  if (deployed === undefined) {
    const { management, operatorToken, cosmos, gateway } = readStack();
    return routeToolsOf({ endpoint: management, service: localService, token: () => operatorToken }, cosmos, gateway);
  }
  const { gatewayServiceId, gatewayUrl, cosmosEndpoint } = readDeployment(deployed);
  const endpoint = 'https://management.azure.com';
  let credential: Promise<TokenCredential> | undefined;
  const token = async () => {
    credential ??= import('@azure/identity').then(({ DefaultAzureCredential }) => new DefaultAzureCredential());
    return (await (await credential).getToken(`${endpoint}/.default`))?.token ?? '';
  };
  return routeToolsOf({ endpoint, service: gatewayServiceId, token }, { endpoint: cosmosEndpoint }, gatewayUrl);
}

function routeToolsOf(administration: Administration, store: CosmosSettings, gateway: string): RouteTools {
  const cosmos = { ...store, requestTimeoutMs: storePatienceMs };
  const record = shiftRecorder(
    cosmosStreamStore(() => cosmosContainer(cosmos, 'streams')),
    Date.now,
  );
  return {
    switches: routeSwitches({
      list: () => told(listNamedValues(administration)),
      change: (change) => told(changeNamedValue(administration, change, wait)),
    }),
    probe: probeGateway(gateway),
    record: async (event) => {
      await record(event);
      // Or the client's background work keeps the command from ending.
      await closeCosmos(cosmos);
    },
    clock: { now: Date.now, wait },
  };
}

/** What reads and moves the ordered streams of the running stack. @throws {NoStackError} */
export function streamTools(): AuditTools & ParkedTools & WebhookTools & CallbackTools {
  const stack = readStack();
  const serviceBus = { connectionString: stack.serviceBus };
  const cosmos = { ...stack.cosmos, requestTimeoutMs: storePatienceMs };
  let postgres: Promise<Postgres> | undefined;
  const sql = () => (postgres ??= openPostgres({ url: stack.postgres }));
  const report = (event: StreamReport) => console.error(reportLine(event));
  const streams = azureStreams({ cosmos, serviceBus }, { sql, report });
  const { callbacks, deliveries, webhooks, shadows, auditLog } = streams;
  const { store } = callbacks;
  return {
    sql,
    shadows,
    log: auditLog,
    tip: async (stream) => (await store.read(stream))?.head.tip,
    streams: (queue) => [callbacks, deliveries].find((ports) => ports.queue === queue),
    endpoints: webhooks.endpoints,
    deliveries: webhooks.deliveries,
    store,
    checkpoints: stack.checkpoints,
    actor: userInfo().username,
    close: async () => {
      streams.close();
      await closeCosmos(cosmos);
      await closeServiceBus(serviceBus);
      await (await postgres)?.close();
    },
  };
}

/** What the administration says of itself is for the operator to read, not a fault of the command. */
async function told<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (cause) {
    throw cause instanceof AdministrationError ? new FailedError(cause.message, { cause }) : cause;
  }
}
