import type { HttpRequest } from '@azure/functions';
import { ProblemError } from '../shared/contract/errors.ts';

const maxBytes = 64 * 1024;
const maxDepth = 32;
const utf8 = new TextDecoder('utf-8', { fatal: true });

/** The body's bytes. Stops reading at 64 KiB. @throws {ProblemError} body-too-large */
export async function readBody(request: HttpRequest): Promise<Buffer> {
  if (Number(request.headers.get('content-length')) > maxBytes) throw tooLarge();
  if (!request.body) return Buffer.alloc(0);
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of request.body as ReadableStream<Uint8Array>) {
    size += chunk.byteLength;
    // Leaving the loop cancels the stream, so the rest is never read.
    if (size > maxBytes) throw tooLarge();
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/**
 * A JSON body; undefined when there is none.
 * @throws {ProblemError} unsupported-media-type, malformed-body
 */
export function parseJson(bytes: Buffer, headers: Headers): unknown {
  if (bytes.length === 0) return undefined;
  requireJson(headers);
  let text: string;
  try {
    text = utf8.decode(bytes);
  } catch (cause) {
    throw new ProblemError('malformed-body', { detail: 'The body is not valid UTF-8.', cause });
  }
  if (depthOf(text) > maxDepth) {
    throw new ProblemError('malformed-body', { detail: `The body is nested deeper than ${maxDepth} levels.` });
  }
  try {
    return JSON.parse(text) as unknown;
  } catch (cause) {
    throw new ProblemError('malformed-body', { detail: 'The body is not valid JSON.', cause });
  }
}

function requireJson(headers: Headers): void {
  const encoding = headers.get('content-encoding');
  if (encoding && encoding.toLowerCase() !== 'identity') {
    throw new ProblemError('unsupported-media-type', { detail: 'Send the body without a content encoding.' });
  }
  const type = (headers.get('content-type') ?? '').trim();
  if (!/^application\/json(?:\s*;\s*charset\s*=\s*"?utf-8"?)?\s*;?$/i.test(type)) {
    throw new ProblemError('unsupported-media-type', { detail: 'Send the body as application/json in UTF-8.' });
  }
}

// Counted before parsing, so that what walks the parsed value can recurse without care.
function depthOf(text: string): number {
  let depth = 0;
  let deepest = 0;
  for (const [token] of text.matchAll(/"(?:[^"\\]|\\.)*"|[[\]{}]/g)) {
    if (token === '[' || token === '{') deepest = Math.max(deepest, ++depth);
    else if (token === ']' || token === '}') depth--;
  }
  return deepest;
}

function tooLarge(): ProblemError {
  return new ProblemError('body-too-large', { detail: `The body is larger than ${maxBytes} bytes.` });
}
