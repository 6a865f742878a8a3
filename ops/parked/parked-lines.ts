import type { Head } from '../../shared/streams/head.ts';

/** Parked streams as a table, the longest parked first. */
export function listLines(heads: readonly Head[]): string[] {
  if (heads.length === 0) return ['no stream is parked'];
  const sorted = heads.toSorted((a, b) => (a.parked?.at ?? 0) - (b.parked?.at ?? 0));
  const rows = sorted.map(({ stream, pending, held, overflow, parked }) => [
    stream,
    new Date(parked?.at ?? 0).toISOString(),
    String(pending.length + held.length + Math.max(0, overflow.last - overflow.first + 1)),
    parked?.reason ?? '',
  ]);
  const all = [['stream', 'parked at', 'waiting', 'reason'], ...rows];
  const widths = [0, 1, 2].map((column) => Math.max(...all.map((row) => row[column]?.length ?? 0)));
  const lines = all.map((row) => row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  '));
  return [...lines, '', `${heads.length} parked`];
}

/** Everything about one stream that decides what to do with it. */
export function showLines(head: Head): string[] {
  const { stream, queue, number, parked, pending, held, overflow, attempts, blockedUntil } = head;
  const outside = Math.max(0, overflow.last - overflow.first + 1);
  const waiting = parked
    ? []
    : [blockedUntil > 0 ? `next try  ${new Date(blockedUntil).toISOString()}` : 'parked    no'];
  return [
    `stream    ${stream} (queue ${queue})`,
    `decisions ${number - 1}`,
    ...(parked
      ? [`parked    ${new Date(parked.at).toISOString()}: ${parked.reason}`, `at entry  ${parked.key ?? 'none'}`]
      : waiting),
    `attempts  ${attempts}`,
    `waiting   ${pending.length}${outside > 0 ? ` and ${outside} outside the head` : ''}, held ${held.length}`,
    ...[...pending, ...held].map((entry) => `  ${entry.key}  ${entry.type}  ${JSON.stringify(entry.data)}`),
  ];
}
