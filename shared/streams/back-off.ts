/**
 * Full jitter: anything from 0 to the exponential bound, in milliseconds, so that streams stopped by one outage do not
 * come back together (Brooker, "Exponential Backoff And Jitter", 2015).
 */
export function fullJitter(attempt: number, baseMs: number, capMs: number, random: () => number): number {
  return Math.ceil(random() * Math.min(capMs, baseMs * 2 ** Math.min(attempt - 1, 30)));
}
