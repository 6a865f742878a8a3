import type { AuditNote } from '../audit/chain.ts';
import type { JsonObject } from '../audit/json.ts';
import type { StreamPorts } from '../streams/ports.ts';
import { record } from '../streams/record.ts';

/** What somebody wants done with an endpoint. */
export interface EndpointOrder {
  type:
    | 'endpoint.create'
    | 'endpoint.update'
    | 'endpoint.delete'
    | 'endpoint.rotate-secret'
    | 'endpoint.test'
    | 'endpoint.replay'
    | 'endpoint.recover'
    | 'endpoint.enable'
    | 'endpoint.disable';
  endpointId: string;
  /** `partner` and its id, or the operator's name. */
  actor: string;
  /** No secret, no free text, no URL but its origin: what is hashed can never be erased. */
  data?: JsonObject;
}

/**
 * Adds an order to the audit chain of its endpoint, `endpoint/<id>`. One chain an endpoint, because operators name
 * endpoints without their partner, and because it ends with the endpoint.
 *
 * Call it before the order is carried out. The two are in different containers, so one of them is first, and a crash may
 * come in between. The other way round, a secret could be replaced or an endpoint be gone with nothing to say by whom:
 * a retry of the delete finds nothing to delete, and a caller need not retry at all. This way no change is without its
 * event. An event whose change failed is the price, so it says `ordered` and claims no more; the caller was told 503, and
 * a retry orders again.
 * @param allowed checks that the order may be given; runs beside the first of two round trips, so that the caller waits for one
 * @throws {StoreUnavailableError} the order must not be carried out
 */
export async function recordOrder(
  ports: Pick<StreamPorts, 'store' | 'now'>,
  { type, endpointId, actor, data }: EndpointOrder,
  allowed?: Promise<unknown>,
): Promise<void> {
  const note: AuditNote = {
    type,
    outcome: 'ordered',
    state: null,
    occurredAt: new Date(ports.now()).toISOString(),
    data: { ...data, actor },
  };
  await record(ports, `endpoint/${endpointId}`, note, allowed);
}

/** Adds what the engine itself did to an endpoint to its chain. @throws {StoreUnavailableError} */
export async function recordChange(
  ports: Pick<StreamPorts, 'store' | 'now'>,
  endpointId: string,
  change: Pick<AuditNote, 'type' | 'outcome' | 'data'>,
): Promise<void> {
  const occurredAt = new Date(ports.now()).toISOString();
  await record(ports, `endpoint/${endpointId}`, { ...change, state: null, occurredAt });
}

interface Settings {
  url?: string | undefined;
  eventTypes?: readonly string[] | null | undefined;
  pairs?: readonly string[] | null | undefined;
  description?: string | null | undefined;
  rateLimit?: number | null | undefined;
  enabled?: boolean | undefined;
}

/** The settings in a request, as an audit event may hold them. */
export function auditedSettings({ url, eventTypes, pairs, description, rateLimit, enabled }: Settings): JsonObject {
  return {
    // Paths and queries carry tokens.
    ...(url !== undefined && { origin: new URL(url).origin }),
    ...(eventTypes !== undefined && { eventTypes: eventTypes && [...eventTypes] }),
    ...(pairs !== undefined && { pairs: pairs && [...pairs] }),
    // May name somebody.
    ...(description !== undefined && { description: 'changed' }),
    ...(rateLimit !== undefined && { rateLimit }),
    ...(enabled !== undefined && { enabled }),
  };
}
