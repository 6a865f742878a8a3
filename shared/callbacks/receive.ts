import { createHash } from 'node:crypto';
import type { JsonObject } from '../audit/json.ts';
import { append } from '../streams/append.ts';
import type { Entry } from '../streams/head.ts';
import { streamOf } from './stream-of.ts';

/** A callback after its signature and its shape were checked. */
export interface Callback {
  id: string;
  type: string;
  exchangeId: string;
  occurredAt: string;
  data?: Record<string, unknown> | undefined;
}

/**
 * Records a callback in its exchange's stream. PostgreSQL is not asked, so the provider gets its answer whatever state
 * the database is in; and an event that makes no sense is recorded too: its outcome is decided, and audited, in its turn.
 * @throws {StoreUnavailableError} nothing is promised: the provider must send it again
 */
export function receiveCallback(
  ports: Parameters<typeof append>[0],
  provider: string,
  callback: Callback,
  rawBody: Buffer,
): ReturnType<typeof append> {
  return append(ports, streamOf(callback.exchangeId), entryOf(provider, callback, rawBody));
}

/** A callback as an entry of its exchange's stream. */
export function entryOf(provider: string, callback: Callback, rawBody: Buffer): Omit<Entry, 'at'> {
  const data: JsonObject = {
    provider,
    eventId: callback.id,
    occurredAt: new Date(callback.occurredAt).toISOString(),
    digest: createHash('sha256').update(rawBody).digest('hex'),
    data: (callback.data ?? {}) as JsonObject,
  };
  // One provider cannot take another's event ids away.
  const key = `${provider}:${callback.id}`;
  return { key, type: callback.type, data };
}
