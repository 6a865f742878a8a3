import { z } from 'zod';
import { digestPattern } from '../../shared/contract/package-digest.ts';

/** Regions that offer Flex Consumption and zones, and that the policy pack allows. */
const locations = [
  'australiaeast',
  'eastasia',
  'eastus',
  'eastus2',
  'francecentral',
  'germanywestcentral',
  'northeurope',
  'norwayeast',
  'southeastasia',
  'swedencentral',
  'switzerlandnorth',
  'uksouth',
  'westeurope',
  'westus2',
  'westus3',
] as const;

const guid = z.uuid({ error: 'is not a GUID' });
const secretUri = z
  .string()
  .regex(
    /^https:\/\/[a-z0-9-]+\.vault\.azure\.net\/secrets\/[A-Za-z0-9-]+$/,
    'is not a Key Vault secret URI without a version',
  );
const subnetSpace = z.string().regex(/^(\d{1,3}\.){3}\d{1,3}\/\d{1,2}$/, 'is not an IPv4 range such as 10.20.0.0/22');
const httpsUrl = z.url({ protocol: /^https$/, error: 'is not an https URL' });
/** SHA-256 of the package's bytes, as `sha256:` and 64 hex digits. */
const digest = z.string().regex(digestPattern, 'is not sha256: and 64 lower-case hex digits');
const instances = (most: number) => z.int().min(0).max(most);

const gateway = z.strictObject({
  tier: z
    .enum(['Consumption', 'Developer', 'BasicV2', 'StandardV2', 'PremiumV2', 'Premium'])
    .describe('Tier of API Management. Developer has no SLA; v2 tiers deploy in minutes, classic ones in about 40'),
  units: z.int().min(0).max(30).default(1).describe('Scale units; 0 only for Consumption, which has none'),
  zoneRedundant: z.boolean().default(false).describe('Spread the units over three availability zones'),
  publisherName: z.string().min(1).max(100).describe('Name shown in the developer portal'),
  publisherEmail: z.email().describe('Address that API Management writes to'),
  hostname: z
    .strictObject({
      name: z.hostname().describe('Host name of the API'),
      certificate: secretUri.describe('Its certificate'),
    })
    .optional()
    .describe('Custom host name; without it, the one of azure-api.net'),
  portal: z.boolean().default(true).describe('Developer portal with sign-up'),
  publicAccess: z.boolean().default(true).describe('Reachable from the internet; false: only through Front Door'),
  samplingPercent: z
    .number()
    .min(0)
    .max(100)
    .default(100)
    .describe('Share of requests in the diagnostics; errors always'),
  testSubscriptions: z.boolean().default(false).describe('One subscription for each product, for smoke tests'),
});

const functions = z.strictObject({
  memoryMB: z
    .union([z.literal(512), z.literal(2048), z.literal(4096)])
    .default(2048)
    .describe('Memory of an instance'),
  maximumInstances: z.int().min(40).max(1000).default(100).describe('Most instances, all groups together'),
  httpConcurrency: z.int().min(1).max(1000).default(16).describe('Requests that one instance works on at a time'),
  alwaysReady: z
    .strictObject({
      http: instances(100).default(0).describe('For all HTTP functions together'),
      callbacks: instances(100).default(0).describe('For the consumer of the queue `callbacks`'),
      deliveries: instances(100).default(0).describe('For the consumer of the queue `deliveries`'),
    })
    .prefault({})
    .describe('Instances that never sleep: a cold queue consumer can wait two minutes'),
  update: z.enum(['RollingUpdate', 'Recreate']).default('RollingUpdate').describe('Drain old instances, or stop them'),
  zoneRedundant: z.boolean().default(false).describe('Spread the instances over availability zones'),
});

const messaging = z.strictObject({
  tier: z.enum(['Basic', 'Standard', 'Premium']).describe('Tier of Service Bus'),
  units: z.int().min(0).max(16).default(0).describe('Messaging units of Premium: 1, 2, 4, 8 or 16'),
});

const cosmos = z.strictObject({
  capacity: z
    .enum(['serverless', 'autoscale'])
    .describe('Pay for each request, or for a ceiling that scales to a tenth'),
  maxThroughput: z.int().min(1000).max(1_000_000).optional().describe('Ceiling of autoscale for the database, in RU/s'),
  zoneRedundant: z.boolean().default(false).describe('Replicas in three availability zones'),
  secondaryLocation: z.enum(locations).optional().describe('A second region that takes over when the first is lost'),
  backup: z
    .enum(['Continuous7Days', 'Continuous30Days'])
    .default('Continuous7Days')
    .describe('How far a restore reaches back'),
});

const database = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('provisioned'),
    tier: z.enum(['Burstable', 'GeneralPurpose', 'MemoryOptimized']).describe('Tier of PostgreSQL flexible server'),
    sku: z
      .string()
      .regex(/^Standard_[A-Z]\w+$/, 'is not a size such as Standard_B1ms')
      .describe('Size of the server'),
    storageGB: z
      .union([32, 64, 128, 256, 512, 1024, 2048, 4096, 8192, 16384].map((size) => z.literal(size)))
      .default(32),
    version: z.enum(['15', '16', '17', '18']).default('17').describe('Major version of PostgreSQL'),
    highAvailability: z
      .enum(['Disabled', 'SameZone', 'ZoneRedundant'])
      .default('Disabled')
      .describe('A standby server'),
    pooler: z.boolean().default(false).describe('PgBouncer of the server itself, port 6432'),
    backupDays: z.int().min(7).max(35).default(7).describe('How far a restore reaches back'),
    geoBackup: z.boolean().default(false).describe('Backups are copied to the paired region'),
    administrator: z
      .strictObject({
        name: z.string().min(1).describe('Display name in Entra'),
        objectId: guid.describe('Its object id'),
      })
      .describe('Entra group that administers the server; passwords are off'),
  }),
  z.strictObject({
    kind: z.literal('referenced'),
    url: secretUri.describe('Key Vault secret with the connection URL of the database that exists'),
  }),
]);

const network = z.strictObject({
  level: z.enum(['public', 'virtual-network', 'private-endpoints']).describe('How the parts reach one another'),
  addressSpace: subnetSpace.default('10.20.0.0/22').describe('Range of the virtual network; /22 or larger'),
});

const edge = z.strictObject({
  kind: z.enum(['none', 'standard', 'premium']).describe('Front Door before the gateway'),
  waf: z
    .enum(['Detection', 'Prevention'])
    .default('Prevention')
    .describe('Whether the firewall only reports or blocks'),
  managedRules: z.boolean().default(false).describe("Microsoft's rule sets besides the rate limit; Premium only"),
});

const cache = z.strictObject({
  kind: z.enum(['builtin', 'external']).default('builtin').describe("The gateway's own cache, or Azure Managed Redis"),
  sku: z
    .enum(['Balanced_B0', 'Balanced_B1', 'Balanced_B3', 'Balanced_B5', 'MemoryOptimized_M10'])
    .optional()
    .describe('Size of the external cache'),
});

const audit = z.strictObject({
  immutabilityDays: z.int().min(1).max(146_000).default(7).describe('Days for which a checkpoint cannot be changed'),
  signing: z
    .boolean()
    .default(false)
    .describe('Checkpoints are made, signed with the secret `checkpoint-key`, which must be in the vault before'),
  lock: z
    .boolean()
    .default(false)
    .describe('Lock the policy: it can then only be extended, by nobody undone. Not in the first deployment'),
  redundancy: z.enum(['Standard_LRS', 'Standard_ZRS', 'Standard_GZRS']).default('Standard_LRS').describe('Copies'),
});

const observability = z.strictObject({
  retentionDays: z.int().min(30).max(730).default(30).describe('Days that logs are kept'),
  dailyCapGB: z.number().min(0.1).max(1000).default(1).describe('Ingestion stops for the day beyond this'),
  alertEmails: z.array(z.email()).min(1).max(20).describe('Who gets the alerts'),
  monthlyBudgetUSD: z.number().min(1).max(1_000_000).describe('Alerts at 80% and 100%, and when 100% is forecast'),
  errorPercent: z.number().min(0.1).max(100).default(2).describe('Share of 5xx answers in five minutes that alerts'),
  latencyMs: z.int().min(50).max(60_000).default(1500).describe('95th percentile in five minutes that alerts'),
});

const release = z.strictObject({
  digest: digest.optional().describe('The package that runs. Absent: everything but the code is provisioned'),
  previous: digest.optional().describe('The one before: what a rollback returns to'),
  registry: z
    .strictObject({
      account: z
        .string()
        .regex(/^[a-z0-9]{3,24}$/, 'is not a storage account name')
        .describe('Its storage account'),
      resourceGroup: z.string().min(1).max(90).describe('Resource group of that account'),
    })
    .describe('Where packages lie, one container for each digest'),
  directory: z.string().default('../dist/packages').describe('Where the bytes are checked before a deployment'),
});

const operators = z.strictObject({
  tenantId: guid.describe('Entra tenant whose tokens operators carry'),
  audience: z.string().min(1).describe('Audience of those tokens'),
  groupObjectId: guid.optional().describe('Entra group that gets the roles an operator needs'),
});

const tags = z.strictObject({
  owner: z.string().min(1).max(256).describe('Who answers for the stack'),
  costCenter: z.string().min(1).max(256).describe('Who pays'),
});

/** Every key of `Pulumi.<stack>.yaml`, below `exchange-api:`. */
export const settings = {
  environment: z.enum(['dev', 'staging', 'production']).describe('What the policy pack and the protections go by'),
  location: z.enum(locations).describe('Region of everything that has one'),
  namePrefix: z
    .string()
    .regex(/^[a-z][a-z0-9]{1,9}$/, 'is not 2 to 10 lower-case letters and digits')
    .default('exchange')
    .describe('First part of every name'),
  nameSuffix: z
    .string()
    .regex(/^[a-z0-9]{2,6}$/, 'is not 2 to 6 lower-case letters and digits')
    .describe('Last part of every name: makes the global ones unique'),
  tags,
  gateway,
  functions,
  messaging,
  cosmos,
  database,
  legacy: z.strictObject({ url: httpsUrl.describe('Where the legacy service answers') }),
  network,
  edge,
  cache: cache.prefault({}),
  audit: audit.prefault({}),
  observability,
  release,
  operators,
};

type Settings = typeof settings;
export type Config = { [Key in keyof Settings]: z.infer<Settings[Key]> };
export type DatabaseConfig = Config['database'];
