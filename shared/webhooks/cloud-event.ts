import { createHash } from 'node:crypto';
import type { JsonObject } from '../audit/json.ts';
import { newId } from '../exchange/id.ts';
import type { FollowUp } from '../streams/head.ts';

/** What partners are told, as a CloudEvent. What is for us alone stays out. */
export function cloudEvent(followUp: FollowUp): JsonObject {
  const { partnerId: _partnerId, occurredAt, ...data } = followUp.data;
  const { exchangeId, endpointId } = data;
  return {
    specversion: '1.0',
    id: followUp.id,
    source: exchangeId === undefined ? '/v1/webhooks' : '/v1/exchanges',
    type: followUp.type,
    subject: exchangeId ?? endpointId ?? null,
    time: occurredAt ?? null,
    datacontenttype: 'application/json',
    data,
  };
}

/** The id of an event's delivery to an endpoint: the same whenever it is asked for, so a repeated fan-out adds nothing. */
export function deliveryIdOf(endpointId: string, followUp: FollowUp): string {
  const digest = createHash('sha256').update(`${endpointId}\n${followUp.id}`).digest();
  return newId('wd', new Date(followUp.data.occurredAt as string), digest);
}
