import type { Cancellation } from './cancellation.ts';
import type { BreakerBox } from './circuit-breaker.ts';
import type { ResponseCache } from './response-cache.ts';
import type { FixedCounters } from './fixed-counters.ts';
import type { LocalIssuer } from './local-issuer.ts';
import type { OpenIdDirectory } from './open-id.ts';
import type { TraceStore } from './trace-store.ts';
import type { EventLog } from './event-log.ts';
import type { MetricLog } from './metric-log.ts';
import type { SlidingCounters } from './sliding-counters.ts';
import type { Sender } from './upstream.ts';
import type { SchemaValidator } from './validation/schema-validator.ts';

/** What outlives a configuration: counters, caches, breakers, connections. */
export interface Runtime {
  /** Milliseconds since 1970. */
  now(): number;
  random(): number;
  sender: Sender;
  /** Of rate limits. */
  rates: SlidingCounters;
  quotas: FixedCounters;
  breakers: BreakerBox;
  /** The external one stands for a Redis that is attached to the instance: what is in one is not in the other. */
  caches: Readonly<Record<'internal' | 'external', ResponseCache>>;
  openId: OpenIdDirectory;
  /** Stands in for the host of Microsoft Entra. */
  entraAuthority: string | undefined;
  identity: LocalIssuer;
  traces: TraceStore;
  metrics: MetricLog;
  events: EventLog;
  validator: SchemaValidator;
  /** Milliseconds for which a client may hold back a body that policies wait for. */
  bodyPatience: number;
  /** Traces every request, whatever its headers. */
  tracing: boolean;
  /** Waits, or returns early when the client goes. */
  sleep(milliseconds: number, client: Cancellation): Promise<void>;
}
