import { StartError } from '../program.ts';
import type { Settings } from './settings.ts';

/** How a binding's `connection` says to reach Service Bus. */
export type Connection =
  | { connectionString: string }
  | { fullyQualifiedNamespace: string; clientId: string | undefined };

/**
 * Finds what the `connection` of a binding names: a connection string in the setting of that name (or the same with
 * `AzureWebJobs` before it), or an identity in `NAME__fullyQualifiedNamespace`. Without a name, `AzureWebJobsServiceBus`.
 * @throws {StartError} naming the function and the setting that is missing.
 */
export function findConnection(name: string | undefined, settings: Settings, functionName: string): Connection {
  const base = name?.replaceAll('%', '') || 'ServiceBus';
  for (const candidate of [`AzureWebJobs${base}`, base]) {
    const connectionString = settings[candidate] ?? settings[`ConnectionStrings:${base}`];
    if (connectionString) {
      if (/(?:^|;)\s*Endpoint\s*=/i.test(connectionString)) return { connectionString };
      throw new StartError(
        `function "${functionName}": the setting "${candidate}" is no Service Bus connection string`,
      );
    }
    for (const separator of ['__', ':']) {
      const fullyQualifiedNamespace = settings[`${candidate}${separator}fullyQualifiedNamespace`];
      if (fullyQualifiedNamespace)
        return { fullyQualifiedNamespace, clientId: settings[`${candidate}${separator}clientId`] };
    }
  }
  throw new StartError(
    `function "${functionName}": there is no Service Bus connection: set "${base}" to a connection string, or "${base}__fullyQualifiedNamespace" for an identity`,
  );
}
