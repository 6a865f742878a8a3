import { closeSync, ftruncateSync, mkdirSync, openSync, readSync, renameSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { crc32 } from 'node:zlib';

/** Length and checksum of a block, and the length of a record in it. */
const blockHead = 8;
const recordHead = 4;
const chunk = 4 * 1024 * 1024;

/**
 * An append-only file. What is appended between two commits is one block with one checksum: after a crash it is there
 * as a whole or not at all. What `commit` wrote is in the system's page cache, so it survives the death of the
 * process, though not of the machine: a local server needs no more.
 */
export class Journal {
  readonly #path: string | undefined;
  #file: number | undefined;
  #pending = Buffer.allocUnsafe(256 * 1024);
  #length = blockHead;
  /** Bytes in the file. */
  size = 0;

  /** Without a path nothing is written. */
  constructor(path: string | undefined) {
    this.#path = path;
  }

  /** Opens the file and hands over each record in it. A block cut short by a crash ends it: nobody was told of it. */
  open(replay: (record: Buffer) => void): void {
    if (this.#path === undefined) return;
    mkdirSync(dirname(this.#path), { recursive: true });
    this.#file = openSync(this.#path, 'a+');
    let rest = Buffer.alloc(0);
    for (;;) {
      const more = Buffer.allocUnsafe(chunk);
      const read = readSync(this.#file, more, 0, chunk, this.size + rest.length);
      const bytes = rest.length ? Buffer.concat([rest, more.subarray(0, read)]) : more.subarray(0, read);
      const used = replayWhole(bytes, replay);
      this.size += used;
      rest = bytes.subarray(used);
      if (read === 0) break;
    }
    ftruncateSync(this.#file, this.size);
  }

  /** Adds a record to the next commit; `write` fills the space it is given. */
  append(length: number, write: (record: Buffer) => void): void {
    if (this.#path === undefined) return;
    const needed = this.#length + recordHead + length;
    if (needed > this.#pending.length) {
      const bigger = Buffer.allocUnsafe(Math.max(needed, this.#pending.length * 2));
      this.#pending.copy(bigger, 0, 0, this.#length);
      this.#pending = bigger;
    }
    this.#pending.writeUInt32BE(length, this.#length);
    write(this.#pending.subarray(this.#length + recordHead, needed));
    this.#length = needed;
  }

  /** Writes what was appended. @throws when the disk does not take it; nothing may then be acknowledged. */
  commit(): void {
    if (this.#file === undefined || this.#length === blockHead) return;
    this.#pending.writeUInt32BE(this.#length - blockHead, 0);
    this.#pending.writeUInt32BE(crc32(this.#pending.subarray(blockHead, this.#length)), 4);
    for (let at = 0; at < this.#length;) at += writeSync(this.#file, this.#pending, at, this.#length - at);
    this.size += this.#length;
    this.#length = blockHead;
    if (this.#pending.length > chunk) this.#pending = Buffer.allocUnsafe(256 * 1024);
  }

  /** Replaces the file, all at once, by what `write` appends, which makes anything waiting for a commit needless. */
  rewrite(write: () => void): void {
    if (this.#path === undefined || this.#file === undefined) return;
    const old = this.#file;
    const next = `${this.#path}.next`;
    this.#file = openSync(next, 'w+');
    this.size = 0;
    this.#length = blockHead;
    write();
    this.commit();
    renameSync(next, this.#path);
    closeSync(old);
  }

  /** Appended records reach the file now and then during a `rewrite`, so that it needs no memory for all of it. */
  relieve(): void {
    if (this.#length > chunk) this.commit();
  }

  close(): void {
    this.commit();
    if (this.#file !== undefined) closeSync(this.#file);
    this.#file = undefined;
  }
}

/** Returns how many bytes were whole, sound blocks. */
function replayWhole(bytes: Buffer, replay: (record: Buffer) => void): number {
  let start = 0;
  while (start + blockHead <= bytes.length) {
    const end = start + blockHead + bytes.readUInt32BE(start);
    if (end > bytes.length || crc32(bytes.subarray(start + blockHead, end)) !== bytes.readUInt32BE(start + 4)) break;
    for (let at = start + blockHead; at < end;) {
      const next = at + recordHead + bytes.readUInt32BE(at);
      replay(bytes.subarray(at + recordHead, next));
      at = next;
    }
    start = end;
  }
  return start;
}
