import { FailedError } from '../command.ts';

/**
 * The digest that an API says it runs.
 * @param url its address, without a path
 * @throws FailedError when it does not answer, or names none
 */
export async function runningDigest(url: string): Promise<string> {
  const address = new URL('/v1/health', url);
  const response = await fetch(address, { signal: AbortSignal.timeout(10_000) }).catch((cause: unknown) => {
    throw new FailedError(`${address.href} does not answer`, { cause });
  });
  if (!response.ok) throw new FailedError(`${address.href} answers ${response.status}`);
  const { package: digest } = (await response.json()) as { package?: string };
  if (digest === undefined) throw new FailedError(`${address.href} names no package`);
  return digest;
}

export interface Waiting {
  /** Until when, and how long between tries, in milliseconds. */
  limit: number;
  interval: number;
  now: () => number;
  sleep: (milliseconds: number) => Promise<void>;
}

/** Waits until an API runs a digest. @throws FailedError with what it ran last, when the limit is over */
export async function waitForDigest(
  url: string,
  digest: string,
  { limit, interval, now, sleep }: Waiting,
): Promise<void> {
  const end = now() + limit;
  for (;;) {
    const seen = await runningDigest(url).catch((error: unknown) => (error as Error).message);
    if (seen === digest) return;
    if (now() + interval > end) throw new FailedError(`${url} does not run ${digest}: ${seen}`);
    await sleep(interval);
  }
}
