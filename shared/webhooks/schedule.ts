const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;

// The example schedule of Standard Webhooks 1.0: ten attempts over 75 h 35 min 5 s.
const waits = [5 * second, 5 * minute, 30 * minute, 2 * hour, 5 * hour, 10 * hour, 14 * hour, 20 * hour, 24 * hour];
const jitter = 0.2;

const failingTooLongMs = 5 * 24 * hour;
const failingLeast = 10;

/**
 * Whether an endpoint has failed for so long, and so often, that it is disabled. Time alone is not enough: one failure,
 * five days in which nothing was sent, and one more are no sign of an endpoint that is gone.
 */
export function failedTooLong(failures: number, failingSince: number, now: number): boolean {
  return failures >= failingLeast && now - failingSince >= failingTooLongMs;
}

/**
 * Milliseconds to wait after the n-th failed attempt, give or take a fifth so that what failed together does not come
 * back together; null after the last.
 */
export function retryWait(attempt: number, random: () => number): number | null {
  const wait = waits[attempt - 1];
  return wait === undefined ? null : Math.round(wait * (1 - jitter + 2 * jitter * random()));
}

const openBaseMs = 30 * second;
const openCapMs = 5 * minute;
/** Failures in a row at which an endpoint is left alone for a while, whatever else waits for it. */
const openAfter = 5;

/** Until when nothing is tried at an endpoint after so many failures in a row; 0 while it is still tried. */
export function circuitOpenUntil(failures: number, now: number): number {
  if (failures < openAfter) return 0;
  return now + Math.min(openCapMs, openBaseMs * 2 ** Math.min(failures - openAfter, 10));
}
