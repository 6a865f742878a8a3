import { queues } from '../../shared/contract/messaging.ts';

/** The limits of Microsoft's Service Bus emulator, in seconds; a file beyond them is refused, or worse. */
const longest = { messageTtlSeconds: 3600, duplicateDetectionWindowSeconds: 300 };

/** The queues of the contract as a `Config.json` that Microsoft's emulator and the local server both accept. */
export function emulatorConfig(): string {
  const seconds = (value: number) => `PT${value}S`;
  const namespace = {
    Name: 'sbemulatorns',
    Queues: Object.entries(queues).map(([name, settings]) => ({
      Name: name,
      Properties: {
        DeadLetteringOnMessageExpiration: settings.deadLetterOnExpiry,
        DefaultMessageTimeToLive: seconds(Math.min(settings.messageTtlSeconds, longest.messageTtlSeconds)),
        DuplicateDetectionHistoryTimeWindow: seconds(
          Math.min(settings.duplicateDetectionWindowSeconds, longest.duplicateDetectionWindowSeconds),
        ),
        LockDuration: seconds(settings.lockSeconds),
        MaxDeliveryCount: settings.maxDeliveryCount,
        RequiresDuplicateDetection: settings.requiresDuplicateDetection,
        RequiresSession: settings.requiresSession,
      },
    })),
  };
  return `${JSON.stringify({ UserConfig: { Namespaces: [namespace], Logging: { Type: 'Console' } } }, null, 2)}\n`;
}
