import { entitiesFile } from '../../local/stack/entities.ts';
import { queues, type QueueSettings } from '../../shared/contract/messaging.ts';

/** The limits of Microsoft's Service Bus emulator, in seconds; a file beyond them is refused, or worse. */
const longest = { messageTtlSeconds: 3600, duplicateDetectionWindowSeconds: 300 };

/** The queues of the contract as a `Config.json` that Microsoft's emulator and the local server both accept. */
export function emulatorConfig(): string {
  const within = ([name, settings]: [string, QueueSettings]): [string, QueueSettings] => [
    name,
    {
      ...settings,
      messageTtlSeconds: Math.min(settings.messageTtlSeconds, longest.messageTtlSeconds),
      duplicateDetectionWindowSeconds: Math.min(
        settings.duplicateDetectionWindowSeconds,
        longest.duplicateDetectionWindowSeconds,
      ),
    },
  ];
  return entitiesFile(Object.fromEntries(Object.entries(queues).map(within)));
}
