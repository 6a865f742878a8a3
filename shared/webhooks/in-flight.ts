/** What one host knows of an endpoint while it talks to it. */
interface Lane {
  /** When each request that is on its way began. */
  began: Set<{ at: number }>;
  /** How many requests may be on their way at once. */
  window: number;
  /** When the last of those that were turned away may come back. */
  back: number;
}

export interface InFlight {
  /**
   * Lets a request go its way, or turns it away.
   * @param suspect the endpoint's last attempt failed
   * @returns what to call when it is done (with nothing when none was sent), or when to come back
   */
  enter: (endpointId: string, suspect: boolean) => { leave: (delivered?: boolean) => void } | { until: number };
}

const firstWindow = 8;
const largestWindow = 64;
/** Requests at once to an endpoint that fails, or whose earlier ones are slow. */
const fewest = 2;
/** An answer that takes longer is slow. */
const slowMs = 1000;
/** No request lasts that long: whoever sent it is gone. */
const lostMs = 60_000;
const backMs = 500;
/** Between one that was turned away and the next, so that they do not come back all at once. */
const apartMs = 25;
const longestBackMs = 15_000;
const knownEndpoints = 10_000;

/**
 * Keeps an endpoint that does not answer from taking every session of a host, each for as long as a request may last,
 * while other partners wait. As in a connection's slow start, what may be on its way at once grows by one with each
 * success, and a failure, or an answer that is overdue, brings it down. Held in memory: each host has its own sessions to guard.
 */
export function inFlight(now: () => number): InFlight {
  const lanes = new Map<string, Lane>();

  function laneOf(endpointId: string): Lane {
    const known = lanes.get(endpointId);
    if (known) return known;
    if (lanes.size >= knownEndpoints) {
      for (const [id, { began }] of lanes) if (began.size === 0) lanes.delete(id);
    }
    const lane = { began: new Set<{ at: number }>(), window: firstWindow, back: 0 };
    lanes.set(endpointId, lane);
    return lane;
  }

  return {
    enter: (endpointId, suspect) => {
      const lane = laneOf(endpointId);
      let slow = 0;
      for (const request of lane.began) {
        const age = now() - request.at;
        if (age >= lostMs) lane.began.delete(request);
        else if (age >= slowMs) slow++;
      }
      if (lane.began.size >= (suspect ? fewest : lane.window) || slow >= fewest) {
        lane.back = Math.min(Math.max(now() + backMs, lane.back + apartMs), now() + longestBackMs);
        return { until: lane.back };
      }
      const request = { at: now() };
      lane.began.add(request);
      return {
        leave: (delivered) => {
          lane.began.delete(request);
          if (delivered === undefined) return;
          lane.window = delivered ? Math.min(lane.window + 1, largestWindow) : fewest;
        },
      };
    },
  };
}
