import { interpolate } from '@pulumi/pulumi';
import type { Context } from './context.ts';
import type { Gateway } from './gateway.ts';
import type { Identity } from './identity.ts';
import type { Observability } from './observability.ts';
import type { Grant } from './roles.ts';
import type { Stores } from './stores.ts';

/** What the functions may do. Data roles of Cosmos DB are a kind of their own, see `grantCosmosData`. */
export function functionsGrants(
  context: Context,
  identity: Identity,
  observability: Observability,
  stores: Stores,
): Grant[] {
  const who = {
    to: 'functions',
    principalId: identity.principalId,
    principalType: 'ServicePrincipal',
  } as const;
  const { messaging, secrets, hostStorage, auditStorage } = stores;
  return [
    { ...who, role: 'Azure Service Bus Data Receiver', on: 'queue-callbacks', scope: messaging.queueIds.callbacks },
    { ...who, role: 'Azure Service Bus Data Receiver', on: 'queue-deliveries', scope: messaging.queueIds.deliveries },
    { ...who, role: 'Azure Service Bus Data Sender', on: 'queue-callbacks', scope: messaging.queueIds.callbacks },
    { ...who, role: 'Azure Service Bus Data Sender', on: 'queue-deliveries', scope: messaging.queueIds.deliveries },
    { ...who, role: 'Key Vault Secrets User', on: 'secret-gateway-key', scope: secrets.ids.gatewayKey },
    { ...who, role: 'Key Vault Secrets User', on: 'secret-providers', scope: secrets.ids.providers },
    ...(context.config.audit.signing
      ? [
          {
            ...who,
            role: 'Key Vault Secrets User',
            on: 'secret-checkpoint-key',
            scope: secrets.ids.checkpointKey,
          } as const,
        ]
      : []),
    // Owner, not Contributor: the host takes leases for its timers, and documents this role for them.
    { ...who, role: 'Storage Blob Data Owner', on: 'host-storage', scope: hostStorage.accountId },
    { ...who, role: 'Storage Queue Data Contributor', on: 'host-storage', scope: hostStorage.accountId },
    { ...who, role: 'Storage Table Data Contributor', on: 'host-storage', scope: hostStorage.accountId },
    { ...who, role: 'Storage Blob Data Contributor', on: 'audit-storage', scope: auditStorage.accountId },
    { ...who, role: 'Storage Blob Data Reader', on: 'package-registry', scope: registryId(context) },
    { ...who, role: 'Monitoring Metrics Publisher', on: 'insights', scope: observability.insightsId },
  ];
}

/** Read its one secret, write telemetry. */
export function gatewayGrants(
  gateway: Gateway,
  identity: Identity,
  observability: Observability,
  stores: Stores,
): Grant[] {
  const who = { to: 'gateway', principalType: 'ServicePrincipal' } as const;
  return [
    {
      ...who,
      principalId: gateway.vaultReader.principalId,
      role: 'Key Vault Secrets User',
      on: 'secret-gateway-key',
      scope: stores.secrets.ids.gatewayKey,
    },
    {
      ...who,
      principalId: identity.principalId,
      role: 'Monitoring Metrics Publisher',
      on: 'insights',
      scope: observability.insightsId,
    },
  ];
}

/** Shift routes, replay callbacks, read telemetry; nothing that changes what is deployed. */
export function operatorGrants(
  groupObjectId: string,
  gateway: Gateway,
  observability: Observability,
  stores: Stores,
): Grant[] {
  const who = { to: 'operators', principalId: groupObjectId, principalType: 'Group' } as const;
  return [
    { ...who, role: 'API Management Service Contributor', on: 'gateway', scope: gateway.serviceId },
    {
      ...who,
      role: 'Azure Service Bus Data Sender',
      on: 'queue-callbacks',
      scope: stores.messaging.queueIds.callbacks,
    },
    {
      ...who,
      role: 'Azure Service Bus Data Sender',
      on: 'queue-deliveries',
      scope: stores.messaging.queueIds.deliveries,
    },
    { ...who, role: 'Monitoring Reader', on: 'insights', scope: observability.insightsId },
  ];
}

function registryId({ config, subscriptionId }: Context) {
  const { account, resourceGroup } = config.release.registry;
  return interpolate`/subscriptions/${subscriptionId}/resourceGroups/${resourceGroup}/providers/Microsoft.Storage/storageAccounts/${account}`;
}
