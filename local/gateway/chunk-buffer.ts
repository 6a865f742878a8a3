import { Transform, pipeline, type Readable, type TransformCallback } from 'node:stream';

const enough = 8 * 1024;

/** Holds small chunks back until there are 8 KB of them, or the end. */
class ChunkBuffer extends Transform {
  #held: Buffer[] = [];
  #size = 0;

  override _transform(chunk: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    this.#held.push(chunk);
    this.#size += chunk.length;
    if (this.#size >= enough) this.#release();
    done();
  }

  override _flush(done: TransformCallback): void {
    this.#release();
    done();
  }

  #release(): void {
    if (this.#size > 0) this.push(this.#held.length === 1 ? this.#held[0] : Buffer.concat(this.#held, this.#size));
    this.#held = [];
    this.#size = 0;
  }
}

/** What `buffer-response` does to an answer that comes in chunks: those who read it get 8 KB at a time. */
export function bufferChunks(source: Readable): Readable {
  const buffered = new ChunkBuffer();
  // Whoever reads the answer learns of what breaks it off.
  pipeline(source, buffered, () => {});
  return buffered;
}
