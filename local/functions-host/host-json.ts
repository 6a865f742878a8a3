import path from 'node:path';
import { StartError } from '../program.ts';
import { timeSpanMs } from './duration.ts';
import { readJsonc } from './jsonc.ts';
import type { Settings } from './settings.ts';

/** host.json, as far as it has an effect here; durations in milliseconds. */
export interface HostJson {
  functionTimeoutMs: number | undefined;
  /** When given, only these functions are loaded. */
  functions: string[] | undefined;
  logLevels: Record<string, string>;
  /** Whether the real host would know bindings other than HTTP and timers. */
  hasExtensionBundle: boolean;
  http: {
    routePrefix: string;
    maxOutstandingRequests: number;
    maxConcurrentRequests: number;
    customHeaders: Record<string, string>;
  };
  serviceBus: {
    autoCompleteMessages: boolean;
    maxAutoLockRenewalMs: number;
    maxConcurrentCalls: number;
    maxConcurrentSessions: number;
    maxConcurrentCallsPerSession: number;
    sessionIdleTimeoutMs: number | undefined;
    tryTimeoutMs: number;
    maxMessageBatchSize: number;
  };
}

type Tree = Record<string, unknown>;

/** Accepted, and without effect on one machine: hosting, telemetry, scaling, and extensions whose triggers are refused. */
const withoutEffect = new Set(
  `$schema healthmonitor aggregator manageddependency singleton watchdirectories watchfiles telemetrymode
  telemetry logging.applicationinsights logging.console logging.fileloggingmode logging.isprimary logging.debug concurrency
  extensions.http.dynamicthrottlesenabled extensions.http.hsts extensions.http.enablechunkedrequestbinding
  extensions.servicebus.prefetchcount extensions.servicebus.enablecrossentitytransactions extensions.servicebus.clientretryoptions.mode
  extensions.servicebus.clientretryoptions.delay extensions.servicebus.clientretryoptions.maxdelay
  extensions.servicebus.clientretryoptions.maxretries extensions.servicebus.transporttype
  extensions.blobs extensions.queues extensions.eventhubs extensions.eventgrid extensions.cosmosdb extensions.durabletask
  extensions.kafka extensions.signalr extensions.sendgrid extensions.tables extensions.sql extensions.mcp extensions.warmup`.split(
    /\s+/,
  ),
);

/**
 * Reads host.json; environment variables `AzureFunctionsJobHost__a__b` win over it. Keys ignore case.
 * @throws {StartError} naming a setting that is unknown, malformed or not supported here.
 */
export async function loadHostJson(directory: string, environment: Settings): Promise<HostJson> {
  const file = path.join(directory, 'host.json');
  const content = await readJsonc(file);
  if (content === undefined) throw new StartError(`${directory} is no function app: it has no host.json`);
  if (typeof content !== 'object' || content === null || Array.isArray(content))
    throw new StartError(`${file} must hold an object`);
  const flat = flatten(content as Tree);
  for (const [name, value] of Object.entries(environment)) {
    const key = /^AzureFunctionsJobHost(?:__|:)(.+)$/i.exec(name)?.[1];
    if (key && value !== undefined) flat.set(key.replaceAll(/__|:/g, '.').toLowerCase(), { name: key, value });
  }
  const read = reader(file, flat);
  const version = read.text('version');
  if (version !== '2.0') throw new StartError(`${file}: "version" must be "2.0", not ${JSON.stringify(version)}`);
  const timeout = read.text('functiontimeout');
  const hostJson: HostJson = {
    functionTimeoutMs: timeout === undefined || timeout.startsWith('-') ? undefined : read.ms('functiontimeout', 0),
    functions: read.raw('functions') as string[] | undefined,
    logLevels: Object.fromEntries(
      read.below('logging.loglevel.').map(([category, level]) => [category, String(level).toLowerCase()]),
    ),
    hasExtensionBundle: read.below('extensionbundle.').length > 0,
    http: {
      routePrefix: read.text('extensions.http.routeprefix') ?? 'api',
      maxOutstandingRequests: read.limit('extensions.http.maxoutstandingrequests'),
      maxConcurrentRequests: read.limit('extensions.http.maxconcurrentrequests'),
      customHeaders: Object.fromEntries(
        read.below('extensions.http.customheaders.').map(([header, value]) => [header, String(value)]),
      ),
    },
    serviceBus: {
      autoCompleteMessages: read.flag('extensions.servicebus.autocompletemessages', true),
      maxAutoLockRenewalMs: read.ms('extensions.servicebus.maxautolockrenewalduration', 5 * 60_000),
      maxConcurrentCalls: read.count('extensions.servicebus.maxconcurrentcalls', 16),
      maxConcurrentSessions: read.count('extensions.servicebus.maxconcurrentsessions', 8),
      maxConcurrentCallsPerSession: read.count('extensions.servicebus.maxconcurrentcallspersession', 1),
      sessionIdleTimeoutMs: read.ms('extensions.servicebus.sessionidletimeout', undefined),
      tryTimeoutMs: read.ms('extensions.servicebus.clientretryoptions.trytimeout', 60_000),
      maxMessageBatchSize: read.count('extensions.servicebus.maxmessagebatchsize', 1000),
    },
  };
  read.refuseRest();
  return hostJson;
}

type Flat = Map<string, { name: string; value: unknown }>;

function flatten(tree: Tree, prefix = '', into: Flat = new Map()): Flat {
  for (const [key, value] of Object.entries(tree)) {
    const name = prefix + key;
    // Log categories and header names may hold dots and keep their case, so they are leaves, whatever they look like.
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) flatten(value as Tree, `${name}.`, into);
    else into.set(name.toLowerCase(), { name, value });
  }
  return into;
}

function reader(file: string, flat: Flat) {
  const used = new Set<string>();
  const take = (key: string): unknown => {
    used.add(key);
    return flat.get(key)?.value;
  };
  const wrong = (key: string, wanted: string) => {
    const entry = flat.get(key)!;
    return new StartError(`${file}: "${entry.name}" must be ${wanted}, not ${JSON.stringify(entry.value)}`);
  };
  const whole = (key: string, fallback: number, least: number): number => {
    const value = take(key) ?? fallback;
    const number = Number(value);
    if (!Number.isInteger(number) || number < least) throw wrong(key, `a whole number of at least ${least}`);
    return number;
  };
  return {
    raw: take,
    text(key: string): string | undefined {
      const value = take(key);
      if (value !== undefined && typeof value !== 'string') throw wrong(key, 'text');
      return value;
    },
    flag(key: string, fallback: boolean): boolean {
      const value = textOf(take(key) ?? fallback).toLowerCase();
      if (value !== 'true' && value !== 'false') throw wrong(key, 'true or false');
      return value === 'true';
    },
    count: (key: string, fallback: number) => whole(key, fallback, 1),
    /** -1 and absence mean no limit. */
    limit(key: string): number {
      const value = whole(key, -1, -1);
      return value < 0 ? Number.POSITIVE_INFINITY : value;
    },
    ms<F extends number | undefined>(key: string, fallback: F): number | F {
      const value = take(key);
      if (value === undefined || value === null) return fallback;
      const ms = timeSpanMs(textOf(value));
      if (ms === undefined || ms < 0) throw wrong(key, 'a duration such as "00:05:00"');
      return ms;
    },
    /** Every setting below a prefix, with its own spelling. */
    below(prefix: string): [string, unknown][] {
      return [...flat].flatMap(([key, { name, value }]) => {
        if (!key.startsWith(prefix)) return [];
        used.add(key);
        return [[name.slice(prefix.length), value]];
      });
    },
    refuseRest(): void {
      for (const [key, { name }] of flat) {
        const parts = key.split('.');
        const harmless = parts.some((_, index) => withoutEffect.has(parts.slice(0, index + 1).join('.')));
        if (!used.has(key) && !harmless)
          throw new StartError(
            `${file}: the setting "${name}" is not supported by this host: remove it, or see docs/local-azure.md`,
          );
      }
    },
  };
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
