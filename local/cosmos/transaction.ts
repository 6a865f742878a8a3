import type { StoredDocument } from './container.ts';

/** Changes of one request to one container: all of them are kept and journalled as one line, or none. */
export class Transaction {
  /** Every document that a transaction writes gets the same sequence number. */
  readonly lsn: number;
  readonly records: string[] = [];
  readonly written: StoredDocument[] = [];
  private readonly undoing: (() => void)[] = [];

  constructor(lsn: number) {
    this.lsn = lsn;
  }

  change(record: string, undo: () => void): void {
    this.records.push(record);
    this.undoing.push(undo);
  }

  rollBack(): void {
    for (const undo of this.undoing.reverse()) undo();
    this.records.length = 0;
    this.written.length = 0;
  }
}
