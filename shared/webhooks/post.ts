import dns from 'node:dns';
import http from 'node:http';
import https from 'node:https';
import type { LookupFunction } from 'node:net';
import { guardedLookup, type AddressGuard } from './address-guard.ts';
import type { Attempt } from './delivery.ts';
import { checkLiteral } from './target.ts';

export interface Posted {
  attempt: Attempt;
  /** How long the answer asks to wait, in milliseconds; 0 when it does not. */
  retryAfterMs: number;
}

/** Posts one body to a partner's URL. Never rejects: whatever goes wrong is part of the attempt. */
export type Post = (url: string, headers: Record<string, string>, body: string) => Promise<Posted>;

const timeoutMs = 15_000;
/** Kept of an answer, in characters. */
const keptResponse = 1000;
/** Read of an answer before the connection is cut, in bytes. */
const readResponse = 16_384;
/** What Node.js adds to a certificate it does not trust is for who runs it: the partner reads this message. */
const localAdvice = /; if the root CA is installed locally, try running Node\.js with .*$/s;
const longestRetryAfterMs = 24 * 3_600_000;

/**
 * Posts over connections that are kept alive, to permitted addresses only. Redirects are answers like any other, so
 * they lead nowhere.
 */
export function guardedPost(
  guard: AddressGuard,
  now: () => number,
  lookup: LookupFunction = dns.lookup,
): { post: Post; close: () => void } {
  const options = { maxSockets: 64, timeout: timeoutMs, lookup: guardedLookup(guard, lookup) };
  const agentsOf = (keepAlive: boolean) => ({
    'http:': new http.Agent({ ...options, keepAlive }),
    'https:': new https.Agent({ ...options, keepAlive }),
  });
  const kept = agentsOf(true);
  const fresh = agentsOf(false);

  const post: Post = async (url, headers, body) => {
    const began = now();
    const attempt = (outcome: Pick<Attempt, 'status' | 'error' | 'response'>): Attempt => {
      return { at: new Date(began).toISOString(), milliseconds: now() - began, ...outcome };
    };
    try {
      const target = new URL(url);
      checkLiteral(target, guard);
      // The whole exchange has one limit: an endpoint that trickles bytes must not hold a session.
      const signal = AbortSignal.timeout(timeoutMs);
      const answer = await send(target, headers, body, signal, kept);
      return {
        attempt: attempt({ status: answer.status, error: null, response: answer.text.slice(0, keptResponse) }),
        retryAfterMs: retryAfter(answer.retryAfter, now()),
      };
    } catch (error) {
      // The name in a certificate is the partner's to choose, and ends up in the message.
      const message = (error as Error).message.replace(localAdvice, '').slice(0, keptResponse);
      return { attempt: attempt({ status: null, error: message, response: null }), retryAfterMs: 0 };
    }
  };

  function send(
    target: URL,
    headers: Record<string, string>,
    body: string,
    signal: AbortSignal,
    agents: typeof kept,
  ): Promise<Answer> {
    const protocol = target.protocol === 'http:' ? 'http:' : 'https:';
    const request = (protocol === 'http:' ? http : https).request(target, {
      method: 'POST',
      agent: agents[protocol],
      headers: { ...headers, 'content-length': Buffer.byteLength(body) },
      signal,
    });
    return new Promise<Answer>((resolve, reject) => {
      let answering = false;
      request.once('error', (error: NodeJS.ErrnoException) => {
        const closed = error.code === 'ECONNRESET' || error.code === 'EPIPE';
        // The endpoint closed a kept connection just as this was sent: that is no answer of the endpoint's.
        if (closed && request.reusedSocket && !answering) resolve(send(target, headers, body, signal, fresh));
        else reject(error.name === 'TimeoutError' || error.name === 'AbortError' ? timedOut(error) : error);
      });
      // Neither answer nor error to Node.js, which would leave this waiting for good.
      request.once('upgrade', (response, socket) => {
        socket.destroy();
        resolve({ status: response.statusCode ?? 0, text: '', retryAfter: undefined });
      });
      request.once('response', (response) => {
        answering = true;
        const chunks: Buffer[] = [];
        let size = 0;
        const done = () => {
          const text = Buffer.concat(chunks).toString('utf8');
          resolve({ status: response.statusCode ?? 0, text, retryAfter: response.headers['retry-after'] });
        };
        response.on('data', (chunk: Buffer) => {
          chunks.push(chunk);
          size += chunk.length;
          if (size < readResponse) return;
          done();
          request.destroy();
        });
        response.once('end', done);
        response.once('error', reject);
      });
      request.end(body);
    });
  }

  return {
    post,
    close: () => [kept, fresh].flatMap((agents) => Object.values(agents)).forEach((agent) => agent.destroy()),
  };
}

interface Answer {
  status: number;
  text: string;
  retryAfter: string | undefined;
}

function timedOut(cause: Error): Error {
  return new Error(`no complete answer within ${timeoutMs / 1000} s`, { cause });
}

/** Reads a `Retry-After` header: seconds, or a date. In milliseconds, at most a day. */
function retryAfter(header: string | undefined, now: number): number {
  if (header === undefined) return 0;
  const wait = /^[0-9]+$/.test(header.trim()) ? Number(header) * 1000 : Date.parse(header) - now;
  return wait > 0 ? Math.min(wait, longestRetryAfterMs) : 0;
}
