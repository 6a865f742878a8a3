import { headerName, Headers, unfitInHead } from './headers.ts';

export interface ResponseHead {
  status: number;
  reason: string;
  headers: Headers;
  keepAlive: boolean;
}

interface ResponseHandler {
  /** `whole` is the body when all of it came with the head. */
  head(head: ResponseHead, whole: Buffer | undefined): void;
  data(chunk: Buffer): void;
  end(): void;
  /** The server asks for the body. */
  continued?(): void;
}

/** An answer that breaks the rules of HTTP/1.1. */
export class MalformedResponseError extends Error {
  override name = 'MalformedResponseError';
}

const maxHead = 64 * 1024;
const maxChunkLine = 1024;
const empty: Buffer = Buffer.alloc(0);
type State = 'head' | 'fixed' | 'chunk-size' | 'chunk-data' | 'chunk-end' | 'trailers' | 'until-close' | 'done';

/** Reads one HTTP/1.1 answer from the bytes of a connection. Throws MalformedResponseError. */
export class ResponseParser {
  readonly #handler: ResponseHandler;
  readonly #method: string;
  #state: State = 'head';
  #kept: Buffer = empty;
  /** A head that waits for the end of the packet it came in: often the whole body is there, too. */
  #waiting: { head: ResponseHead; chunks: Buffer[] } | undefined;
  /** Bytes still to come of a fixed body or of a chunk. */
  #left = 0;

  constructor(method: string, handler: ResponseHandler) {
    this.#method = method;
    this.#handler = handler;
  }

  get isDone(): boolean {
    return this.#state === 'done';
  }

  /** Whether the server has sent anything of its answer. */
  get hasBegun(): boolean {
    return this.#state !== 'head' || this.#kept.length > 0;
  }

  feed(chunk: Buffer): void {
    let rest: Buffer | undefined = this.#kept.length ? Buffer.concat([this.#kept, chunk]) : chunk;
    this.#kept = empty;
    while (rest !== undefined && rest.length > 0 && this.#state !== 'done') rest = this.#step(rest);
    this.#announce();
    if (this.#state === 'done' && rest !== undefined && rest.length > 0)
      throw new MalformedResponseError('the answer goes on after its end');
  }

  /** The connection was closed. */
  close(): void {
    if (this.#state === 'until-close') this.#finish();
    else if (this.#state !== 'done')
      throw new MalformedResponseError('the connection was closed in the middle of the answer');
  }

  #announce(): void {
    const waiting = this.#waiting;
    if (!waiting) return;
    this.#waiting = undefined;
    this.#handler.head(waiting.head, undefined);
    for (const chunk of waiting.chunks) this.#handler.data(chunk);
  }

  #data(chunk: Buffer): void {
    if (this.#waiting) this.#waiting.chunks.push(chunk);
    else this.#handler.data(chunk);
  }

  /** Takes what it can; returns what is left, or undefined when it needs more. */
  #step(bytes: Buffer): Buffer | undefined {
    switch (this.#state) {
      case 'head':
        return this.#readHead(bytes);
      case 'fixed':
      case 'chunk-data':
        return this.#readData(bytes);
      case 'chunk-size':
        return this.#readLine(bytes, (line) => this.#beginChunk(line));
      case 'chunk-end':
        return this.#readLine(bytes, (line) => {
          if (line !== '') throw new MalformedResponseError('a chunk is longer than it says');
          this.#state = 'chunk-size';
        });
      case 'trailers':
        return this.#readLine(bytes, (line) => {
          if (line === '') this.#finish();
        });
      default:
        this.#data(bytes);
        return undefined;
    }
  }

  #readHead(bytes: Buffer): Buffer | undefined {
    const end = bytes.indexOf('\r\n\r\n');
    if (end === -1) {
      if (bytes.length > maxHead) throw new MalformedResponseError('the head of the answer is too long');
      this.#kept = bytes;
      return undefined;
    }
    const lines = bytes.toString('latin1', 0, end).split('\r\n');
    // Control characters, and line ends that are halves, are what some servers write.
    if (lines.some((line) => unfitInHead.test(line)))
      throw new MalformedResponseError('the head of the answer holds control characters');
    const rest = bytes.subarray(end + 4);
    const start = /^HTTP\/1\.([01]) (\d{3})(?: (.*))?$/.exec(lines[0] ?? '');
    if (!start) throw new MalformedResponseError('the answer is no HTTP/1.1');
    const status = Number(start[2]);
    // "100 Continue" and "103 Early Hints" announce the answer; they are not it.
    if (status === 101) throw new MalformedResponseError('nobody asked it to switch protocols');
    if (status === 100) this.#handler.continued?.();
    if (status < 200) return rest;
    const headers = readHeaders(lines);
    const length = this.#frame(status, headers);
    const connection = headers.get('connection')?.toLowerCase() ?? '';
    const keepAlive =
      this.#state !== 'until-close' &&
      (start[1] === '1' ? !connection.includes('close') : connection.includes('keep-alive'));
    const head = { status, reason: start[3] ?? '', headers, keepAlive };
    if (this.#state === 'fixed' && rest.length >= length) {
      this.#state = 'done';
      this.#handler.head(head, rest.subarray(0, length));
      this.#handler.end();
      return rest.subarray(length);
    }
    this.#left = length;
    this.#waiting = { head, chunks: [] };
    return rest;
  }

  /** Sets the state for the body that follows; returns its length where it is fixed. */
  #frame(status: number, headers: Headers): number {
    this.#state = 'fixed';
    if (this.#method === 'HEAD' || status === 204 || status === 304) return 0;
    if (headers.has('transfer-encoding')) {
      headers.delete('content-length');
      const chunked = /(?:^|,)\s*chunked\s*$/i.test(headers.get('transfer-encoding') ?? '');
      this.#state = chunked ? 'chunk-size' : 'until-close';
      return 0;
    }
    const lengths = new Set(headers.values('content-length') ?? []);
    if (lengths.size === 0) {
      this.#state = 'until-close';
      return 0;
    }
    const [length = ''] = lengths;
    if (lengths.size > 1 || !/^\d{1,15}$/.test(length))
      throw new MalformedResponseError('the length of the answer is not clear');
    return Number(length);
  }

  #readData(bytes: Buffer): Buffer | undefined {
    const part = bytes.length > this.#left ? bytes.subarray(0, this.#left) : bytes;
    this.#left -= part.length;
    this.#data(part);
    if (this.#left > 0) return undefined;
    if (this.#state === 'fixed') this.#finish();
    else this.#state = 'chunk-end';
    return bytes.subarray(part.length);
  }

  #readLine(bytes: Buffer, take: (line: string) => void): Buffer | undefined {
    const end = bytes.indexOf('\r\n');
    if (end === -1) {
      if (bytes.length > maxChunkLine) throw new MalformedResponseError('a line of the answer is too long');
      this.#kept = bytes;
      return undefined;
    }
    take(bytes.toString('latin1', 0, end));
    return bytes.subarray(end + 2);
  }

  #beginChunk(line: string): void {
    const size = /^[0-9a-fA-F]{1,12}(?=\s*(?:;|$))/.exec(line)?.[0];
    if (size === undefined) throw new MalformedResponseError('the size of a chunk cannot be read');
    this.#left = Number.parseInt(size, 16);
    this.#state = this.#left === 0 ? 'trailers' : 'chunk-data';
  }

  #finish(): void {
    this.#state = 'done';
    const waiting = this.#waiting;
    this.#waiting = undefined;
    if (waiting) this.#handler.head(waiting.head, Buffer.concat(waiting.chunks));
    this.#handler.end();
  }
}

function readHeaders(lines: readonly string[]): Headers {
  const headers = new Headers();
  for (let i = 1; i < lines.length; i++) {
    const line = lines[i] as string;
    const colon = line.indexOf(':');
    const name = line.slice(0, colon);
    if (colon <= 0 || !headerName.test(name)) throw new MalformedResponseError('a header of the answer cannot be read');
    headers.append(name, line.slice(colon + 1).trim());
  }
  return headers;
}
