import type { QueueSettings } from '../../shared/contract/messaging.ts';

/** The queues as the entities file of Microsoft's Service Bus emulator (`Config.json`). */
export function entitiesFile(queues: Record<string, QueueSettings>): string {
  const namespace = {
    Name: 'sbemulatorns',
    Queues: Object.entries(queues).map(([name, settings]) => ({
      Name: name,
      Properties: {
        DeadLetteringOnMessageExpiration: settings.deadLetterOnExpiry,
        DefaultMessageTimeToLive: `PT${settings.messageTtlSeconds}S`,
        DuplicateDetectionHistoryTimeWindow: `PT${settings.duplicateDetectionWindowSeconds}S`,
        LockDuration: `PT${settings.lockSeconds}S`,
        MaxDeliveryCount: settings.maxDeliveryCount,
        RequiresDuplicateDetection: settings.requiresDuplicateDetection,
        RequiresSession: settings.requiresSession,
      },
    })),
  };
  return `${JSON.stringify({ UserConfig: { Namespaces: [namespace], Logging: { Type: 'Console' } } }, null, 2)}\n`;
}
