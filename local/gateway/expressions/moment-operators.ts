import type { Operate } from './arithmetic.ts';
import { netType, types, type NetType } from './net-type.ts';
import { ofTicks } from './read-time-span.ts';
import { DateTime, DateTimeOffset, type TimeSpan } from './time.ts';

const date = netType('DateTime');
const offset = netType('DateTimeOffset');
const span = netType('TimeSpan');

interface MomentOperator {
  left: NetType;
  right: NetType;
  type: NetType;
  operate: Operate;
}

const moved = (value: unknown, ticks: bigint) =>
  value instanceof DateTimeOffset
    ? new DateTimeOffset(value.ticks + ticks, value.offsetMinutes)
    : new DateTime((value as DateTime).ticks + ticks, (value as DateTime).kind);
const ticksOf = (value: unknown): bigint =>
  value instanceof DateTimeOffset ? value.utcTicks : (value as DateTime | TimeSpan).ticks;

/** The operators of dates and spans of time; undefined where they have none of that kind. */
export function momentOperator(operator: string, left: NetType, right: NetType): MomentOperator | undefined {
  const isMoment = (type: NetType) => type === date || type === offset;
  if (isMoment(left) && right === span && (operator === '+' || operator === '-')) {
    const sign = operator === '+' ? 1n : -1n;
    return { left, right, type: left, operate: (a, b) => moved(a, sign * (b as TimeSpan).ticks) };
  }
  const both = [left, right];
  if (both.every(isMoment) || both.every((type) => type === span)) {
    // A date meets an offset as one that stands at the local offset.
    const type = both.includes(offset) ? offset : left;
    return pairOperator(operator, type);
  }
  return undefined;
}

function pairOperator(operator: string, type: NetType): MomentOperator | undefined {
  const made = (result: NetType, operate: Operate) => ({ left: type, right: type, type: result, operate });
  switch (operator) {
    case '-':
      return made(span, (a, b) => ofTicks(ticksOf(a) - ticksOf(b)));
    case '+':
      return type === span ? made(span, (a, b) => ofTicks(ticksOf(a) + ticksOf(b))) : undefined;
    case 'u-':
      return type === span ? made(span, (a) => ofTicks(-ticksOf(a))) : undefined;
    case 'u+':
      return type === span ? made(span, (a) => a) : undefined;
    case '<':
      return made(types.bool, (a, b) => ticksOf(a) < ticksOf(b));
    case '>':
      return made(types.bool, (a, b) => ticksOf(a) > ticksOf(b));
    case '<=':
      return made(types.bool, (a, b) => ticksOf(a) <= ticksOf(b));
    case '>=':
      return made(types.bool, (a, b) => ticksOf(a) >= ticksOf(b));
    default:
      return undefined;
  }
}
