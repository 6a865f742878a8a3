import { setTimeout as delay } from 'node:timers/promises';
import type { InvocationRequest, RetryOptions } from './core-types.ts';

/**
 * Runs `attempt` again as a function's `retry` options say; -1 retries for ever.
 * Rejects with the last error.
 */
export async function retrying<T>(
  options: RetryOptions | undefined,
  stopped: () => boolean,
  attempt: (context: InvocationRequest['retryContext']) => Promise<T>,
): Promise<T> {
  const most = options?.maxRetryCount ?? 0;
  let context: InvocationRequest['retryContext'];
  for (let retry = 0; ; retry++) {
    try {
      return await attempt(context);
    } catch (error) {
      if (!options || (most >= 0 && retry >= most) || stopped()) throw error;
      const { message, stack } = error instanceof Error ? error : new Error(String(error));
      context = {
        retryCount: retry + 1,
        maxRetryCount: most,
        exception: { message, ...(stack && { stackTrace: stack }) },
      };
      await delay(waitMs(options, retry));
    }
  }
}

function waitMs(options: RetryOptions, retry: number): number {
  if (options.retryStrategy === 'fixedDelay') return (options.delayInterval?.seconds ?? 0) * 1000;
  const least = (options.minimumInterval?.seconds ?? 1) * 1000;
  const most = (options.maximumInterval?.seconds ?? 60) * 1000;
  return Math.min(most, least * 2 ** retry);
}
