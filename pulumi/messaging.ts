import * as servicebus from '@pulumi/azure-native/servicebus/index.js';
import type { Output } from '@pulumi/pulumi';
import { queues, type QueueSettings } from '../shared/contract/messaging.ts';
import { component, type Context } from './context.ts';
import type { Network } from './network.ts';

type QueueName = keyof typeof queues;

export interface Messaging {
  namespaceId: Output<string>;
  /** Host name that clients connect to. */
  host: string;
  queueIds: Record<QueueName, Output<string>>;
}

/** The namespace and its queues; their settings are those of the local server: both come from the contract. */
export function createMessaging(context: Context, network: Network): Messaging {
  const parent = component('messaging');
  const { resourceGroupName, config, names, tags } = context;
  const { tier, units } = config.messaging;
  const namespace = new servicebus.Namespace(
    'namespace',
    {
      resourceGroupName,
      namespaceName: names.dashed('bus'),
      location: config.location,
      tags,
      sku: { name: tier, tier, ...(tier === 'Premium' && { capacity: units }) },
      disableLocalAuth: true,
      minimumTlsVersion: '1.2',
      publicNetworkAccess: network.publicAccess('namespace'),
      ...(tier === 'Premium' && { zoneRedundant: true }),
    },
    parent,
  );
  if (network.restricted) restrict(context, namespace, network, parent);
  network.connect('namespace', namespace.id, 'namespace');
  const create = (queueName: QueueName): Output<string> =>
    new servicebus.Queue(
      `queue-${queueName}`,
      { resourceGroupName, namespaceName: namespace.name, queueName, ...queueArguments(queues[queueName]) },
      parent,
    ).id;
  return {
    namespaceId: namespace.id,
    host: `${names.dashed('bus')}.servicebus.windows.net`,
    queueIds: { callbacks: create('callbacks'), deliveries: create('deliveries') },
  };
}

function restrict(
  context: Context,
  namespace: servicebus.Namespace,
  network: Network,
  parent: ReturnType<typeof component>,
): void {
  new servicebus.NamespaceNetworkRuleSet(
    'namespace-rules',
    {
      resourceGroupName: context.resourceGroupName,
      namespaceName: namespace.name,
      defaultAction: 'Deny',
      publicNetworkAccess: network.publicAccess('namespace'),
      trustedServiceAccessEnabled: true,
      virtualNetworkRules:
        network.publicAccess('namespace') === 'Enabled' ? [{ subnet: { id: network.functionsSubnetId! } }] : [],
    },
    parent,
  );
}

function queueArguments(queue: QueueSettings) {
  return {
    requiresSession: queue.requiresSession,
    requiresDuplicateDetection: queue.requiresDuplicateDetection,
    duplicateDetectionHistoryTimeWindow: duration(queue.duplicateDetectionWindowSeconds),
    lockDuration: duration(queue.lockSeconds),
    maxDeliveryCount: queue.maxDeliveryCount,
    defaultMessageTimeToLive: duration(queue.messageTtlSeconds),
    deadLetteringOnMessageExpiration: queue.deadLetterOnExpiry,
  };
}

/** ISO 8601 duration of whole seconds, in the form Azure gives back, so that a refresh shows no difference. */
function duration(seconds: number): string {
  const days = Math.floor(seconds / 86_400);
  const parts = [
    [Math.floor((seconds % 86_400) / 3600), 'H'],
    [Math.floor((seconds % 3600) / 60), 'M'],
    [seconds % 60, 'S'],
  ] as const;
  const time = parts
    .filter(([count]) => count > 0)
    .map(([count, letter]) => `${count}${letter}`)
    .join('');
  return `P${days > 0 ? `${days}D` : ''}${time === '' ? (days > 0 ? '' : 'T0S') : `T${time}`}`;
}
