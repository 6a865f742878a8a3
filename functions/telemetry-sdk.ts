import { AzureMonitorMetricExporter, AzureMonitorTraceExporter } from '@azure/monitor-opentelemetry-exporter';
import {
  context,
  metrics,
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  trace,
  TraceFlags,
  type Attributes,
  type Context,
  type Span,
  type SpanContext,
} from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { MeterProvider, PeriodicExportingMetricReader } from '@opentelemetry/sdk-metrics';
import { BasicTracerProvider, BatchSpanProcessor, type SpanExporter } from '@opentelemetry/sdk-trace-base';
import { otlpSpanExporter } from './otlp-span-exporter.ts';
import { traceOutgoingRequests } from './outgoing-requests.ts';
import type { Finished, Invocation } from './telemetry.ts';

/** What the functions use of OpenTelemetry. Everything it needs to be loaded is loaded with this file. */
export interface Telemetry {
  /** Runs a function inside its span, so that what it calls becomes its children. */
  run<T>(invocation: Invocation, work: () => Promise<T>): Promise<T>;
  /** A function that ran before there were spans. */
  record(finished: Finished): void;
  depend<T>(name: string, work: () => Promise<T>): Promise<T>;
  count(name: string, attributes: Record<string, string>): void;
  traceparent(): string | undefined;
  /** Sends what is left. */
  shutdown(): Promise<void>;
}

type Environment = Record<string, string | undefined>;

/** Sends to Application Insights, by identity where its keys are off, or to an OTLP collector over HTTP. */
export async function startTelemetry(environment: Environment): Promise<Telemetry> {
  const resource = resourceFromAttributes({
    'service.name': environment.WEBSITE_SITE_NAME ?? 'exchange-api',
    'service.instance.id': environment.WEBSITE_INSTANCE_ID ?? `${process.pid}`,
  });
  const { spans, meters } = await exporters(environment);
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  const provider = new BasicTracerProvider({
    resource,
    spanProcessors: [new BatchSpanProcessor(spans, { scheduledDelayMillis: 2000 })],
  });
  trace.setGlobalTracerProvider(provider);
  metrics.setGlobalMeterProvider(meters ?? new MeterProvider());
  const tracer = trace.getTracer('exchange-api');
  const meter = metrics.getMeter('exchange-api');
  const duration = meter.createHistogram('exchange.invocation.duration', { unit: 'ms' });
  const stopTracing = traceOutgoingRequests(tracer);
  const open = (invocation: Invocation, startTime?: number): Span =>
    tracer.startSpan(
      invocation.name,
      {
        kind: kindOf(invocation),
        attributes: invocation.attributes,
        links: linksOf(invocation),
        ...(startTime !== undefined && { startTime }),
      },
      parentOf(invocation),
    );
  const close = (
    span: Span,
    invocation: Invocation,
    milliseconds: number,
    error: Error | undefined,
    endTime?: number,
  ): void => {
    if (error !== undefined) fail(span, error);
    span.end(endTime);
    duration.record(milliseconds, { function: invocation.name, outcome: error === undefined ? 'ok' : 'error' });
  };
  return {
    run: async (invocation, work) => {
      const span = open(invocation);
      const start = performance.now();
      const settle = (error?: Error) => close(span, invocation, performance.now() - start, error);
      return settled(() => context.with(trace.setSpan(context.active(), span), work), settle);
    },
    record: (finished) =>
      close(open(finished, finished.start), finished, finished.end - finished.start, finished.error, finished.end),
    depend: async (name, work) => {
      const span = tracer.startSpan(name, { kind: SpanKind.CLIENT, attributes: { 'db.system.name': 'postgresql' } });
      return settled(
        () => context.with(trace.setSpan(context.active(), span), work),
        (error) => {
          if (error !== undefined) fail(span, error);
          span.end();
        },
      );
    },
    count: (name, attributes) => meter.createCounter(name).add(1, attributes),
    traceparent: () => formatTraceparent(trace.getActiveSpan()?.spanContext()),
    shutdown: async () => {
      stopTracing();
      await Promise.all([provider.shutdown(), meters?.shutdown()]);
    },
  };
}

async function settled<T>(work: () => Promise<T>, done: (error?: Error) => void): Promise<T> {
  try {
    const result = await work();
    done();
    return result;
  } catch (error) {
    done(error as Error);
    throw error;
  }
}

async function exporters(environment: Environment): Promise<{ spans: SpanExporter; meters?: MeterProvider }> {
  const { APPLICATIONINSIGHTS_CONNECTION_STRING: connectionString, OTEL_EXPORTER_OTLP_ENDPOINT: endpoint } =
    environment;
  if (!connectionString) return { spans: otlpSpanExporter(`${endpoint!.replace(/\/$/, '')}/v1/traces`) };
  const options = {
    connectionString,
    ...(environment.APPLICATIONINSIGHTS_AUTHENTICATION_STRING && { credential: await signIn() }),
  };
  const reader = new PeriodicExportingMetricReader({
    exporter: new AzureMonitorMetricExporter(options),
    exportIntervalMillis: 60_000,
  });
  return { spans: new AzureMonitorTraceExporter(options), meters: new MeterProvider({ readers: [reader] }) };
}

async function signIn() {
  const { DefaultAzureCredential } = await import('@azure/identity');
  return new DefaultAzureCredential();
}

/** Where the host traces too, it has the request's span, and this one is a part of it. */
function kindOf({ kind, parent }: Invocation): SpanKind {
  if (process.env.WEBSITE_INSTANCE_ID !== undefined && parent !== undefined) return SpanKind.INTERNAL;
  return { http: SpanKind.SERVER, queue: SpanKind.CONSUMER, timer: SpanKind.INTERNAL }[kind];
}

function parentOf({ parent }: Invocation): Context {
  const remote = parseTraceparent(parent);
  return remote === undefined ? ROOT_CONTEXT : trace.setSpanContext(ROOT_CONTEXT, remote);
}

function linksOf({ link }: Invocation): { context: SpanContext; attributes?: Attributes }[] {
  const sent = parseTraceparent(link);
  return sent === undefined ? [] : [{ context: sent, attributes: { 'messaging.operation.name': 'send' } }];
}

function fail(span: Span, error: Error): void {
  span.recordException(error);
  span.setStatus({ code: SpanStatusCode.ERROR, message: error.message });
}

function parseTraceparent(text: string | undefined): SpanContext | undefined {
  const [, traceId, spanId, flags] = /^00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})$/.exec(text ?? '') ?? [];
  if (traceId === undefined || spanId === undefined) return undefined;
  return { traceId, spanId, traceFlags: Number.parseInt(flags!, 16) & TraceFlags.SAMPLED, isRemote: true };
}

function formatTraceparent(active: SpanContext | undefined): string | undefined {
  return active && `00-${active.traceId}-${active.spanId}-0${active.traceFlags & TraceFlags.SAMPLED}`;
}
