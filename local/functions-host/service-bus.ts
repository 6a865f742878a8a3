import { StartError } from '../program.ts';
import { findConnection } from './connection.ts';
import type { RegisteredFunction } from './core-module.ts';
import type { Binding } from './core-types.ts';
import type { HostJson } from './host-json.ts';
import { type Invocations, triggerBinding } from './invocations.ts';
import { serviceBusClients } from './service-bus-clients.ts';
import { type OutputBinding, serviceBusOutputs } from './service-bus-output.ts';
import { startServiceBusTrigger } from './service-bus-trigger.ts';
import { expandSettings, type Settings } from './settings.ts';
import type { WorkerLog } from './worker.ts';

/** Everything Service Bus of one app: its triggers and its outputs, on one client for each connection. */
export function serviceBus(options: HostJson['serviceBus'], settings: Settings, log: WorkerLog) {
  const clients = serviceBusClients(options.tryTimeoutMs);
  const outputs = new Map<RegisteredFunction, OutputBinding[]>();

  function resolve(target: RegisteredFunction, binding: Record<string, unknown>) {
    const { name } = target.metadata;
    const { queueName, connection } = binding as { queueName?: string; connection?: string };
    if (!queueName) throw new StartError(`function "${name}": the "${String(binding['type'])}" binding names no queue`);
    try {
      return { queueName: expandSettings(queueName, settings), connection: findConnection(connection, settings, name) };
    } catch (error) {
      if (error instanceof StartError) throw error;
      throw new StartError(`function "${name}": the queue name ${(error as Error).message}`);
    }
  }

  return {
    /** Checks a function's outputs, so that a missing setting is found at start and not on the first message. */
    addOutputs(target: RegisteredFunction): void {
      const bindings = Object.entries(target.metadata.bindings).filter(([, binding]) => isOutput(binding));
      if (bindings.length === 0) return;
      outputs.set(
        target,
        bindings.map(([name, binding]) => {
          const { queueName, connection } = resolve(target, binding);
          return { name, queueName, client: () => clients.get(connection) };
        }),
      );
    },
    send: serviceBusOutputs(outputs),
    startTrigger(target: RegisteredFunction, invocations: Invocations): { stop(): Promise<void> } {
      const { queueName, connection } = resolve(target, triggerBinding(target));
      // Not waited for: the SDK takes longer to load than the rest of the host.
      const client = clients.get(connection);
      return startServiceBusTrigger({ target, client, queueName, options, invocations, log });
    },
    close: () => clients.close(),
  };
}

function isOutput({ type, direction }: Binding): boolean {
  return direction === 'out' && type.toLowerCase() === 'servicebus';
}
