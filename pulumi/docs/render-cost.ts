import type { Captured, CapturedStack } from '../testing/capture.ts';
import { page, table } from './markdown.ts';

const hours = 730;

/**
 * Prices in USD, pay as you go, of the Azure Retail Prices API for eastus2 on 2026-08-14; private endpoints of 2024-07-01.
 * Other regions differ, by a tenth or so.
 */
const prices = {
  gateway: { Developer: 0.0658, BasicV2: 0.20548, StandardV2: 0.9589, PremiumV2: 3.83562, Premium: 3.829 } as Record<
    string,
    number
  >,
  furtherUnit: { BasicV2: 0.20548, StandardV2: 0.68493, PremiumV2: 1.91781 } as Record<string, number>,
  serviceBusStandard: 10,
  messagingUnit: 0.9275,
  autoscaleRu: 0.012,
  postgres: { Standard_B1ms: 0.017, Standard_B2s: 0.068, Standard_D2ds_v5: 0.178, Standard_D4ds_v5: 0.356 } as Record<
    string,
    number
  >,
  postgresGB: 0.115,
  redisNode: { Balanced_B0: 0.016, Balanced_B1: 0.032, Balanced_B3: 0.065, Balanced_B5: 0.156 } as Record<
    string,
    number
  >,
  frontDoor: { Standard_AzureFrontDoor: 35, Premium_AzureFrontDoor: 330 } as Record<string, number>,
  privateEndpoint: 0.01,
  alwaysReadyGBSecond: 4e-6,
  logAlert: 1.5,
};

/** One line of the bill: what it costs although nobody calls. */
interface Line {
  what: string;
  quantity: string;
  monthly: number;
}

/** What each stack costs a month before the first request. */
export function renderCost(stacks: ReadonlyMap<string, CapturedStack>): string {
  const parts = [...stacks].map(([stack, { resources }]) => {
    const lines = fixedCosts(resources);
    const total = lines.reduce((sum, { monthly }) => sum + monthly, 0);
    return `## ${stack}\n\n${table(['What', 'Quantity', 'USD a month'], [...lines.map(({ what, quantity, monthly }) => [what, quantity, monthly.toFixed(2)]), ['**Total**', '', `**${total.toFixed(0)}**`]])}`;
  });
  return page(
    'Fixed cost of each stack',
    'What a stack costs a month before the first request, from its own resources and list prices (pay as you go, eastus2, 2026-08-14; the region you choose differs). Requests, request units beyond the floor of autoscale, storage, logs and traffic come on top: `npm run compare` says what those are. The budget alert of each stack stands in its file.',
    ...parts,
    'The private level decides most of it: it forces Premium on Service Bus and Front Door, and an endpoint for each service. A geo-redundant PostgreSQL backup and zone-redundant storage are small beside that and left out.',
  );
}

function fixedCosts(resources: readonly Captured[]): Line[] {
  const of = (type: string): Captured[] => resources.filter((resource) => resource.type === `azure-native:${type}`);
  return [
    ...of('apimanagement:ApiManagementService').map(gatewayLine),
    ...of('servicebus:Namespace').map(namespaceLine),
    ...of('cosmosdb:SqlResourceSqlDatabase').flatMap((database) =>
      cosmosLine(database, of('cosmosdb:DatabaseAccount')[0]!),
    ),
    ...of('dbforpostgresql:Server').flatMap(postgresLines),
    ...of('web:WebApp').flatMap(alwaysReadyLine),
    ...of('redisenterprise:RedisEnterprise').map(redisLine),
    ...of('cdn:Profile').map(({ inputs }) => ({
      what: 'Front Door',
      quantity: skuOf(inputs),
      monthly: prices.frontDoor[skuOf(inputs)]!,
    })),
    ...counted('Private endpoints', of('network:PrivateEndpoint').length, prices.privateEndpoint * hours),
    ...counted('Log alerts, every five minutes', of('monitor:ScheduledQueryRule').length, prices.logAlert),
  ];
}

function counted(what: string, count: number, each: number): Line[] {
  return count === 0 ? [] : [{ what, quantity: `${count}`, monthly: count * each }];
}

function skuOf(inputs: Record<string, unknown>): string {
  return (inputs['sku'] as { name: string }).name;
}

function gatewayLine({ inputs }: Captured): Line {
  const { name, capacity } = inputs['sku'] as { name: string; capacity: number };
  const further = (capacity - 1) * (prices.furtherUnit[name] ?? prices.gateway[name]!);
  return {
    what: 'API Management',
    quantity: `${name}, ${capacity} unit${capacity === 1 ? '' : 's'}`,
    monthly: (prices.gateway[name]! + further) * hours,
  };
}

function namespaceLine({ inputs }: Captured): Line {
  const { name, capacity = 0 } = inputs['sku'] as { name: string; capacity?: number };
  const monthly = name === 'Premium' ? capacity * prices.messagingUnit * hours : prices.serviceBusStandard;
  return { what: 'Service Bus', quantity: name === 'Premium' ? `Premium, ${capacity} messaging units` : name, monthly };
}

/** Autoscale never costs less than a tenth of its ceiling, in each region. */
function cosmosLine({ inputs }: Captured, account: Captured): Line[] {
  const ceiling = (inputs['options'] as { autoscaleSettings?: { maxThroughput: number } } | undefined)
    ?.autoscaleSettings?.maxThroughput;
  if (ceiling === undefined) return [];
  const regions = (account.inputs['locations'] as unknown[]).length;
  const floor = ceiling / 10;
  return [
    {
      what: 'Cosmos DB, floor of autoscale',
      quantity: `${floor} RU/s in ${regions} region${regions === 1 ? '' : 's'}`,
      monthly: (floor / 100) * prices.autoscaleRu * hours * regions,
    },
  ];
}

function postgresLines({ inputs }: Captured): Line[] {
  const servers = (inputs['highAvailability'] as { mode: string }).mode === 'Disabled' ? 1 : 2;
  const size = (inputs['storage'] as { storageSizeGB: number }).storageSizeGB;
  return [
    {
      what: 'PostgreSQL',
      quantity: `${servers} × ${skuOf(inputs)}`,
      monthly: servers * prices.postgres[skuOf(inputs)]! * hours,
    },
    { what: 'PostgreSQL storage', quantity: `${servers} × ${size} GB`, monthly: servers * size * prices.postgresGB },
  ];
}

function alwaysReadyLine({ inputs }: Captured): Line[] {
  const { alwaysReady, instanceMemoryMB } = (
    inputs['functionAppConfig'] as {
      scaleAndConcurrency: { alwaysReady: { instanceCount: number }[]; instanceMemoryMB: number };
    }
  ).scaleAndConcurrency;
  const count = alwaysReady.reduce((sum, { instanceCount }) => sum + instanceCount, 0);
  if (count === 0) return [];
  const monthly = count * (instanceMemoryMB / 1024) * hours * 3600 * prices.alwaysReadyGBSecond;
  return [{ what: 'Functions, always ready', quantity: `${count} × ${instanceMemoryMB} MB`, monthly }];
}

function redisLine({ inputs }: Captured): Line {
  const nodes = inputs['highAvailability'] === 'Enabled' ? 2 : 1;
  return {
    what: 'Managed Redis',
    quantity: `${nodes} × ${skuOf(inputs)}`,
    monthly: nodes * prices.redisNode[skuOf(inputs)]! * hours,
  };
}
