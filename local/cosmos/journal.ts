import {
  closeSync,
  createReadStream,
  mkdirSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
  truncateSync,
  writeSync,
} from 'node:fs';
import path from 'node:path';
import type { Json } from './json.ts';

type Record = Json[];

interface JournalOptions {
  directory: string;
  /** Called for every record read back, in order. */
  apply: (record: Record) => void;
  /** All records that would rebuild the present state: what a compaction writes. */
  records: () => Iterable<string>;
  /** Compact when the segments written since the last compaction hold this much, and more than the snapshot itself. */
  compactAfterBytes: number;
}

/**
 * An append-only journal: one line is one transaction, a JSON array of records. `append` collects; everything collected
 * in one turn of the event loop goes to the file in one write, and `flushed` tells when. What was flushed survives the
 * death of the process (not of the machine: it is left to the system when pages reach the disk).
 *
 * Files: `snapshot-N` holds the state before segment N; `segment-N` and later ones hold what came after.
 */
export class Journal {
  private readonly options: JournalOptions;
  private segment = 0;
  private file = -1;
  private bytes = 0;
  private snapshotBytes = 0;
  private pending: string[] = [];
  private flush: Promise<void> | undefined;
  private compaction: Promise<void> | undefined;

  private constructor(options: JournalOptions) {
    this.options = options;
  }

  /** Reads back what is there. A last line without its end was never acknowledged, and is cut off. */
  static async open(options: JournalOptions): Promise<Journal> {
    const journal = new Journal(options);
    await journal.recover();
    return journal;
  }

  append(records: readonly string[]): void {
    this.pending.push(`[${records.join(',')}]\n`);
    this.flush ??= new Promise((resolve) => {
      setImmediate(() => {
        this.flush = undefined;
        this.writePending();
        resolve();
      });
    });
  }

  /** Undefined when there is nothing to wait for, which spares the turn. */
  flushed(): Promise<void> | undefined {
    return this.flush;
  }

  async close(): Promise<void> {
    await this.flush;
    await this.compaction;
    closeSync(this.file);
  }

  private async recover(): Promise<void> {
    const { directory } = this.options;
    mkdirSync(directory, { recursive: true });
    const numbers = (kind: string) =>
      readdirSync(directory)
        .filter((name) => new RegExp(`^${kind}-\\d+$`).test(name))
        .map((name) => Number(name.split('-')[1]))
        .sort((a, b) => a - b);
    const snapshot = numbers('snapshot').at(-1) ?? 0;
    if (snapshot) this.snapshotBytes = await this.replay(`snapshot-${snapshot}`, false);
    const segments = numbers('segment').filter((number) => number >= snapshot);
    for (const number of segments) this.bytes += await this.replay(`segment-${number}`, number === segments.at(-1));
    this.segment = segments.at(-1) ?? snapshot;
    this.removeBefore(snapshot);
    this.file = openSync(this.path(`segment-${this.segment}`), 'a');
  }

  private async replay(name: string, mayBeTorn: boolean): Promise<number> {
    const file = this.path(name);
    let rest = Buffer.alloc(0);
    let good = 0;
    for await (const chunk of createReadStream(file, { highWaterMark: 1 << 20 })) {
      const data = Buffer.concat([rest, chunk as Buffer]);
      let start = 0;
      for (let end = data.indexOf('\n'); end !== -1; end = data.indexOf('\n', start)) {
        for (const record of parsed(data.toString('utf8', start, end), name)) this.options.apply(record);
        start = end + 1;
      }
      good += start;
      rest = data.subarray(start);
    }
    if (rest.length && !mayBeTorn) throw new Error(`the journal ${name} ends in the middle of a line`);
    if (rest.length) truncateSync(file, good);
    return good;
  }

  /** Fails the process rather than answering for what is not on file. */
  private writePending(): void {
    const data = Buffer.from(this.pending.join(''));
    this.pending = [];
    for (let at = 0; at < data.length;) at += writeSync(this.file, data, at);
    this.bytes += data.length;
    if (this.bytes > Math.max(this.options.compactAfterBytes, this.snapshotBytes)) this.startCompaction();
  }

  private startCompaction(): void {
    this.compaction ??= this.compact().then(() => {
      this.compaction = undefined;
    });
  }

  /** New writes go to a new segment, so the snapshot may be taken in pieces while they happen. */
  private async compact(): Promise<void> {
    const number = this.segment + 1;
    const next = openSync(this.path(`segment-${number}`), 'a');
    closeSync(this.file);
    [this.file, this.segment, this.bytes] = [next, number, 0];
    const draft = openSync(this.path('snapshot.draft'), 'w');
    let [chunk, size] = ['', 0];
    const write = () => {
      const data = Buffer.from(chunk);
      for (let at = 0; at < data.length;) at += writeSync(draft, data, at);
      size += data.length;
      chunk = '';
    };
    for (const record of this.options.records()) {
      chunk += `[${record}]\n`;
      if (chunk.length < 1 << 20) continue;
      write();
      await new Promise((resolve) => setImmediate(resolve));
    }
    write();
    closeSync(draft);
    renameSync(this.path('snapshot.draft'), this.path(`snapshot-${number}`));
    this.snapshotBytes = size;
    this.removeBefore(number);
  }

  private removeBefore(number: number): void {
    for (const name of readdirSync(this.options.directory))
      if (/^(snapshot|segment)-\d+$/.test(name) && Number(name.split('-')[1]) < number) rmSync(this.path(name));
  }

  private path(name: string): string {
    return path.join(this.options.directory, name);
  }
}

function parsed(line: string, name: string): Record[] {
  try {
    return JSON.parse(line) as Record[];
  } catch (error) {
    throw new Error(`the journal ${name} is damaged: ${line.slice(0, 80)}`, { cause: error });
  }
}
