import * as redisenterprise from '@pulumi/azure-native/redisenterprise/index.js';
import * as apimanagement from '@pulumi/azure-native/apimanagement/index.js';
import { interpolate, secret } from '@pulumi/pulumi';
import { component, type Context } from './context.ts';
import type { Network } from './network.ts';

/**
 * The external cache, when the configuration asks for it. API Management reads a cache only by its access key, so this
 * is the one place with a key; it is read from Azure, marked secret, and goes nowhere but into the gateway.
 */
export function createCache(context: Context, network: Network, serviceName: Parameters<typeof interpolate>[1]): void {
  const { resourceGroupName, config, names, tags } = context;
  if (config.cache.kind === 'builtin') return;
  const parent = component('cache');
  const cluster = new redisenterprise.RedisEnterprise(
    'redis',
    {
      resourceGroupName,
      clusterName: names.dashed('redis'),
      location: config.location,
      tags,
      sku: { name: config.cache.sku! },
      minimumTlsVersion: '1.2',
      highAvailability: config.environment === 'production' ? 'Enabled' : 'Disabled',
      publicNetworkAccess: network.publicAccess('redisEnterprise'),
    },
    parent,
  );
  network.connect('redis', cluster.id, 'redisEnterprise');
  const database = new redisenterprise.Database(
    'redis-database',
    {
      resourceGroupName,
      clusterName: cluster.name,
      databaseName: 'default',
      clientProtocol: 'Encrypted',
      evictionPolicy: 'AllKeysLRU',
      clusteringPolicy: 'EnterpriseCluster',
      accessKeysAuthentication: 'Enabled',
      port: 10_000,
    },
    parent,
  );
  const key = secret(
    redisenterprise.listDatabaseKeysOutput({
      resourceGroupName,
      clusterName: cluster.name,
      databaseName: database.name,
    }).primaryKey,
  );
  new apimanagement.Cache(
    'gateway-cache',
    {
      resourceGroupName,
      serviceName: serviceName as string,
      cacheId: config.location,
      useFromLocation: config.location,
      description: 'Azure Managed Redis',
      connectionString: interpolate`${cluster.hostName}:10000,password=${key},ssl=True,abortConnect=False`,
      resourceId: interpolate`https://management.azure.com${cluster.id}`,
    },
    parent,
  );
}
