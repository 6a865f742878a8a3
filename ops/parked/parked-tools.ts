import type { StreamPorts } from '../../shared/streams/ports.ts';

/** What the commands need from outside. */
export interface ParkedTools {
  /** The streams of a queue; undefined for a queue that has no consumer here. */
  streams: (queue: string) => StreamPorts | undefined;
  store: StreamPorts['store'];
  /** Who is at the keyboard, for the audit trail. */
  actor: string;
  close: () => Promise<void>;
}
