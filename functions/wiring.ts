import { randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { cosmosContainer } from '../shared/azure/cosmos-client.ts';
import { databaseToken } from '../shared/azure/database-token.ts';
import { cosmosQuotaStore } from '../shared/azure/cosmos-quota-store.ts';
import { azureStreams, type Streams } from '../shared/azure/streams.ts';
import type { Context } from '../shared/exchange/context.ts';
import { openPostgres } from '../shared/exchange/postgres.ts';
import type { Sql } from '../shared/exchange/sql.ts';
import { createQuotas, type Quotas } from '../shared/quotas/quotas.ts';
import type { StreamReport } from '../shared/streams/ports.ts';
import { reportLine } from '../shared/streams/report.ts';
import { readSettings, type Settings } from './settings.ts';
import { count, currentTraceparent, tracedSql } from './telemetry.ts';

/** Everything the triggers need from outside, built on first use and kept for the life of the process. */
export interface Wiring {
  settings: Settings;
  now(): Date;
  sql(): Promise<Sql>;
  /** What the exchange domain needs for one request, at the time of the call. */
  exchangeContext(): Promise<Context>;
  /** A Cosmos container of the project. */
  container(name: Parameters<typeof cosmosContainer>[1]): ReturnType<typeof cosmosContainer>;
  /** Daily quotas by subscription. */
  quotas: Quotas;
  /** The ordered streams and their audit chains. */
  streams: Streams;
}

/** Builds nothing yet: each adapter comes to life when it is first asked for. */
function createWiring(settings: Settings): Wiring {
  const password = databaseToken(settings.databaseUrl);
  const sql = once(() =>
    openPostgres({
      url: settings.databaseUrl,
      ...(password !== undefined && { password }),
      onConnectionLost: (error) => console.warn(`a database connection was lost: ${error.message}`),
    }).then(tracedSql),
  );
  const report = (event: StreamReport) => {
    count('exchange.streams', { kind: event.kind });
    if (event.kind === 'parked') console.error(reportLine(event));
    else console.warn(reportLine(event));
  };
  const now = () => new Date();
  return {
    settings,
    quotas: createQuotas({
      store: cosmosQuotaStore({
        container: () => cosmosContainer(settings.cosmos, 'quotas'),
        delay,
        random: Math.random,
      }),
      now,
    }),
    streams: azureStreams(settings, { sql, report, traceparent: currentTraceparent }),
    now,
    sql,
    exchangeContext: async () => ({ sql: await sql(), now: new Date(), randomBytes }),
    container: (name) => cosmosContainer(settings.cosmos, name),
  };
}

let current: Wiring | undefined;

/** The wiring of this process, from its environment. @throws {SettingsError} naming every setting that is wrong */
export function currentWiring(): Wiring {
  current ??= createWiring(readSettings(process.env));
  return current;
}

/** Runs `build` once; a build that fails is tried again by the next caller. */
function once<T>(build: () => Promise<T>): () => Promise<T> {
  let built: Promise<T> | undefined;
  return () => {
    built ??= build().catch((error: unknown) => {
      built = undefined;
      throw error;
    });
    return built;
  };
}
