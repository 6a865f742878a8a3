/** A ring as it travels: a CloudEvent (1.0, structured) that names the stream and whether to look at its source too. */
export function ringMessage(stream: string, reconcile: boolean): { body: object; contentType: string } {
  return {
    body: {
      specversion: '1.0',
      id: stream,
      source: 'exchange-api/streams',
      type: reconcile ? 'stream.reconcile' : 'stream.ring',
      subject: stream,
    },
    contentType: 'application/cloudevents+json',
  };
}

export interface Ring {
  stream: string;
  reconcile: boolean;
}

/** Reads a ring; undefined for a message that is none, which no retry would change. */
export function readRing(message: unknown): Ring | undefined {
  const { subject, type } = (message ?? {}) as { subject?: unknown; type?: unknown };
  if (typeof subject !== 'string' || subject === '') return undefined;
  return { stream: subject, reconcile: type === 'stream.reconcile' };
}
