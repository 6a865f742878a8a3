import * as cosmosdb from '@pulumi/azure-native/cosmosdb/index.js';
import type { CustomResourceOptions, Output } from '@pulumi/pulumi';
import { containers, cosmosDatabase, type ContainerSettings } from '../shared/contract/containers.ts';
import { component, type Context, stateful } from './context.ts';
import type { Config } from './config/schema.ts';
import type { Network } from './network.ts';

export interface Cosmos {
  accountId: Output<string>;
  accountName: string;
  endpoint: string;
}

/** The account, its database and the contract's containers. */
export function createCosmos(context: Context, network: Network): Cosmos {
  const parent = component('cosmos');
  const { resourceGroupName, config, names } = context;
  const { cosmos } = config;
  const accountName = names.dashed('cosmos');
  const account = new cosmosdb.DatabaseAccount(
    'cosmos-account',
    { ...accountArguments(context, network), accountName },
    stateful(context, parent),
  );
  network.connect('cosmos', account.id, 'Sql');
  const database = new cosmosdb.SqlResourceSqlDatabase(
    'cosmos-database',
    {
      resourceGroupName,
      accountName: account.name,
      databaseName: cosmosDatabase,
      resource: { id: cosmosDatabase },
      // Shared by the containers: each alone would pay for its own minimum.
      ...(cosmos.capacity === 'autoscale' && {
        options: { autoscaleSettings: { maxThroughput: cosmos.maxThroughput! } },
      }),
    },
    stateful(context, parent),
  );
  for (const [name, settings] of Object.entries(containers)) {
    createContainer(context, { account, database, name, settings }, parent);
  }
  return { accountId: account.id, accountName, endpoint: `https://${accountName}.documents.azure.com:443/` };
}

function accountArguments({ resourceGroupName, config, tags }: Context, network: Network) {
  const { cosmos, location } = config;
  return {
    resourceGroupName,
    location,
    tags,
    kind: 'GlobalDocumentDB',
    databaseAccountOfferType: 'Standard' as const,
    locations: locationsOf(cosmos, location),
    enableAutomaticFailover: cosmos.secondaryLocation !== undefined,
    consistencyPolicy: { defaultConsistencyLevel: 'Session' as const },
    capabilities: cosmos.capacity === 'serverless' ? [{ name: 'EnableServerless' }] : [],
    backupPolicy: { type: 'Continuous' as const, continuousModeProperties: { tier: cosmos.backup } },
    disableLocalAuth: true,
    disableKeyBasedMetadataWriteAccess: true,
    minimalTlsVersion: 'Tls12',
    publicNetworkAccess: network.publicAccess('Sql'),
    isVirtualNetworkFilterEnabled: network.restricted,
    virtualNetworkRules:
      network.restricted && network.publicAccess('Sql') === 'Enabled' ? [{ id: network.functionsSubnetId! }] : [],
  };
}

function locationsOf(cosmos: Config['cosmos'], location: string) {
  return [location, ...(cosmos.secondaryLocation === undefined ? [] : [cosmos.secondaryLocation])].map(
    (locationName, failoverPriority) => ({
      locationName,
      failoverPriority,
      isZoneRedundant: cosmos.zoneRedundant,
    }),
  );
}

interface ContainerSpec {
  account: cosmosdb.DatabaseAccount;
  database: cosmosdb.SqlResourceSqlDatabase;
  name: string;
  settings: ContainerSettings;
}

function createContainer(
  context: Context,
  { account, database, name, settings }: ContainerSpec,
  parent: CustomResourceOptions,
): void {
  new cosmosdb.SqlResourceSqlContainer(
    `container-${name}`,
    {
      resourceGroupName: context.resourceGroupName,
      accountName: account.name,
      databaseName: database.name,
      containerName: name,
      resource: {
        id: name,
        partitionKey: { kind: 'Hash', version: 2, paths: [settings.partitionKey] },
        ...(settings.defaultTtl !== undefined && { defaultTtl: settings.defaultTtl }),
        indexingPolicy: {
          automatic: true,
          indexingMode: 'consistent',
          includedPaths: [{ path: '/*' }],
          excludedPaths: [...(settings.unindexed ?? []), '/"_etag"/?'].map((path) => ({ path })),
        },
      },
    },
    stateful(context, parent),
  );
}
