import type { StreamPorts } from '../streams/ports.ts';

/**
 * Has an exchange's stream look at its row, after a change that no callback made, so that the audit chain and the
 * webhooks follow at once. Never fails: the sweeper finds what was not announced.
 */
export async function announceExchange(
  { bell, report }: Pick<StreamPorts, 'bell' | 'report'>,
  exchangeId: string,
): Promise<void> {
  await bell
    .ring(exchangeId, { reconcile: true })
    .catch((error: Error) => report({ kind: 'ring-lost', stream: exchangeId, error }));
}
