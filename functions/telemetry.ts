import { app, type InvocationContext } from '@azure/functions';
import type { Sql } from '../shared/exchange/sql.ts';
import type { Telemetry } from './telemetry-sdk.ts';

/** One call of a function, as telemetry sees it. Times in milliseconds since 1970. */
export interface Invocation {
  name: string;
  kind: 'http' | 'queue' | 'timer';
  /** W3C trace context of the caller: the host's, or the client's. */
  parent?: string;
  /** Trace context that the message was sent in: another trace, so a link and no parent. */
  link?: string;
  attributes: Record<string, string>;
}

export interface Finished extends Invocation {
  start: number;
  end: number;
  error?: Error;
}

const wanted = [process.env.APPLICATIONINSIGHTS_CONNECTION_STRING, process.env.OTEL_EXPORTER_OTLP_ENDPOINT].some(
  Boolean,
);

let active: Telemetry | undefined;
let starting: Promise<void> | undefined;
/** Calls that ended before the SDK was there: sent late, not lost. */
const early: Finished[] = [];

if (wanted) {
  app.hook.preInvocation((hook) => {
    const { functionHandler } = hook;
    const { invocationContext } = hook;
    hook.functionHandler = (...args: Parameters<typeof functionHandler>) => {
      const invocation = describe(invocationContext, args[0]);
      const work = async () => functionHandler(...args);
      return active ? active.run(invocation, work) : runEarly(invocation, work);
    };
  });
  app.hook.appTerminate(async () => active?.shutdown());
}

/** The trace that runs now, as a W3C `traceparent`; nothing without telemetry, and before it has started. */
export function currentTraceparent(): string | undefined {
  return active?.traceparent();
}

/** Adds one to a counter. */
export function count(name: string, attributes: Record<string, string>): void {
  active?.count(name, attributes);
}

/** The same database, with a dependency recorded for each statement and transaction. */
export function tracedSql<S extends Sql>(sql: S): S {
  if (!wanted) return sql;
  const traced = (inner: Sql): Sql => ({
    query: async (text, values) => depend(`postgresql ${firstWord(text)}`, () => inner.query(text, values)),
    transaction: async (work) =>
      depend('postgresql transaction', () => inner.transaction((within) => work(traced(within)))),
  });
  return { ...sql, ...traced(sql) };
}

function depend<T>(name: string, work: () => Promise<T>): Promise<T> {
  return active ? active.depend(name, work) : work();
}

/** The first calls of a process run as if there were no telemetry: its SDK is loaded after they have been answered. */
async function runEarly<T>(invocation: Invocation, work: () => Promise<T>): Promise<T> {
  const start = Date.now();
  try {
    const result = await work();
    end({ ...invocation, start, end: Date.now() });
    return result;
  } catch (error) {
    end({ ...invocation, start, end: Date.now(), error: error as Error });
    throw error;
  }
}

function end(finished: Finished): void {
  if (early.length < 100) early.push(finished);
  // Not before the answer has left the process: loading blocks it for some tens of milliseconds.
  setTimeout(() => (starting ??= start()), 100).unref();
}

async function start(): Promise<void> {
  try {
    const { startTelemetry } = await import('./telemetry-sdk.ts');
    active = await startTelemetry(process.env);
    for (const finished of early.splice(0)) active.record(finished);
  } catch (error) {
    console.error(`telemetry could not start: ${(error as Error).message}`);
  }
}

function describe(context: InvocationContext, input: unknown): Invocation {
  const { functionName, invocationId, traceContext, triggerMetadata } = context;
  const kind = isRequest(input) ? 'http' : triggerMetadata?.messageId === undefined ? 'timer' : 'queue';
  const parent = traceContext?.traceParent ?? (isRequest(input) ? input.headers.get('traceparent') : undefined);
  const sent = triggerMetadata?.applicationProperties as Record<string, unknown> | undefined;
  const link = sent?.['traceparent'];
  return {
    name: functionName,
    kind,
    ...(typeof parent === 'string' && { parent }),
    ...(typeof link === 'string' && { link }),
    attributes: {
      'faas.invocation_id': invocationId,
      ...(typeof triggerMetadata?.sessionId === 'string' && { 'messaging.session': triggerMetadata.sessionId }),
    },
  };
}

function isRequest(input: unknown): input is { headers: Headers } {
  return typeof input === 'object' && input !== null && 'headers' in input && 'method' in input;
}

function firstWord(text: string): string {
  return /^\s*(\w+)/.exec(text)?.[1]?.toUpperCase() ?? 'query';
}
