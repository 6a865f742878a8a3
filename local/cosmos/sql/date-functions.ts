import type { Value } from '../json.ts';

const unitMs: Record<string, number> = {
  day: 86_400_000,
  dd: 86_400_000,
  d: 86_400_000,
  hour: 3_600_000,
  hh: 3_600_000,
  minute: 60_000,
  mi: 60_000,
  n: 60_000,
  second: 1000,
  ss: 1000,
  s: 1000,
  millisecond: 1,
  ms: 1,
};

/** An ISO 8601 date as milliseconds; undefined for anything else. */
function instant(value: Value): number | undefined {
  if (typeof value !== 'string' || !/^\d{4}-\d{2}-\d{2}/.test(value)) return undefined;
  const at = Date.parse(value);
  return Number.isNaN(at) ? undefined : at;
}

/** The service writes seven digits of a second. */
const written = (ms: number) => new Date(ms).toISOString().replace('Z', '0000Z');

const years = new Set(['year', 'yyyy', 'yy']);
const months = new Set(['month', 'mm', 'm']);

function add(part: Value, count: Value, date: Value): Value {
  const at = instant(date);
  if (at === undefined || typeof part !== 'string' || typeof count !== 'number') return undefined;
  const unit = unitMs[part];
  if (unit) return written(at + count * unit);
  const moved = new Date(at);
  if (years.has(part)) moved.setUTCFullYear(moved.getUTCFullYear() + count);
  else if (months.has(part)) moved.setUTCMonth(moved.getUTCMonth() + count);
  else return undefined;
  return written(moved.getTime());
}

function difference(part: Value, from: Value, to: Value): Value {
  const [a, b] = [instant(from), instant(to)];
  if (a === undefined || b === undefined || typeof part !== 'string') return undefined;
  const unit = unitMs[part];
  if (unit) return Math.floor(b / unit) - Math.floor(a / unit);
  const [x, y] = [new Date(a), new Date(b)];
  const wholeYears = y.getUTCFullYear() - x.getUTCFullYear();
  if (years.has(part)) return wholeYears;
  return months.has(part) ? wholeYears * 12 + y.getUTCMonth() - x.getUTCMonth() : undefined;
}

function part(name: Value, date: Value): Value {
  const at = instant(date);
  if (at === undefined || typeof name !== 'string') return undefined;
  const moment = new Date(at);
  if (years.has(name)) return moment.getUTCFullYear();
  if (months.has(name)) return moment.getUTCMonth() + 1;
  if (name === 'weekday' || name === 'dw') return moment.getUTCDay() + 1;
  const unit = unitMs[name];
  if (unit === 86_400_000) return moment.getUTCDate();
  if (unit === 3_600_000) return moment.getUTCHours();
  if (unit === 60_000) return moment.getUTCMinutes();
  if (unit === 1000) return moment.getUTCSeconds();
  return unit ? moment.getUTCMilliseconds() : undefined;
}

const dated = (work: (at: number) => Value) => (date: Value) => {
  const at = instant(date);
  return at === undefined ? undefined : work(at);
};
const counted = (work: (count: number) => Value) => (count: Value) =>
  typeof count === 'number' ? work(count) : undefined;

export const dateFunctions = {
  GETCURRENTDATETIME: () => written(Date.now()),
  GETCURRENTTIMESTAMP: () => Date.now(),
  DATETIMEADD: add,
  DATETIMEDIFF: difference,
  DATETIMEPART: part,
  DATETIMETOTIMESTAMP: dated((at) => at),
  TIMESTAMPTODATETIME: counted((ms) => written(ms)),
};
