import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { ServiceBusClient } from '@azure/service-bus';
import { parseConfig } from './config.ts';
import type { Clock } from './deadlines.ts';
import type { Faults } from './faults.ts';
import { startServiceBus } from './server.ts';

/** A clock that moves only by `advance`, from the time it was made. */
export class DrivenClock implements Clock {
  #now = Date.now();
  #alarms: { at: number; run: () => void }[] = [];

  now(): number {
    return this.#now;
  }

  wake(at: number, run: () => void): () => void {
    const alarm = { at, run };
    this.#alarms.push(alarm);
    return () => {
      this.#alarms = this.#alarms.filter((other) => other !== alarm);
    };
  }

  advance(milliseconds: number): void {
    const end = this.#now + milliseconds;
    for (;;) {
      const next = this.#alarms.filter(({ at }) => at <= end).sort((a, b) => a.at - b.at)[0];
      if (!next) break;
      this.#alarms = this.#alarms.filter((alarm) => alarm !== next);
      this.#now = Math.max(this.#now, next.at);
      next.run();
    }
    this.#now = end;
  }
}

/** Queue properties, by queue, as in Config.json. */
export type QueueProperties = Record<string, object>;

export function configOf(queues: QueueProperties): object {
  const list = Object.entries(queues).map(([Name, Properties]) => ({ Name, Properties }));
  return { UserConfig: { Namespaces: [{ Name: 'test', Queues: list }] } };
}

/** A server on a clock of its own and a client of it, both gone when the test ends. */
export async function startedServer(
  context: TestContext,
  queues: QueueProperties,
  options: { faults?: Faults; data?: string } = {},
) {
  const clock = new DrivenClock();
  const server = await startServiceBus({ queues: parseConfig(configOf(queues)), clock, ...options });
  const clients: ServiceBusClient[] = [];
  const connect = (retries = 0, timeoutInMs = 10_000) => {
    const client = new ServiceBusClient(server.connectionString, {
      retryOptions: { maxRetries: retries, retryDelayInMs: 1, timeoutInMs },
    });
    clients.push(client);
    return client;
  };
  // Clients first: one that lost its server tries for long to find it again.
  const stop = async () => {
    await Promise.all(clients.splice(0).map((client) => client.close()));
    await server.close();
  };
  context.after(stop);
  return { server, clock, connect, client: connect(), stop };
}

export async function temporaryDirectory(context: TestContext): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'service-bus-'));
  context.after(() => rm(directory, { recursive: true, force: true }));
  return directory;
}
