import type { Span } from './match-regex.ts';
import type { NetRegex } from './net-regex.ts';

/** A part of a text that was found. */
export class NetCapture {
  readonly value: string;
  readonly index: number;

  constructor(text: string, [start, end]: Span) {
    this.value = text.slice(start, end);
    this.index = start;
  }

  get length(): number {
    return this.value.length;
  }

  toNetString(): string {
    return this.value;
  }
}

/** A `CaptureCollection`. */
export class CaptureList {
  readonly items: readonly NetCapture[];
  constructor(items: readonly NetCapture[]) {
    this.items = items;
  }

  toNetString(): string {
    return 'System.Text.RegularExpressions.CaptureCollection';
  }

  toNetItems(): readonly NetCapture[] {
    return this.items;
  }
}

const nowhere: Span = [0, 0];

/** What a group found last, and before that. */
export class NetGroup extends NetCapture {
  static readonly missing = new NetGroup('0', '', []);
  readonly name: string;
  readonly success: boolean;
  readonly captures: CaptureList;

  constructor(name: string, text: string, spans: readonly Span[]) {
    super(text, spans.at(-1) ?? nowhere);
    this.name = name;
    this.success = spans.length > 0;
    this.captures = new CaptureList(spans.map((span) => new NetCapture(text, span)));
  }
}

export class NetMatch extends NetGroup {
  static readonly none = new NetMatch(undefined, '', undefined, new Map(), 0, 0);
  readonly regex: NetRegex | undefined;
  readonly text: string;
  readonly begin: number;
  readonly end: number;
  readonly groups: readonly NetGroup[];

  constructor(
    regex: NetRegex | undefined,
    text: string,
    whole: Span | undefined,
    captures: ReadonlyMap<number, readonly Span[]>,
    begin: number,
    end: number,
  ) {
    super('0', text, whole ? [whole] : []);
    this.regex = regex;
    this.text = text;
    this.begin = begin;
    this.end = end;
    const names = regex?.names ?? [];
    const rest = (regex?.parsed.numbers ?? [0]).slice(1);
    this.groups = [
      this,
      ...rest.map((number, i) => new NetGroup(names[i + 1] as string, text, captures.get(number) ?? [])),
    ];
  }

  /** A group by its number or name; one that found nothing if there is none. */
  group(key: number | string | null): NetGroup {
    const number = typeof key === 'number' ? key : key === null ? undefined : this.regex?.numberOf(key);
    const at = number === undefined ? -1 : (this.regex?.parsed.numbers ?? [0]).indexOf(number);
    return this.groups[at] ?? NetGroup.missing;
  }
}

/** A `GroupCollection`: the groups of a match. */
export class GroupList {
  readonly match: NetMatch;
  constructor(match: NetMatch) {
    this.match = match;
  }

  toNetString(): string {
    return 'System.Text.RegularExpressions.GroupCollection';
  }

  toNetItems(): readonly NetGroup[] {
    return this.match.groups;
  }
}

/** A `MatchCollection`, which seeks as far as it is looked at. */
export class MatchList {
  readonly #found: NetMatch[] = [];
  readonly #rest: Iterator<NetMatch>;

  constructor(matches: Iterator<NetMatch>) {
    this.#rest = matches;
  }

  at(index: number): NetMatch | undefined {
    while (this.#found.length <= index) {
      const { value, done } = this.#rest.next();
      if (done) return undefined;
      this.#found.push(value);
    }
    return this.#found[index];
  }

  toNetString(): string {
    return 'System.Text.RegularExpressions.MatchCollection';
  }

  toNetItems(): readonly NetMatch[] {
    this.at(Infinity);
    return this.#found;
  }
}
