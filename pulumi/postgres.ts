import * as dbforpostgresql from '@pulumi/azure-native/dbforpostgresql/index.js';
import type { CustomResourceOptions, Output } from '@pulumi/pulumi';
import { component, type Context, stateful } from './context.ts';
import type { DatabaseConfig } from './config/schema.ts';
import type { Network } from './network.ts';
import { vaultReference } from './secrets.ts';

const databaseName = 'exchange';
/** Port of PostgreSQL itself, and of the pooler in front of it. */
const ports = { direct: 5432, pooled: 6432 };

export interface Postgres {
  /** The app setting DATABASE_URL: a reference to the vault, or a URL without a password. */
  url: string;
  serverId?: Output<string>;
}

/** The system of record: a server of this stack's own, or a reference to the one that the legacy service uses. */
export function createPostgres(context: Context, network: Network, functionsRole: string): Postgres {
  const { database } = context.config;
  if (database.kind === 'referenced') return { url: vaultReference(database.url) };
  const parent = component('postgres');
  const serverName = context.names.dashed('pg');
  const server = new dbforpostgresql.Server(
    'postgres-server',
    serverArguments(context, network, database, serverName),
    {
      ...stateful(context, parent),
      customTimeouts: { create: '60m', update: '60m' },
    },
  );
  network.connect('postgres', server.id, 'postgresqlServer');
  new dbforpostgresql.Database(
    'postgres-database',
    {
      resourceGroupName: context.resourceGroupName,
      serverName: server.name,
      databaseName,
      charset: 'UTF8',
      collation: 'en_US.utf8',
    },
    stateful(context, parent),
  );
  if (!network.restricted) admitAzure(context, server, parent);
  const administrator = addAdministrator(context, database, server, parent);
  configure(context, database, server, { ...parent, dependsOn: [administrator] });
  const port = database.pooler ? ports.pooled : ports.direct;
  return {
    // No password: the identity's token takes its place.
    url: `postgresql://${functionsRole}@${serverName}.postgres.database.azure.com:${port}/${databaseName}?sslmode=verify-full`,
    serverId: server.id,
  };
}

type Provisioned = Extract<DatabaseConfig, { kind: 'provisioned' }>;

function serverArguments(
  context: Context,
  network: Network,
  database: Provisioned,
  serverName: string,
): dbforpostgresql.ServerArgs {
  const { resourceGroupName, config, tags, tenantId } = context;
  return {
    resourceGroupName,
    serverName,
    location: config.location,
    tags,
    version: database.version,
    sku: { name: database.sku, tier: database.tier },
    storage: { storageSizeGB: database.storageGB, autoGrow: 'Enabled' },
    backup: {
      backupRetentionDays: database.backupDays,
      geoRedundantBackup: database.geoBackup ? 'Enabled' : 'Disabled',
    },
    highAvailability: { mode: database.highAvailability },
    authConfig: { activeDirectoryAuth: 'Enabled', passwordAuth: 'Disabled', tenantId },
    network: { publicNetworkAccess: network.publicAccess('postgresqlServer') },
  };
}

/** Without a virtual network the functions have no addresses of their own, so all of Azure is let in; Entra decides. */
function admitAzure(context: Context, server: dbforpostgresql.Server, parent: CustomResourceOptions): void {
  const nowhere = '0.0.0.0';
  new dbforpostgresql.FirewallRule(
    'postgres-azure',
    {
      resourceGroupName: context.resourceGroupName,
      serverName: server.name,
      firewallRuleName: 'azure',
      startIpAddress: nowhere,
      endIpAddress: nowhere,
    },
    parent,
  );
}

function addAdministrator(
  context: Context,
  database: Provisioned,
  server: dbforpostgresql.Server,
  parent: CustomResourceOptions,
): dbforpostgresql.AdministratorsMicrosoftEntra {
  return new dbforpostgresql.AdministratorsMicrosoftEntra(
    'postgres-administrator',
    {
      resourceGroupName: context.resourceGroupName,
      serverName: server.name,
      objectId: database.administrator.objectId,
      principalName: database.administrator.name,
      principalType: 'Group',
      tenantId: context.tenantId,
    },
    parent,
  );
}

/** One after another: the server takes one change at a time. */
function configure(
  context: Context,
  database: Provisioned,
  server: dbforpostgresql.Server,
  options: CustomResourceOptions,
): void {
  const wanted = [
    ['require_secure_transport', 'on'],
    ['ssl_min_protocol_version', 'TLSv1.2'],
    // What the functions ask for at each connection; a pooler refuses to pass it on, so the server has it too.
    ['statement_timeout', '10000'],
    ['idle_in_transaction_session_timeout', '15000'],
    ...(database.pooler
      ? [
          ['pgbouncer.enabled', 'true'],
          ['pgbouncer.pool_mode', 'transaction'],
          [
            'pgbouncer.ignore_startup_parameters',
            'extra_float_digits,statement_timeout,idle_in_transaction_session_timeout',
          ],
        ]
      : []),
  ] as [string, string][];
  let previous = options.dependsOn;
  for (const [configurationName, value] of wanted) {
    previous = new dbforpostgresql.Configuration(
      `postgres-${configurationName.replaceAll(/[._]/g, '-')}`,
      {
        resourceGroupName: context.resourceGroupName,
        serverName: server.name,
        configurationName,
        value,
        source: 'user-override',
      },
      { ...options, dependsOn: previous },
    );
  }
}
