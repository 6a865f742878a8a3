import type { JsonObject } from '../audit/json.ts';
import { append } from '../streams/append.ts';
import type { FollowUp } from '../streams/head.ts';
import type { StreamPorts } from '../streams/ports.ts';
import { cloudEvent, deliveryIdOf } from './cloud-event.ts';
import { disableEndpoint } from './disable.ts';
import type { EndpointStore } from './endpoint-store.ts';
import { wants, type Endpoint } from './endpoint.ts';

type Ports = Parameters<typeof append>[0];

/**
 * Puts what happened into the stream of every endpoint that wants it, and disables the endpoints that are given up. In
 * order, and safe to repeat: an endpoint's stream knows each event by its id.
 */
export function fanOut(endpoints: EndpointStore, deliveries: () => Ports): StreamPorts['handOn'] {
  return async (followUps) => {
    const told: FollowUp[] = [];
    for (const item of followUps) if (await disableEndpoint(endpoints, deliveries(), item)) told.push(item);
    for (const [partnerId, items] of Map.groupBy(told, ({ data }) => data.partnerId as string)) {
      const all = await endpoints.list(partnerId);
      for (const item of items) {
        const targets = all.filter((endpoint) => wants(endpoint, item.type, item.data.pair));
        for (const endpoint of targets) await enqueue(deliveries(), endpoint, item);
      }
    }
  };
}

async function enqueue(ports: Ports, endpoint: Endpoint, item: FollowUp): Promise<void> {
  const { exchangeId, endpointId } = item.data;
  const data: JsonObject = {
    deliveryId: deliveryIdOf(endpoint.id, item),
    endpointId: endpoint.id,
    partnerId: endpoint.partnerId,
    event: cloudEvent(item),
  };
  const subject = (exchangeId ?? endpointId) as string;
  await append(ports, `${endpoint.id}/${subject}`, { key: item.id, type: item.type, data });
}

/**
 * Whether a partner has any endpoint, remembered for a few seconds: most have none, and asking each time would cost
 * every event a round trip. A partner's first endpoint therefore gets what happens from then on.
 */
export function subscribers(endpoints: EndpointStore, now: () => number): (partnerId: string) => Promise<boolean> {
  const known = new Map<string, { until: number; any: boolean }>();
  return async (partnerId) => {
    const remembered = known.get(partnerId);
    if (remembered && remembered.until > now()) return remembered.any;
    const any = (await endpoints.list(partnerId)).some(({ enabled }) => enabled);
    if (known.size >= rememberedPartners) known.clear();
    known.set(partnerId, { until: now() + rememberedMs, any });
    return any;
  };
}

const rememberedMs = 3000;
const rememberedPartners = 10_000;
