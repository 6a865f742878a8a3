import type { Readable } from 'node:stream';
import { ClientGoneError, ClientStalledError, PolicyError } from './errors.ts';

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
  readonly #patience: number | undefined;

  /** `patience` in milliseconds: how long a client may send nothing while its body is read. */
  constructor(content: Readable | Buffer | undefined, patience?: number) {
    this.#patience = patience;
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

  /** Reads the body into memory. Throws PolicyError, ClientGoneError, ClientStalledError. */
  buffer(): Promise<void> {
    if (!this.#stream) return this.#reading ?? Promise.resolve();
    const stream = this.#stream;
    this.#stream = undefined;
    this.#reading = readAll(stream, this.#patience).then((bytes) => {
      this.#bytes = bytes;
    });
    return this.#reading;
  }
}

/** Only clients are waited for with patience: any other body is a backend's. */
function brokenAnswer(cause: unknown): PolicyError {
  return new PolicyError('Error occurred while calling backend service: the answer broke off.', {
    source: 'forward-request',
    reason: 'BackendConnectionFailure',
    cause,
  });
}

/** A body that nobody reads any more may break off. */
function ignore(): void {}

async function readAll(stream: Readable, patience: number | undefined): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  const stalled = Promise.withResolvers<never>();
  const watch =
    patience === undefined
      ? undefined
      : setTimeout(() => stalled.reject(new ClientStalledError('the body does not come')), patience);
  const read = async () => {
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      watch?.refresh();
      size += chunk.length;
      if (size > maxBuffered) break;
      chunks.push(chunk);
    }
  };
  try {
    await Promise.race([read(), stalled.promise]);
  } catch (error) {
    if (error instanceof ClientStalledError) throw error;
    throw patience === undefined ? brokenAnswer(error) : new ClientGoneError('the body broke off', { cause: error });
  } finally {
    clearTimeout(watch);
  }
  if (size > maxBuffered)
    throw new PolicyError(`A policy needs the body, which is larger than ${maxBuffered} bytes.`, {
      source: 'gateway',
      reason: 'BodyTooLarge',
      status: 413,
    });
  return Buffer.concat(chunks, size);
}
