import type { Mistake } from './errors.ts';
import type { Config } from './schema.ts';

/** One combination that Azure refuses (or accepts and then breaks): `holds` is true where the setting is wrong. */
interface Rule<Key extends keyof Config> {
  needs: readonly Key[];
  key: string;
  wrong: (config: Pick<Config, Key>) => boolean;
  problem: (config: Pick<Config, Key>) => string;
}

const mostUnits = { Consumption: 0, Developer: 1, BasicV2: 10, StandardV2: 10, PremiumV2: 30, Premium: 30 };

const rules: readonly ((config: Partial<Config>) => Mistake | undefined)[] = [
  rule({
    needs: ['gateway'],
    key: 'gateway.tier',
    wrong: ({ gateway }) => gateway.tier === 'Consumption',
    problem: () => 'Consumption has no rate limit by key, no circuit breaker and no cache, which the policies need',
  }),
  rule({
    needs: ['gateway'],
    key: 'gateway.units',
    wrong: ({ gateway: { tier, units } }) => units > mostUnits[tier] || (tier !== 'Consumption' && units < 1),
    problem: ({ gateway: { tier } }) =>
      tier === 'Consumption' ? 'must be 0: Consumption has no units' : `must be 1 to ${mostUnits[tier]} in ${tier}`,
  }),
  rule({
    needs: ['gateway'],
    key: 'gateway.zoneRedundant',
    wrong: ({ gateway }) => gateway.zoneRedundant && !['Premium', 'PremiumV2'].includes(gateway.tier),
    problem: ({ gateway }) => `${gateway.tier} has no availability zones: take PremiumV2 or Premium`,
  }),
  rule({
    needs: ['gateway'],
    key: 'gateway.units',
    wrong: ({ gateway }) => gateway.zoneRedundant && gateway.tier === 'Premium' && gateway.units % 3 !== 0,
    problem: () => 'must be a multiple of 3 to fill three zones in Premium',
  }),
  rule({
    needs: ['gateway', 'network'],
    key: 'network.level',
    wrong: ({ gateway, network }) =>
      network.level !== 'public' && (gateway.tier === 'BasicV2' || gateway.tier === 'Consumption'),
    problem: ({ gateway, network }) =>
      `${network.level} needs a gateway that can join a virtual network: ${gateway.tier} cannot; take StandardV2, PremiumV2, Developer or Premium`,
  }),
  rule({
    needs: ['gateway', 'edge'],
    key: 'gateway.publicAccess',
    wrong: ({ gateway, edge }) => !gateway.publicAccess && edge.kind !== 'premium',
    problem: ({ edge }) =>
      `nothing could reach the gateway: only edge premium has a private link to it, edge is ${edge.kind}`,
  }),
  rule({
    needs: ['gateway'],
    key: 'gateway.publicAccess',
    wrong: ({ gateway }) => !gateway.publicAccess && ['BasicV2', 'Consumption'].includes(gateway.tier),
    problem: ({ gateway }) => `${gateway.tier} has no private endpoint, so it cannot be closed to the internet`,
  }),
  rule({
    needs: ['messaging'],
    key: 'messaging.tier',
    wrong: ({ messaging }) => messaging.tier === 'Basic',
    problem: () => 'Basic has no sessions and no duplicate detection, which both queues need',
  }),
  rule({
    needs: ['messaging'],
    key: 'messaging.units',
    wrong: ({ messaging }) => messaging.tier === 'Premium' && ![1, 2, 4, 8, 16].includes(messaging.units),
    problem: () => 'must be 1, 2, 4, 8 or 16 in Premium',
  }),
  rule({
    needs: ['messaging'],
    key: 'messaging.units',
    wrong: ({ messaging }) => messaging.tier !== 'Premium' && messaging.units !== 0,
    problem: ({ messaging }) => `must be 0: ${messaging.tier} has no messaging units`,
  }),
  rule({
    needs: ['messaging', 'network'],
    key: 'messaging.tier',
    wrong: ({ messaging, network }) => network.level !== 'public' && messaging.tier !== 'Premium',
    problem: ({ network }) =>
      `${network.level} needs Premium: only there does Service Bus have network rules and private endpoints`,
  }),
  rule({
    needs: ['cosmos'],
    key: 'cosmos.maxThroughput',
    wrong: ({ cosmos }) => cosmos.capacity === 'serverless' && cosmos.maxThroughput !== undefined,
    problem: () => 'a serverless account has no throughput to set',
  }),
  rule({
    needs: ['cosmos'],
    key: 'cosmos.maxThroughput',
    wrong: ({ cosmos }) => cosmos.capacity === 'autoscale' && (cosmos.maxThroughput ?? 1) % 1000 !== 0,
    problem: () => 'autoscale needs a multiple of 1000',
  }),
  rule({
    needs: ['cosmos'],
    key: 'cosmos.secondaryLocation',
    wrong: ({ cosmos }) => cosmos.capacity === 'serverless' && cosmos.secondaryLocation !== undefined,
    problem: () => 'a serverless account has one region only',
  }),
  rule({
    needs: ['cosmos', 'location'],
    key: 'cosmos.secondaryLocation',
    wrong: ({ cosmos, location }) => cosmos.secondaryLocation === location,
    problem: () => 'must differ from location',
  }),
  rule({
    needs: ['functions'],
    key: 'functions.alwaysReady',
    wrong: ({ functions: { alwaysReady, zoneRedundant } }) =>
      zoneRedundant && Object.values(alwaysReady).some((count) => count < 2),
    problem: () => 'zone redundancy needs at least 2 always-ready instances in each group',
  }),
  rule({
    needs: ['functions'],
    key: 'functions.alwaysReady',
    wrong: ({ functions: { alwaysReady, maximumInstances } }) =>
      Object.values(alwaysReady).reduce((sum, count) => sum + count, 0) > maximumInstances,
    problem: ({ functions }) => `adds up to more than maximumInstances (${functions.maximumInstances})`,
  }),
  ...databaseRules(),
  rule({
    needs: ['edge'],
    key: 'edge.managedRules',
    wrong: ({ edge }) => edge.managedRules && edge.kind !== 'premium',
    problem: ({ edge }) => `managed rule sets exist only in edge premium, edge is ${edge.kind}`,
  }),
  rule({
    needs: ['cache'],
    key: 'cache.sku',
    wrong: ({ cache }) => (cache.kind === 'external') !== (cache.sku !== undefined),
    problem: ({ cache }) =>
      cache.kind === 'external' ? 'is missing: the external cache needs a size' : 'only the external cache has a size',
  }),
  rule({
    needs: ['network'],
    key: 'network.addressSpace',
    wrong: ({ network }) => !isPrivateBlock(network.addressSpace),
    problem: () => 'must be a private range of /22 or larger that starts on its own boundary',
  }),
  rule({
    needs: ['release'],
    key: 'release.previous',
    wrong: ({ release }) => release.previous !== undefined && release.previous === release.digest,
    problem: () => 'is the digest that runs: there would be nothing to return to',
  }),
  rule({
    needs: ['environment', 'audit'],
    key: 'audit.lock',
    wrong: ({ environment, audit }) => environment === 'dev' && audit.lock,
    problem: ({ audit }) => `a locked policy could not be torn down for ${audit.immutabilityDays} days: not in dev`,
  }),
  rule({
    needs: ['environment', 'gateway'],
    key: 'gateway.tier',
    wrong: ({ environment, gateway }) => environment === 'production' && gateway.tier === 'Developer',
    problem: () => 'Developer has no SLA: not in production',
  }),
];

/** Every combination of settings that cannot work; rules whose settings are themselves wrong are left out. */
export function combinationMistakes(config: Partial<Config>): Mistake[] {
  return rules.map((check) => check(config)).filter((mistake) => mistake !== undefined);
}

function databaseRules(): ((config: Partial<Config>) => Mistake | undefined)[] {
  const burstable = (config: Pick<Config, 'database'>): boolean =>
    config.database.kind === 'provisioned' && config.database.tier === 'Burstable';
  const prefixes = { Burstable: 'Standard_B', GeneralPurpose: 'Standard_D', MemoryOptimized: 'Standard_E' };
  return [
    rule({
      needs: ['database'],
      key: 'database.pooler',
      wrong: (c) => burstable(c) && c.database.kind === 'provisioned' && c.database.pooler,
      problem: () => 'the Burstable tier has no PgBouncer',
    }),
    rule({
      needs: ['database'],
      key: 'database.highAvailability',
      wrong: (c) => burstable(c) && c.database.kind === 'provisioned' && c.database.highAvailability !== 'Disabled',
      problem: () => 'the Burstable tier has no standby',
    }),
    rule({
      needs: ['database'],
      key: 'database.sku',
      wrong: ({ database }) => database.kind === 'provisioned' && !database.sku.startsWith(prefixes[database.tier]),
      problem: ({ database }) =>
        database.kind === 'provisioned'
          ? `${database.tier} takes sizes that start with ${prefixes[database.tier]}`
          : '',
    }),
  ];
}

function rule<Key extends keyof Config>({ needs, key, wrong, problem }: Rule<Key>) {
  return (config: Partial<Config>): Mistake | undefined => {
    if (needs.some((name) => config[name] === undefined)) return undefined;
    const known = config as Pick<Config, Key>;
    return wrong(known) ? { key, problem: problem(known) } : undefined;
  };
}

function isPrivateBlock(range: string): boolean {
  const [address = '', bits = ''] = range.split('/');
  const octets = address.split('.').map(Number);
  const size = Number(bits);
  if (octets.length !== 4 || octets.some((octet) => octet > 255) || size < 8 || size > 22) return false;
  const value = octets.reduce((sum, octet) => sum * 256 + octet, 0);
  const isPrivate =
    octets[0] === 10 ||
    (octets[0] === 172 && octets[1]! >= 16 && octets[1]! < 32) ||
    (octets[0] === 192 && octets[1] === 168);
  return isPrivate && value % 2 ** (32 - size) === 0;
}
