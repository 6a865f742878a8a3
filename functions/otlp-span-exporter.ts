import { SpanKind, type AttributeValue, type Attributes, type HrTime } from '@opentelemetry/api';
import { ExportResultCode } from '@opentelemetry/core';
import type { ReadableSpan, SpanExporter } from '@opentelemetry/sdk-trace-base';

/**
 * Sends spans to a collector by OTLP over HTTP, as JSON (opentelemetry-proto 1.x, trace service). Written out because
 * the published exporter pins an older SDK beside the one that Azure Monitor's exporter takes.
 * @param url full address of the collector's `/v1/traces`
 */
export function otlpSpanExporter(url: string): SpanExporter {
  const open = new Set<Promise<unknown>>();
  return {
    export: (spans, done) => {
      const sent = fetch(url, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(traceRequest(spans)),
      })
        .then((response) => {
          if (!response.ok) throw new Error(`${url} answers ${response.status}`);
          done({ code: ExportResultCode.SUCCESS });
        })
        .catch((error: unknown) => done({ code: ExportResultCode.FAILED, error: error as Error }))
        .finally(() => open.delete(sent));
      open.add(sent);
    },
    forceFlush: async () => void (await Promise.all(open)),
    shutdown: async () => void (await Promise.all(open)),
  };
}

function traceRequest(spans: readonly ReadableSpan[]): object {
  const attributes = spans[0]?.resource.attributes ?? {};
  return {
    resourceSpans: [
      {
        resource: { attributes: keyValues(attributes) },
        scopeSpans: [{ scope: { name: 'exchange-api' }, spans: spans.map(spanMessage) }],
      },
    ],
  };
}

/** OTLP's numbers for the kinds are the API's plus one: its zero means unspecified. */
function spanMessage(span: ReadableSpan): object {
  const { traceId, spanId } = span.spanContext();
  return {
    traceId,
    spanId,
    ...(span.parentSpanContext !== undefined && { parentSpanId: span.parentSpanContext.spanId }),
    name: span.name,
    kind: (span.kind ?? SpanKind.INTERNAL) + 1,
    startTimeUnixNano: nanoseconds(span.startTime),
    endTimeUnixNano: nanoseconds(span.endTime),
    attributes: keyValues(span.attributes),
    events: span.events.map(({ name, time, attributes = {} }) => ({
      name,
      timeUnixNano: nanoseconds(time),
      attributes: keyValues(attributes),
    })),
    links: span.links.map(({ context: sent, attributes = {} }) => ({
      traceId: sent.traceId,
      spanId: sent.spanId,
      attributes: keyValues(attributes),
    })),
    status: { code: span.status.code, ...(span.status.message !== undefined && { message: span.status.message }) },
  };
}

function keyValues(attributes: Attributes): object[] {
  return Object.entries(attributes).map(([key, value]) => ({ key, value: anyValue(value) }));
}

function anyValue(value: AttributeValue | undefined): object {
  if (Array.isArray(value)) return { arrayValue: { values: value.map((item) => anyValue(item ?? '')) } };
  if (typeof value === 'number') return Number.isInteger(value) ? { intValue: `${value}` } : { doubleValue: value };
  return typeof value === 'boolean' ? { boolValue: value } : { stringValue: value ?? '' };
}

function nanoseconds([seconds, nanos]: HrTime): string {
  return `${BigInt(seconds) * 1_000_000_000n + BigInt(nanos)}`;
}
