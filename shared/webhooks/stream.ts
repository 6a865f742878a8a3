import type { StreamPorts } from '../streams/ports.ts';
import { deliveryEffect } from './deliver.ts';
import type { DeliveryStore } from './delivery-store.ts';
import type { EndpointStore } from './endpoint-store.ts';
import { recordChange } from './endpoint-trail.ts';
import type { Post } from './post.ts';
import { retryWait } from './schedule.ts';

type Outside = Pick<StreamPorts, 'store' | 'bell' | 'now' | 'random' | 'handOn' | 'report'> & {
  endpoints: EndpointStore;
  deliveries: DeliveryStore;
  post: Post;
};

/** The streams of deliveries: one for each endpoint and exchange. */
export function deliveryStreams({ endpoints, deliveries, post, ...ports }: Outside): StreamPorts {
  const logLost = (stream: string, error: Error) => ports.report({ kind: 'log-lost', stream, error });
  return {
    ...ports,
    queue: 'deliveries',
    effect: deliveryEffect({
      endpoints,
      deliveries,
      post,
      now: ports.now,
      recordCircuit: (endpointId, outcome, data) =>
        recordChange(ports, endpointId, { type: 'endpoint.circuit', outcome, data }),
      logLost,
    }),
    retryDelay: (attempt, _error, random) => retryWait(attempt, random),
  };
}
