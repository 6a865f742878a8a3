import type { Readable } from 'node:stream';
import { ClientGoneError, PolicyError } from './errors.ts';

/** A body held in memory for a policy may be as large as this; what only streams through has no limit. */
const maxBuffered = 100 * 1024 * 1024;

/**
 * The body of a message: a stream that nobody has read, or bytes. Policies that need the bytes wait for `buffer()`;
 * without them the stream goes through as it comes.
 */
export class Body {
  #stream: Readable | undefined;
  #bytes: Buffer | undefined;
  #reading: Promise<void> | undefined;
  #spent = false;

  constructor(content: Readable | Buffer | undefined) {
    if (content === undefined || content instanceof Uint8Array) this.#bytes = content;
    else this.#stream = content;
  }

  get isEmpty(): boolean {
    return this.#stream === undefined && (this.#bytes === undefined || this.#bytes.length === 0);
  }

  get isBuffered(): boolean {
    return this.#stream === undefined;
  }

  /** Whether a stream was handed on, so that nothing is left to send again. */
  get isSpent(): boolean {
    return this.#spent;
  }

  /** The bytes, once buffered; undefined where there is no body. */
  get bytes(): Buffer | undefined {
    return this.#bytes;
  }

  /** The stream, which the caller then owns. Undefined when the body is in memory. */
  takeStream(): Readable | undefined {
    const stream = this.#stream;
    this.#stream = undefined;
    this.#spent = stream !== undefined;
    return stream;
  }

  replace(bytes: Buffer | undefined): void {
    this.discard();
    this.#bytes = bytes;
    this.#spent = false;
  }

  /** Reads a stream that nobody will use, so that its connection is free again. */
  discard(): void {
    const stream = this.takeStream();
    if (!stream) return;
    stream.on('error', ignore);
    stream.resume();
  }

  /** Reads the body into memory. Throws PolicyError when it is too large, ClientGoneError when it breaks off. */
  buffer(): Promise<void> {
    if (!this.#stream) return this.#reading ?? Promise.resolve();
    const stream = this.#stream;
    this.#stream = undefined;
    this.#reading = readAll(stream).then((bytes) => {
      this.#bytes = bytes;
    });
    return this.#reading;
  }
}

/** A body that nobody reads any more may break off. */
function ignore(): void {}

async function readAll(stream: Readable): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      size += chunk.length;
      if (size > maxBuffered) break;
      chunks.push(chunk);
    }
  } catch (error) {
    throw new ClientGoneError('the body broke off', { cause: error });
  }
  if (size > maxBuffered)
    throw new PolicyError(`A policy needs the body, which is larger than ${maxBuffered} bytes.`, {
      source: 'gateway',
      reason: 'BodyTooLarge',
      status: 413,
    });
  return Buffer.concat(chunks, size);
}
