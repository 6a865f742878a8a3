import { setTimeout as delay } from 'node:timers/promises';
import { script, type ProviderEvent, type ScriptOptions } from './script.ts';
import type { Answer } from './sender.ts';

export interface Progress {
  exchanges: number;
  sent: number;
  retried: number;
  /** Callbacks the API refused for good (4xx other than 408 and 429): these point at a mistake. */
  refused: number;
  waiting: number;
}

interface DriveOptions {
  script: ScriptOptions;
  /** Rejects when there was no answer. */
  send(event: ProviderEvent): Promise<Answer>;
  signal: AbortSignal;
  onRefused(event: ProviderEvent, status: number): void;
}

const LONGEST_WAIT_MS = 5_000;

/** Carries exchanges to their end: at least once, each event retried on its own until the API takes it. */
export function createDriver(options: DriveOptions): { start(exchangeId: string): void; progress: Progress } {
  const progress: Progress = { exchanges: 0, sent: 0, retried: 0, refused: 0, waiting: 0 };
  const started = new Set<string>();

  async function deliver(atMs: number, event: Omit<ProviderEvent, 'occurredAt'>): Promise<void> {
    progress.waiting += 1;
    await delay(atMs, undefined, { signal: options.signal });
    const dated = { ...event, occurredAt: new Date().toISOString() };
    for (let attempt = 0; ; attempt++) {
      const answer = await options.send(dated).catch((): Answer => ({ status: 0 }));
      if (answer.status >= 200 && answer.status < 300) {
        progress.sent += 1;
        break;
      }
      if (answer.status >= 400 && answer.status < 500 && ![404, 408, 429].includes(answer.status)) {
        progress.refused += 1;
        options.onRefused(dated, answer.status);
        break;
      }
      progress.retried += 1;
      const wait = answer.retryAfterMs ?? Math.min(LONGEST_WAIT_MS, 100 * 2 ** attempt);
      await delay(wait, undefined, { signal: options.signal });
    }
    progress.waiting -= 1;
  }

  return {
    progress,
    start(exchangeId) {
      if (started.has(exchangeId)) return;
      started.add(exchangeId);
      progress.exchanges += 1;
      for (const { atMs, event } of script(exchangeId, options.script)) {
        deliver(atMs, event).catch((error: Error) => {
          if (error.name !== 'AbortError') throw error;
        });
      }
    },
  };
}
