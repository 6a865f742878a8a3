/** Settings of one Service Bus queue; durations in seconds. */
export interface QueueSettings {
  requiresSession: boolean;
  requiresDuplicateDetection: boolean;
  duplicateDetectionWindowSeconds: number;
  lockSeconds: number;
  maxDeliveryCount: number;
  messageTtlSeconds: number;
  deadLetterOnExpiry: boolean;
}

const doorbell: QueueSettings = {
  requiresSession: true,
  // A ring is a signal with a unique id: the sender's own retries are what duplicate detection removes.
  requiresDuplicateDetection: true,
  duplicateDetectionWindowSeconds: 600,
  lockSeconds: 60,
  maxDeliveryCount: 10,
  messageTtlSeconds: 14 * 24 * 3600,
  deadLetterOnExpiry: true,
};

/** Every queue, by name: the one place from which the local Config.json, Pulumi's queues and host.json's bounds come. */
export const queues: Record<'callbacks' | 'deliveries', QueueSettings> = {
  callbacks: doorbell,
  deliveries: doorbell,
};
