import type { FollowUp } from '../streams/head.ts';
import type { StreamPorts } from '../streams/ports.ts';
import type { EndpointStore } from './endpoint-store.ts';
import { recordChange } from './endpoint-trail.ts';
import type { Endpoint } from './endpoint.ts';

const type = 'endpoint.disabled';

/** What follows from giving an endpoint up: it is disabled, and the partner's other endpoints are told. */
export function disabling({ id, partnerId, url }: Endpoint, reason: 'gone' | 'failing', key: string, now: number) {
  const occurredAt = new Date(now).toISOString();
  return { id: `${id}-${key}`, type, data: { partnerId, endpointId: id, url, reason, occurredAt } } satisfies FollowUp;
}

/**
 * Disables the endpoint that a follow-up says is given up, and adds that to its chain. Safe to repeat: of all follow-ups
 * that give up the same endpoint one does it, however often it is handed on, and an endpoint that its partner has
 * enabled again meanwhile stays so.
 * @returns false for what has been said: another follow-up disabled it, or it is gone
 */
export async function disableEndpoint(
  endpoints: EndpointStore,
  ports: Pick<StreamPorts, 'store' | 'now'>,
  followUp: FollowUp,
): Promise<boolean> {
  if (followUp.type !== type) return true;
  const { partnerId, endpointId, reason } = followUp.data as ReturnType<typeof disabling>['data'];
  const after = await endpoints.update(partnerId, endpointId, (endpoint) =>
    endpoint.enabled && endpoint.disabledBy !== followUp.id
      ? { ...endpoint, enabled: false, disabledReason: reason, disabledBy: followUp.id }
      : endpoint,
  );
  if (after?.disabledBy !== followUp.id) return false;
  await recordChange(ports, endpointId, { type, outcome: 'applied', data: { reason, followUp: followUp.id } });
  return true;
}
