import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { ClientRequest, IncomingMessage } from 'node:http';
import { context, SpanKind, SpanStatusCode, type Span, type Tracer } from '@opentelemetry/api';
import { isTracingSuppressed } from '@opentelemetry/core';

type Published = { request: ClientRequest; response?: IncomingMessage; error?: Error };

/**
 * A dependency for every request that Node's own HTTP client sends, from the events that Node publishes: nothing is
 * patched, so it may start at any time. That covers the Azure SDKs and the webhooks. Telemetry's own requests are left out.
 * @returns what stops it
 */
export function traceOutgoingRequests(tracer: Tracer): () => void {
  const spans = new WeakMap<ClientRequest, Span>();
  const listeners: Record<string, (message: unknown) => void> = {
    'http.client.request.start': (message) => {
      const { request } = message as Published;
      if (isTracingSuppressed(context.active())) return;
      const attributes = {
        'http.request.method': request.method,
        'server.address': request.host,
        'url.path': request.path.split('?')[0]!,
      };
      spans.set(request, tracer.startSpan(`${request.method} ${request.host}`, { kind: SpanKind.CLIENT, attributes }));
    },
    'http.client.response.finish': (message) => {
      const { request, response } = message as Published;
      const span = spans.get(request);
      const status = response?.statusCode ?? 0;
      span?.setAttribute('http.response.status_code', status);
      if (status >= 500) span?.setStatus({ code: SpanStatusCode.ERROR });
      span?.end();
    },
    'http.client.request.error': (message) => {
      const { request, error } = message as Published;
      const span = spans.get(request);
      span?.setStatus({ code: SpanStatusCode.ERROR, message: error?.message ?? 'failed' });
      span?.end();
    },
  };
  for (const [channel, listener] of Object.entries(listeners)) subscribe(channel, listener);
  return () => {
    for (const [channel, listener] of Object.entries(listeners)) unsubscribe(channel, listener);
  };
}
