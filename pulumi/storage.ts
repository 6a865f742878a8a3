import * as storage from '@pulumi/azure-native/storage/index.js';
import type { CustomResourceOptions, Output } from '@pulumi/pulumi';
import { component, type Context, stateful } from './context.ts';
import type { Network } from './network.ts';

export interface Storage {
  accountId: Output<string>;
  accountName: string;
}

/** The account that the Functions host keeps its leases and timers in. */
export function createHostStorage(context: Context, network: Network): Storage {
  const parent = component('host-storage');
  const created = createAccount(
    context,
    network,
    { name: 'host', redundancy: context.config.functions.zoneRedundant ? 'Standard_ZRS' : 'Standard_LRS' },
    parent,
  );
  for (const group of ['blob', 'queue', 'table'] as const) network.connect(`host-${group}`, created.account.id, group);
  new storage.BlobContainer(
    'host-packages',
    // Where a deployment that names no digest finds its (empty) container.
    {
      resourceGroupName: context.resourceGroupName,
      accountName: created.account.name,
      containerName: 'packages',
      publicAccess: 'None',
    },
    parent,
  );
  return { accountId: created.account.id, accountName: created.accountName };
}

/** Checkpoints of the audit trail: write once, for the days the configuration says. */
export function createAuditStorage(context: Context, network: Network): Storage & { containerName: string } {
  const parent = component('audit');
  const { resourceGroupName, config } = context;
  const { immutabilityDays, lock, redundancy } = config.audit;
  const created = createAccount(
    context,
    network,
    {
      name: 'audit',
      redundancy,
      immutability: {
        enabled: true,
        immutabilityPolicy: {
          state: lock ? 'Locked' : 'Unlocked',
          immutabilityPeriodSinceCreationInDays: immutabilityDays,
          allowProtectedAppendWrites: false,
        },
      },
    },
    stateful(context, parent),
  );
  network.connect('audit', created.account.id, 'blob');
  const containerName = 'checkpoints';
  new storage.BlobContainer(
    'audit-checkpoints',
    { resourceGroupName, accountName: created.account.name, containerName, publicAccess: 'None' },
    stateful(context, parent),
  );
  return { accountId: created.account.id, accountName: created.accountName, containerName };
}

interface AccountSpec {
  name: string;
  redundancy: string;
  immutability?: storage.StorageAccountArgs['immutableStorageWithVersioning'];
}

function createAccount(
  context: Context,
  network: Network,
  spec: AccountSpec,
  options: CustomResourceOptions,
): { account: storage.StorageAccount; accountName: string } {
  const { resourceGroupName, config, names, tags } = context;
  const accountName = names.compact(spec.name);
  const account = new storage.StorageAccount(
    `${spec.name}-storage`,
    {
      resourceGroupName,
      accountName,
      location: config.location,
      tags,
      kind: 'StorageV2',
      sku: { name: spec.redundancy },
      allowBlobPublicAccess: false,
      allowSharedKeyAccess: false,
      defaultToOAuthAuthentication: true,
      enableHttpsTrafficOnly: true,
      minimumTlsVersion: 'TLS1_2',
      publicNetworkAccess: network.publicAccess('blob'),
      ...(spec.immutability !== undefined && { immutableStorageWithVersioning: spec.immutability }),
      networkRuleSet: {
        bypass: 'AzureServices',
        defaultAction: network.restricted ? 'Deny' : 'Allow',
        virtualNetworkRules:
          network.restricted && network.publicAccess('blob') === 'Enabled'
            ? [{ virtualNetworkResourceId: network.functionsSubnetId!, action: 'Allow' }]
            : [],
      },
    },
    options,
  );
  new storage.BlobServiceProperties(
    `${spec.name}-blobs`,
    {
      resourceGroupName,
      accountName: account.name,
      blobServicesName: 'default',
      isVersioningEnabled: spec.immutability !== undefined,
      deleteRetentionPolicy: { enabled: true, days: 7 },
      containerDeleteRetentionPolicy: { enabled: true, days: 7 },
    },
    { parent: options.parent! },
  );
  return { account, accountName };
}
