import type { StreamPorts } from '../../shared/streams/ports.ts';
import type { DeliveryStore } from '../../shared/webhooks/delivery-store.ts';
import type { EndpointStore } from '../../shared/webhooks/endpoint-store.ts';

/** What the command needs from outside. */
export interface WebhookTools {
  endpoints: EndpointStore;
  deliveries: DeliveryStore;
  /** The streams that deliveries wait in. */
  streams: (queue: string) => StreamPorts | undefined;
  actor: string;
  close: () => Promise<void>;
}
