import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { StartError } from '../program.ts';
import type { RegisteredFunction } from './core-module.ts';
import { cronSchedule, intervalSchedule, type Schedule } from './cron.ts';
import { timeSpanMs } from './duration.ts';
import { type Invocations, triggerBinding } from './invocations.ts';
import { retrying } from './retry.ts';
import { expandSettings, type Settings } from './settings.ts';

/** setTimeout's own limit is 2^31 - 1 ms. */
const longestWaitMs = 24 * 3600_000;
const neverRun = '0001-01-01T00:00:00';

interface Status {
  last: string;
  next: string;
  lastUpdated: string;
}

export interface Timer {
  /** Resolves when a run that had begun has ended. */
  stop(): Promise<void>;
}

/**
 * Starts one timer function. Runs never overlap: the next one is planned when the last has ended.
 *
 * With a folder for its status, an occurrence missed while the host was down runs at once and is past due.
 * @throws {StartError} for a schedule that is neither NCRONTAB nor a time span.
 */
export async function startTimer(
  target: RegisteredFunction,
  options: { invocations: Invocations; settings: Settings; statusFolder: string | undefined },
): Promise<Timer> {
  const binding = triggerBinding(target);
  const { name } = target.metadata;
  const schedule = parseSchedule(name, (binding['schedule'] as string | undefined) ?? '', options.settings);
  const monitored = binding['useMonitor'] !== false && !subMinute(schedule);
  const file =
    monitored && options.statusFolder !== undefined ? path.join(options.statusFolder, `${name}.json`) : undefined;
  const stored = file === undefined ? undefined : await readStatus(file);
  let stopped = false;
  let timeout: NodeJS.Timeout | undefined;
  let firing: Promise<void> = Promise.resolve();
  const planned = schedule.next(new Date());
  let status: Status = stored ?? { last: neverRun, next: planned?.toISOString() ?? neverRun, lastUpdated: neverRun };

  function fire(isPastDue: boolean): void {
    firing = run(isPastDue);
  }

  async function run(isPastDue: boolean): Promise<void> {
    const startedAt = new Date();
    const data = {
      json: JSON.stringify({
        Schedule: { AdjustForDST: true },
        ScheduleStatus: monitored ? { Last: status.last, Next: status.next, LastUpdated: status.lastUpdated } : null,
        IsPastDue: isPastDue,
      }),
    };
    try {
      await retrying(
        target.metadata.retryOptions,
        () => stopped,
        (retryContext) => options.invocations.run(target, { data, ...(retryContext && { retryContext }) }),
      );
    } catch {
      // The runner has logged it; a failed run does not stop the schedule.
    }
    const next = schedule.next(startedAt);
    status = {
      last: startedAt.toISOString(),
      next: next?.toISOString() ?? neverRun,
      lastUpdated: startedAt.toISOString(),
    };
    if (file) await writeStatus(file, status);
    plan();
  }

  function plan(): void {
    const next = stopped ? undefined : schedule.next(new Date());
    if (next) waitFor(next);
  }

  function waitFor(moment: Date): void {
    if (stopped) return;
    const remaining = moment.getTime() - Date.now();
    timeout = setTimeout(
      () => (remaining > longestWaitMs ? waitFor(moment) : fire(false)),
      Math.max(0, Math.min(remaining, longestWaitMs)),
    );
  }

  const pastDue = stored !== undefined && new Date(stored.next) < new Date();
  if (pastDue || binding['runOnStartup'] === true) timeout = setTimeout(() => fire(pastDue), 0);
  else plan();
  return {
    async stop() {
      stopped = true;
      clearTimeout(timeout);
      await firing;
    },
  };
}

function parseSchedule(name: string, text: string, settings: Settings): Schedule {
  let resolved;
  try {
    resolved = expandSettings(text, settings);
  } catch (error) {
    throw new StartError(`function "${name}": the schedule ${(error as Error).message}`);
  }
  const span = timeSpanMs(resolved);
  const schedule = cronSchedule(resolved) ?? (span !== undefined && span > 0 ? intervalSchedule(span) : undefined);
  if (!schedule)
    throw new StartError(
      `function "${name}": the schedule expression "${resolved}" was not recognized as a valid cron expression or timespan string`,
    );
  return schedule;
}

/** Such schedules keep no status, as in the real host. */
function subMinute(schedule: Schedule): boolean {
  const first = schedule.next(new Date());
  const second = first && schedule.next(first);
  return first !== undefined && second !== undefined && second.getTime() - first.getTime() < 60_000;
}

async function readStatus(file: string): Promise<Status | undefined> {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as Status;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new StartError(`${file} cannot be read: ${(error as Error).message}`);
  }
}

async function writeStatus(file: string, status: Status): Promise<void> {
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(`${file}.new`, JSON.stringify(status));
  await rename(`${file}.new`, file);
}
