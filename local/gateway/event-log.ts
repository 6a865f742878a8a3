export interface LoggedEvent {
  logger: string;
  /** ISO 8601. */
  at: string;
  partitionId?: string;
  partitionKey?: string;
  message: string;
}

/** What log-to-eventhub sent, for the management port: there is no event hub here. */
export class EventLog {
  readonly #events: LoggedEvent[] = [];
  readonly #capacity: number;

  constructor(capacity = 1000) {
    this.#capacity = capacity;
  }

  add(event: LoggedEvent): void {
    this.#events.push(event);
    if (this.#events.length > this.#capacity) this.#events.shift();
  }

  all(): readonly LoggedEvent[] {
    return this.#events;
  }
}
