import type { RouteSwitch, RouteSwitches } from './route-tools.ts';

interface NamedValue {
  name: string;
  value: string;
  tags: readonly string[];
}

interface NamedValues {
  list(): Promise<NamedValue[]>;
  change(change: { name: string; from: string; to: string; tags: readonly string[] }): Promise<void>;
}

const previousTag = /^previous:(.+)$/;

/** Switches kept as plain named values; what a switch held before stands in its tags, so no other store is needed. */
export function routeSwitches(namedValues: NamedValues): RouteSwitches {
  return {
    async list() {
      const switches = new Map<string, RouteSwitch>();
      for (const { name, value, tags } of await namedValues.list()) {
        if (!name.startsWith('route-')) continue;
        const previous = tags.map((tag) => previousTag.exec(tag)?.[1]).find((text) => text !== undefined);
        switches.set(name, { text: value, ...(previous !== undefined && { previous }) });
      }
      return switches;
    },
    move: (name, from, to) => namedValues.change({ name, from, to, tags: ['route', `previous:${from}`] }),
  };
}
