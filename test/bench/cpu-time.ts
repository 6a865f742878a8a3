import { readFileSync } from 'node:fs';

/**
 * Seconds of user and system time that a process and what it started have used so far, ended children included, from
 * Linux's /proc; NaN elsewhere.
 */
export function cpuSeconds(pid: number | undefined): number {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
    const ticks = fields.slice(11, 15).reduce((sum, field) => sum + Number(field), 0);
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim();
    const below = children === '' ? [] : children.split(' ').map((child) => cpuSeconds(Number(child)));
    return below.reduce((sum, seconds) => sum + seconds, ticks / 100);
  } catch {
    return Number.NaN;
  }
}
