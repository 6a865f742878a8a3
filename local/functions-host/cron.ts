/** A repeating moment in local time. */
export interface Schedule {
  /** The first occurrence after a moment; undefined when there is none in the next years. */
  next(after: Date): Date | undefined;
}

const months = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const days = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];

/** Longer than any gap a satisfiable expression has: 29 February on one weekday, across a century year. */
const horizonYears = 41;

/**
 * An NCRONTAB expression: `{second} {minute} {hour} {day} {month} {day-of-week}`, or five fields without seconds.
 *
 * As NCrontab reads it: day and day of week must both match, names may be three letters, 0 is Sunday.
 * @returns undefined when the text is no such expression.
 */
export function cronSchedule(text: string): Schedule | undefined {
  const fields = text.trim().split(/\s+/);
  if (fields.length === 5) fields.unshift('0');
  if (fields.length !== 6) return undefined;
  const [second, minute, hour, day, month, weekday] = [
    field(fields[0]!, 0, 59),
    field(fields[1]!, 0, 59),
    field(fields[2]!, 0, 23),
    field(fields[3]!, 1, 31),
    field(fields[4]!, 1, 12, months, 1),
    field(fields[5]!, 0, 6, days, 0),
  ];
  if (!second || !minute || !hour || !day || !month || !weekday) return undefined;
  return {
    next(after) {
      const at = new Date(after);
      at.setMilliseconds(0);
      at.setSeconds(at.getSeconds() + 1);
      const end = at.getFullYear() + horizonYears;
      while (at.getFullYear() < end) {
        if (!month.has(at.getMonth() + 1)) at.setMonth(at.getMonth() + 1, 1);
        else if (!day.has(at.getDate()) || !weekday.has(at.getDay())) at.setDate(at.getDate() + 1);
        else if (!hour.has(at.getHours())) {
          at.setHours(at.getHours() + 1, 0, 0);
          continue;
        } else if (!minute.has(at.getMinutes())) {
          at.setMinutes(at.getMinutes() + 1, 0);
          continue;
        } else if (!second.has(at.getSeconds())) {
          at.setSeconds(at.getSeconds() + 1);
          continue;
        } else return at;
        at.setHours(0, 0, 0);
      }
      return undefined;
    },
  };
}

/** Every so many milliseconds. */
export function intervalSchedule(ms: number): Schedule {
  return { next: (after) => new Date(after.getTime() + ms) };
}

/** The values a field allows: a list of `*`, `a`, `a-b`, each with `/step`. */
function field(
  text: string,
  least: number,
  most: number,
  names: string[] = [],
  firstName = 0,
): Set<number> | undefined {
  const values = new Set<number>();
  const number = (part: string): number => {
    const named = names.findIndex((name) => part.toLowerCase().startsWith(name));
    return named >= 0 ? named + firstName : /^\d+$/.test(part) ? Number(part) : Number.NaN;
  };
  for (const part of text.split(',')) {
    const match = /^(?<range>\*|(?<from>[a-z\d]+)(?:-(?<to>[a-z\d]+))?)(?:\/(?<step>\d+))?$/i.exec(part)?.groups;
    if (!match) return undefined;
    const step = Number(match['step'] ?? 1);
    const from = match['range'] === '*' ? least : number(match['from']!);
    const upper = match['range'] === '*' || (match['to'] === undefined && match['step'] !== undefined);
    const to = upper ? most : number(match['to'] ?? match['from']!);
    if (!(from >= least && to <= most && step > 0)) return undefined;
    // NCrontab turns a range that runs backwards round.
    for (let value = Math.min(from, to); value <= Math.max(from, to); value += step) values.add(value);
  }
  return values;
}
