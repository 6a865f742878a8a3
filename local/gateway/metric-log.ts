interface Series {
  namespace: string;
  name: string;
  dimensions: Readonly<Record<string, string>>;
  count: number;
  sum: number;
}

/** What emit-metric counted, for the management port: there is no Application Insights here. */
export class MetricLog {
  readonly #series = new Map<string, Series>();
  readonly #capacity: number;

  constructor(capacity = 5000) {
    this.#capacity = capacity;
  }

  add(namespace: string, name: string, value: number, dimensions: Readonly<Record<string, string>>): void {
    const key = JSON.stringify([namespace, name, dimensions]);
    const known = this.#series.get(key);
    if (known) {
      known.count++;
      known.sum += value;
    } else if (this.#series.size < this.#capacity)
      this.#series.set(key, { namespace, name, dimensions, count: 1, sum: value });
  }

  all(): readonly Series[] {
    return [...this.#series.values()];
  }
}
