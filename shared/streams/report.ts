import type { StreamReport } from './ports.ts';

/** A report as one line of the log; the alert on parked streams looks for its first words. */
export function reportLine(event: StreamReport): string {
  const { stream } = event;
  if (event.kind === 'parked') return `stream parked: ${stream} at ${event.key ?? 'no single entry'}: ${event.reason}`;
  const { message } = event.error;
  if (event.kind === 'delayed') {
    const until = new Date(event.until).toISOString();
    return `stream delayed: ${stream}, attempt ${event.attempts}, until ${until}: ${message}`;
  }
  if (event.kind === 'ring-lost') return `ring lost: ${stream}, left to the sweeper: ${message}`;
  if (event.kind === 'log-lost') return `delivery log lost: ${stream}: ${message}`;
  return `stream store unavailable: ${stream}, rung for later: ${message}`;
}
