import { ServiceBusClient, type ServiceBusSessionReceiver } from '@azure/service-bus';
import { run as runWorker, makeWorkerUtils } from 'graphile-worker';
import pg from 'pg';
import PgBoss from 'pg-boss';
import { closeCosmos } from '../../shared/azure/cosmos-client.ts';
import { closeServiceBus } from '../../shared/azure/service-bus-bell.ts';
import { azureStreams } from '../../shared/azure/streams.ts';
import { callbackEffect } from '../../shared/callbacks/apply-events.ts';
import { sqlExchangeRows } from '../../shared/callbacks/sql-exchange-rows.ts';
import { openPostgres, type Postgres } from '../../shared/exchange/postgres.ts';
import { append } from '../../shared/streams/append.ts';
import { drain } from '../../shared/streams/drain.ts';
import type { Entry } from '../../shared/streams/head.ts';
import { readRing } from '../../shared/streams/ring.ts';
import { cpuSeconds } from './cpu-time.ts';
import { startServers, type Servers } from './streams-servers.ts';
import { printTable } from './table.ts';

const exchanges = 400;
const types = ['deposit.detected', 'deposit.confirmed', 'trade.completed', 'payout.sent', 'payout.confirmed'];
const events = exchanges * types.length;
const rounds = 3;
/** Senders, workers and sessions of each system alike. */
const concurrency = 32;

interface Job {
  exchangeId: string;
  entry: Entry;
}

interface Contender {
  name: string;
  /** Sends every job and resolves when all had their effect. */
  play: (jobs: readonly Job[]) => Promise<void>;
  close: () => Promise<void>;
}

/**
 * Ordered, exactly-once events a second: five events for each of 400 exchanges, sent in turns by 32 senders and worked
 * off meanwhile, with the same effect (one read and one fenced update) on the same PostgreSQL.
 */
export async function run(): Promise<void> {
  const servers = await startServers();
  const postgres = await openPostgres({ url: servers.databaseUrl, maxConnections: concurrency });
  try {
    const contenders = [
      await ordered(servers, postgres),
      await graphileWorker(servers, postgres),
      await pgBoss(servers, postgres),
    ];
    const rates = new Map<string, number[]>(contenders.map(({ name }) => [name, []]));
    const shares = new Map<string, CpuShares[]>(contenders.map(({ name }) => [name, []]));
    for (let round = 0; round <= rounds; round++) {
      for (const { name, play } of contenders) {
        const jobs = await makeJobs(postgres, `${round}-${name.replaceAll(/\W/g, '')}`);
        const before = cpuShares(servers);
        const began = performance.now();
        await play(jobs);
        const rate = (events / (performance.now() - began)) * 1000;
        const after = cpuShares(servers);
        await checkResults(postgres, jobs);
        // The first round warms up.
        if (round === 0) continue;
        rates.get(name)?.push(rate);
        shares.get(name)?.push(after.map((seconds, part) => ((seconds - before[part]!) * 1000) / events));
      }
    }
    for (const { close } of contenders) await close();
    const best = Math.max(...[...rates.values()].map(median));
    printTable(
      ['ordered, exactly once', 'events/s (median)', 'least', 'most', 'of the best'],
      [...rates].map(([name, measured]) => [
        name,
        Math.round(median(measured)),
        Math.round(Math.min(...measured)),
        Math.round(Math.max(...measured)),
        `${Math.round((median(measured) / best) * 100)}%`,
      ]),
    );
    console.log('\nWhat bounds each: milliseconds of processor time for an event, of two processors in all\n');
    printTable(
      ['', 'engine and clients', 'Cosmos DB', 'Service Bus', 'PostgreSQL', 'sum'],
      [...shares].map(([name, measured]) => {
        const parts = [0, 1, 2, 3].map((part) => median(measured.map((round) => round[part]!)));
        return [name, ...parts.map((ms) => ms.toFixed(2)), parts.reduce((sum, ms) => sum + ms, 0).toFixed(2)];
      }),
    );
    console.log(
      '\nThe streams also deduplicate, keep the audit chain, and answer the sender whatever PostgreSQL does. Cosmos DB and\n' +
        'Service Bus are the local servers here, in JavaScript, and take their time from the same processors; in Azure\n' +
        'they have their own.',
    );
  } finally {
    await postgres.close();
    await servers.close();
  }
}

type CpuShares = readonly number[];

/** Seconds of processor time used so far, of this process, Cosmos DB, Service Bus and PostgreSQL. */
function cpuShares({ pids }: Servers): CpuShares {
  const { user, system } = process.cpuUsage();
  return [(user + system) / 1e6, cpuSeconds(pids.cosmos), cpuSeconds(pids.serviceBus), cpuSeconds(pids.postgres)];
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}

async function makeJobs(postgres: Postgres, run: string): Promise<Job[]> {
  const ids = Array.from({ length: exchanges }, (_, index) => `ex_${run}_${index}`);
  await postgres.query(
    `insert into exchanges (id, partner_id, state, from_code, to_code, from_amount, to_amount, rate, network_fee,
       deposit_address, payout_address, created_at, updated_at, expires_at, callback_state)
     select id, 'bench', 'awaiting_deposit', 'BTC', 'ETH', 1, 1, 1, 0, 'd', 'p', now(), now(), now(), 'awaiting_deposit'
     from unnest($1::text[]) as id`,
    [ids],
  );
  return types.flatMap((type) =>
    ids.map((exchangeId) => {
      const eventId = `${exchangeId}-${type}`;
      const data = { provider: 'simulator', eventId, occurredAt: new Date().toISOString(), data: {} };
      return { exchangeId, entry: { key: `simulator:${eventId}`, type, at: Date.now(), data } };
    }),
  );
}

/** Every event had its effect once, in order: anything else would end in another state or another count. */
async function checkResults(postgres: Postgres, jobs: readonly Job[]): Promise<void> {
  const ids = [...new Set(jobs.map(({ exchangeId }) => exchangeId))];
  const [row] = await postgres.query<{ finished: string; effects: string }>(
    `select (select count(*) from exchanges where id = any($1) and state = 'finished') as finished,
       (select count(*) from exchange_history where exchange_id = any($1) and outcome = 'applied') as effects`,
    [ids],
  );
  if (Number(row?.finished) !== exchanges || Number(row?.effects) !== events) {
    throw new Error(`${row?.finished} of ${exchanges} finished, ${row?.effects} of ${events} effects`);
  }
}

async function ordered({ cosmos, connectionString }: Servers, postgres: Postgres): Promise<Contender> {
  const serviceBus = { connectionString };
  const report = (event: { kind: string }) => console.error(event);
  const streams = azureStreams({ cosmos, serviceBus }, { sql: async () => postgres, report });
  // A consumer that waits for a session gives up soon, so that the benchmark can end.
  const client = new ServiceBusClient(connectionString, { retryOptions: { timeoutInMs: 3000, maxRetries: 0 } });
  let stopping = false;

  async function consume(): Promise<void> {
    while (!stopping) {
      try {
        await serveSession(await client.acceptNextSession('callbacks', { maxAutoLockRenewalDurationInMs: 0 }));
      } catch (error) {
        // No session had a ring for a while, or the connection is being closed: the benchmark is over.
        const { code } = error as { code?: string };
        if (!stopping && code !== 'ServiceTimeout') console.error(`a session ended: ${(error as Error).message}`);
      }
    }
  }

  async function serveSession(receiver: ServiceBusSessionReceiver): Promise<void> {
    for (;;) {
      const messages = await receiver.receiveMessages(10, { maxWaitTimeInMs: 5 });
      if (messages.length === 0) break;
      for (const message of messages) {
        const ring = readRing(message.body);
        if (ring) await drain(streams.callbacks, ring.stream);
        await receiver.completeMessage(message);
      }
    }
    await receiver.close();
  }
  const consumers = Array.from({ length: concurrency }, consume);
  return {
    name: 'this engine (Cosmos DB + Service Bus)',
    play: async (jobs) => {
      await inTurns(jobs, async ({ exchangeId, entry }) => void (await append(streams.callbacks, exchangeId, entry)));
      await allFinished(postgres, jobs);
    },
    close: async () => {
      stopping = true;
      await Promise.all(consumers);
      await client.close();
      await closeServiceBus(serviceBus);
      await closeCosmos(cosmos);
      streams.close();
    },
  };
}

async function graphileWorker({ databaseUrl }: Servers, postgres: Postgres): Promise<Contender> {
  const apply = oneByOne(postgres);
  // Its own pool shuts down without waiting, and what breaks then would end the process.
  const pgPool = new pg.Pool({ connectionString: databaseUrl, max: concurrency + 2 });
  pgPool.on('error', (error) => console.error(error.message));
  const utils = await makeWorkerUtils({ pgPool });
  await utils.migrate();
  const runner = await runWorker({
    pgPool,
    concurrency,
    noHandleSignals: true,
    logger: silent as never,
    taskList: { callback: (job) => apply(job as Job) },
  });
  return {
    name: 'graphile-worker (a named queue for each exchange)',
    play: async (jobs) => {
      await inTurns(jobs, async (job) => void (await utils.addJob('callback', job, { queueName: job.exchangeId })));
      await allFinished(postgres, jobs);
    },
    close: async () => {
      await runner.stop();
      await utils.release();
      await pgPool.end();
    },
  };
}

/** It has no order within a key, so exchanges are spread over queues with one worker each. */
async function pgBoss({ databaseUrl }: Servers, postgres: Postgres): Promise<Contender> {
  const apply = oneByOne(postgres);
  const boss = new PgBoss({ connectionString: databaseUrl, max: concurrency });
  boss.on('error', (error) => console.error(error.message));
  await boss.start();
  const names = Array.from({ length: concurrency }, (_, index) => `callbacks-${index}`);
  for (const name of names) {
    await boss.createQueue(name);
    await boss.work<Job>(name, { batchSize: 50, pollingIntervalSeconds: 0.5 }, async (jobs) => {
      // It hands a batch over in any order.
      const sorted = jobs.toSorted((a, b) => types.indexOf(a.data.entry.type) - types.indexOf(b.data.entry.type));
      for (const { data } of sorted) await apply(data);
    });
  }
  return {
    name: 'pg-boss (32 queues, one worker each)',
    play: async (jobs) => {
      await inTurns(jobs, async (job) => {
        const index = Number(job.exchangeId.split('_').at(-1)) % names.length;
        await boss.send(names[index] as string, job);
      });
      await allFinished(postgres, jobs);
    },
    close: () => boss.stop({ graceful: false }),
  };
}

/** The same effect, event by event: a row carries its own count, so a job that runs twice has no second effect. */
function oneByOne(postgres: Postgres): (job: Job) => Promise<void> {
  const rows = sqlExchangeRows(async () => postgres);
  const effect = callbackEffect(rows, async () => false);
  return async ({ exchangeId, entry }) => {
    const number = types.indexOf(entry.type) + 1;
    const work = { stream: exchangeId, number, held: [], pending: [entry], attempts: 0, now: Date.now() };
    await effect.apply(work);
  };
}

/** In the order of the list for each exchange: a sender starts the next job only when its turn has come. */
async function inTurns(jobs: readonly Job[], send: (job: Job) => Promise<void>): Promise<void> {
  for (let first = 0; first < jobs.length; first += exchanges) {
    const turn = jobs.slice(first, first + exchanges).values();
    await Promise.all(
      Array.from({ length: concurrency }, async () => {
        for (const job of turn) await send(job);
      }),
    );
  }
}

async function allFinished(postgres: Postgres, jobs: readonly Job[]): Promise<void> {
  const ids = [...new Set(jobs.map(({ exchangeId }) => exchangeId))];
  for (;;) {
    const [row] = await postgres.query<{ open: string }>(
      `select count(*) as open from exchanges where id = any($1) and state <> 'finished'`,
      [ids],
    );
    if (Number(row?.open) === 0) return;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

const silent = (() => {
  const logger = { error: console.error, warn: () => {}, info: () => {}, debug: () => {}, scope: () => logger };
  return logger;
})();
