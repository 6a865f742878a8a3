/** .NET's clock counts 100 ns ticks from the year 1. */
export const ticksPerMillisecond = 10_000n;
export const unixEpochTicks = 621_355_968_000_000_000n;
/** The last tick of the year 9999. */
export const maxTicks = 3_155_378_975_999_999_999n;

export type DateKind = 'Unspecified' | 'Utc' | 'Local';

/** A .NET `DateTime`. Local time is UTC, as it is in API Management. */
export class DateTime {
  readonly ticks: bigint;
  readonly kind: DateKind;
  constructor(ticks: bigint, kind: DateKind = 'Unspecified') {
    if (ticks < 0n || ticks > maxTicks)
      throw new RangeError('The added or subtracted value results in an un-representable DateTime.');
    this.ticks = ticks;
    this.kind = kind;
  }

  static fromMilliseconds(milliseconds: number, kind: DateKind = 'Utc'): DateTime {
    return new DateTime(unixEpochTicks + BigInt(Math.round(milliseconds * 1000)) * 10n, kind);
  }

  /** The same moment as a JavaScript Date; parts below a millisecond are dropped. */
  toDate(): Date {
    const ticks = this.ticks - unixEpochTicks;
    const whole = ticks / ticksPerMillisecond;
    return new Date(Number(ticks < 0n && ticks % ticksPerMillisecond !== 0n ? whole - 1n : whole));
  }
}

/** A .NET `DateTimeOffset`. */
export class DateTimeOffset {
  /** The local time at `offsetMinutes`. */
  readonly ticks: bigint;
  readonly offsetMinutes: number;
  constructor(ticks: bigint, offsetMinutes: number) {
    if (ticks < 0n || ticks > maxTicks)
      throw new RangeError('The added or subtracted value results in an un-representable DateTime.');
    this.ticks = ticks;
    this.offsetMinutes = offsetMinutes;
  }

  get utcTicks(): bigint {
    return this.ticks - BigInt(this.offsetMinutes) * 60_000n * ticksPerMillisecond;
  }
}

/** A .NET `TimeSpan`. */
export class TimeSpan {
  readonly ticks: bigint;
  constructor(ticks: bigint) {
    this.ticks = ticks;
  }

  static fromMilliseconds(milliseconds: number): TimeSpan {
    return new TimeSpan(BigInt(Math.round(milliseconds * 10_000)));
  }

  get milliseconds(): number {
    return Number(this.ticks) / 10_000;
  }
}

export class Guid {
  readonly text: string;
  constructor(text: string) {
    this.text = text.toLowerCase();
  }
}

/** A member of a .NET enumeration; flags combine by their numbers. */
export class EnumValue {
  readonly type: string;
  readonly name: string;
  readonly value: number;
  constructor(type: string, name: string, value: number) {
    this.type = type;
    this.name = name;
    this.value = value;
  }
}

/** An entry of a dictionary. */
export class KeyValuePair {
  readonly key: unknown;
  readonly value: unknown;
  constructor(key: unknown, value: unknown) {
    this.key = key;
    this.value = value;
  }
}
