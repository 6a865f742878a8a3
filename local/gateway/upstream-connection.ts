import type { Socket } from 'node:net';
import { Readable } from 'node:stream';
import { MalformedResponseError, ResponseParser, type ResponseHead } from './response-parser.ts';

export interface ConnectionRequest {
  method: string;
  head: string;
  body: Buffer | Readable | undefined;
  /** Whether a streamed body goes out in chunks, for want of a length. */
  chunked: boolean;
  /** Milliseconds that the body waits for "100 Continue"; undefined for one that does not. */
  continueTimeout: number | undefined;
}

export interface ConnectionAnswer extends ResponseHead {
  body: Buffer | Readable;
}

/** The server closed the connection before it began to answer. */
export class ClosedEarlyError extends Error {
  override name = 'ClosedEarlyError';
}

/** The server did not ask for the body in time. */
export class ContinueTimeoutError extends Error {
  override name = 'ContinueTimeoutError';
}

/** One connection to a backend: one request at a time, kept open in between. */
export class UpstreamConnection {
  readonly #socket: Socket;
  readonly #released: (connection: UpstreamConnection) => void;
  #parser: ResponseParser | undefined;
  #settle: { resolve: (answer: ConnectionAnswer) => void; reject: (error: Error) => void } | undefined;
  #body: Readable | undefined;
  #reusable = false;
  #sent = true;
  /** A body that the server has not asked for yet. */
  #held: { send: () => void; drop: () => void } | undefined;
  /** Whether it carried a request before: then the server may have closed it by now. */
  used = false;

  /** `released` is told when the answer has been read and another request may follow. */
  constructor(socket: Socket, released: (connection: UpstreamConnection) => void) {
    this.#released = released;
    this.#socket = socket;
    this.#socket.on('data', (chunk: Buffer) => this.#receive(chunk));
    this.#socket.on('error', (error) => this.#fail(error));
    this.#socket.on('close', () => this.#closed());
  }

  get isOpen(): boolean {
    return !this.#socket.destroyed && this.#socket.writable;
  }

  /** Whether the backend has taken all there is of a body, and the rest has not come. */
  get awaitsBody(): boolean {
    return !this.#sent && !this.#held && !this.#socket.writableNeedDrain;
  }

  /** An idle connection keeps the process from ending no longer than anything else. */
  rest(): void {
    this.#socket.unref();
  }

  destroy(error?: Error): void {
    this.#socket.destroy(error);
  }

  /** Resolves when the head of the answer is there. */
  send(request: ConnectionRequest): Promise<ConnectionAnswer> {
    this.#socket.ref();
    this.#reusable = false;
    return new Promise((resolve, reject) => {
      this.#settle = { resolve, reject };
      this.#parser = new ResponseParser(request.method, {
        head: (head, whole) => this.#begin(head, whole),
        data: (chunk) => this.#push(chunk),
        end: () => this.#end(),
        continued: () => this.#held?.send(),
      });
      const { head, body } = request;
      if (request.continueTimeout !== undefined && body !== undefined) {
        this.#hold(request, body, request.continueTimeout);
        return;
      }
      this.#sent = !(body instanceof Readable);
      if (body instanceof Readable) {
        this.#socket.write(head, 'latin1');
        this.#stream(body, request.chunked);
      } else if (body === undefined) this.#socket.write(head, 'latin1');
      else {
        this.#socket.cork();
        this.#socket.write(head, 'latin1');
        this.#socket.write(body);
        this.#socket.uncork();
      }
    });
  }

  /** Sends the head, and the body when the server asks for it. */
  #hold(request: ConnectionRequest, body: Buffer | Readable, timeout: number): void {
    this.#sent = false;
    this.#socket.write(request.head, 'latin1');
    const late = () => this.#fail(new ContinueTimeoutError(`no "100 Continue" within ${timeout / 1000} s`));
    const timer = setTimeout(late, timeout);
    const release = () => {
      clearTimeout(timer);
      this.#held = undefined;
    };
    this.#held = {
      send: () => {
        release();
        if (body instanceof Readable) return this.#stream(body, request.chunked);
        this.#socket.write(body);
        this.#sent = true;
        return undefined;
      },
      drop: () => {
        release();
        if (body instanceof Readable) body.resume();
      },
    };
  }

  #stream(body: Readable, chunked: boolean): void {
    const socket = this.#socket;
    body.on('data', (chunk: Buffer) => {
      if (chunked) socket.write(`${chunk.length.toString(16)}\r\n`, 'latin1');
      const flowing = socket.write(chunk);
      if (chunked) socket.write('\r\n', 'latin1');
      if (flowing) return;
      body.pause();
      socket.once('drain', () => body.resume());
    });
    body.on('end', () => {
      this.#sent = true;
      if (chunked) socket.write('0\r\n\r\n', 'latin1');
      this.#release();
    });
    body.on('error', (error) => this.#fail(error));
    body.on('close', () => {
      if (!this.#sent) this.#fail(new Error('the body broke off'));
    });
  }

  #receive(chunk: Buffer): void {
    try {
      if (!this.#parser || this.#parser.isDone) throw new MalformedResponseError('the backend speaks unasked');
      this.#parser.feed(chunk);
    } catch (error) {
      this.#fail(error as Error);
    }
  }

  #begin(head: ResponseHead, whole: Buffer | undefined): void {
    this.#reusable = head.keepAlive;
    this.#held?.drop();
    const settle = this.#settle;
    this.#settle = undefined;
    if (whole === undefined) {
      this.#body = new Readable({
        read: () => this.#socket.resume(),
        destroy: (error, done) => {
          // Whoever gives up the body in the middle gives up the connection.
          if (this.#body !== undefined) this.#socket.destroy();
          done(error);
        },
      });
    }
    settle?.resolve({ ...head, body: whole ?? (this.#body as Readable) });
  }

  #push(chunk: Buffer): void {
    if (this.#body && !this.#body.push(chunk)) this.#socket.pause();
  }

  #end(): void {
    const body = this.#body;
    this.#body = undefined;
    body?.push(null);
    this.#release();
  }

  /** Free again once the answer is read and the request is sent. */
  #release(): void {
    if (!this.#parser?.isDone) return;
    if (!this.#reusable || !this.#sent) {
      this.#socket.destroy();
      return;
    }
    this.used = true;
    this.#socket.resume();
    this.#released(this);
  }

  #closed(): void {
    const parser = this.#parser;
    if (!parser || parser.isDone) return;
    try {
      if (this.#settle && !parser.hasBegun)
        throw new ClosedEarlyError('the backend closed the connection without an answer');
      parser.close();
    } catch (error) {
      this.#fail(error as Error);
    }
  }

  #fail(error: Error): void {
    const begun = this.#parser?.hasBegun ?? false;
    this.#held?.drop();
    const settle = this.#settle;
    this.#settle = undefined;
    settle?.reject(begun || !isReset(error) ? error : new ClosedEarlyError(error.message, { cause: error }));
    const body = this.#body;
    this.#body = undefined;
    body?.destroy(error);
    this.#socket.destroy();
  }
}

function isReset(error: Error): boolean {
  const { code } = error as NodeJS.ErrnoException;
  return code === 'ECONNRESET' || code === 'EPIPE' || error instanceof ClosedEarlyError;
}
