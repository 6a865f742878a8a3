/** One Cosmos container. TTL in seconds; -1 turns it on with no default. */
export interface ContainerSettings {
  partitionKey: string;
  defaultTtl?: number;
  /** Paths left out of the index because nothing queries them: they cost request units on every write. */
  unindexed?: readonly string[];
}

export const cosmosDatabase = 'exchange';

/** Every container, by name: the local stack and Pulumi create them from here. */
export const containers: Record<'streams' | 'quotas' | 'endpoints' | 'deliveries', ContainerSettings> = {
  streams: {
    partitionKey: '/stream',
    defaultTtl: -1,
    unindexed: [
      '/event/*',
      '/entry/*',
      '/pending/*',
      '/held/*',
      '/outbox/*',
      '/tip/*',
      '/parked/*',
      '/overflow/*',
      '/shadow/*',
    ],
  },
  endpoints: { partitionKey: '/partnerId', unindexed: ['/secrets/*', '/health/*'] },
  deliveries: { partitionKey: '/endpointId', defaultTtl: -1, unindexed: ['/event/*', '/attempts/*'] },
  quotas: { partitionKey: '/subject', defaultTtl: -1 },
};
