import type { IncomingMessage } from 'node:http';
import { ProblemError } from '../../shared/contract/errors.ts';

const maxBytes = 65_536;
const maxDepth = 32;

/** Reads at most 64 KiB. */
export async function readBody(request: IncomingMessage): Promise<Buffer> {
  const tooLarge = new ProblemError('body-too-large', { detail: `The body is larger than ${maxBytes} bytes.` });
  if (Number(request.headers['content-length'] ?? 0) > maxBytes) throw tooLarge;
  const chunks: Buffer[] = [];
  let size = 0;
  return new Promise((resolve, reject) => {
    request.on('data', (chunk: Buffer) => {
      size += chunk.length;
      // The rest flows by unread and unkept: hanging up on a client that still sends would lose it the answer.
      if (size > maxBytes) reject(tooLarge);
      else chunks.push(chunk);
    });
    request.on('end', () => resolve(Buffer.concat(chunks)));
    request.on('error', reject);
  });
}

/** The body as JSON; undefined when it is empty. */
export function parseBody(body: Buffer, headers: IncomingMessage['headers']): unknown {
  if (body.length === 0) return undefined;
  if ((headers['content-encoding'] ?? 'identity').toLowerCase() !== 'identity') {
    throw new ProblemError('unsupported-media-type', { detail: 'Send the body without a content encoding.' });
  }
  const [type = '', ...parameters] = (headers['content-type'] ?? '')
    .split(';')
    .map((part) => part.trim().toLowerCase())
    .filter((part, index) => index === 0 || part !== '');
  const charsetIsFine = parameters.every((parameter) => /^charset\s*=\s*"?utf-8"?$/.test(parameter));
  if (type !== 'application/json' || parameters.length > 1 || !charsetIsFine) {
    throw new ProblemError('unsupported-media-type', { detail: 'Send the body as application/json in UTF-8.' });
  }
  const text = body.toString('utf8');
  if (!Buffer.from(text, 'utf8').equals(body)) {
    throw new ProblemError('malformed-body', { detail: 'The body is not valid UTF-8.' });
  }
  refuseDeepNesting(text);
  try {
    return JSON.parse(text.replace(/^\uFEFF/, '')) as unknown;
  } catch (cause) {
    throw new ProblemError('malformed-body', { detail: 'The body is not valid JSON.', cause });
  }
}

function refuseDeepNesting(text: string): void {
  let depth = 0;
  let inString = false;
  for (let index = 0; index < text.length; index++) {
    const character = text[index];
    if (inString) {
      if (character === '\\') index++;
      else if (character === '"') inString = false;
    } else if (character === '"') inString = true;
    else if (character === '[' || character === '{') depth++;
    else if (character === ']' || character === '}') depth--;
    if (depth > maxDepth) {
      throw new ProblemError('malformed-body', { detail: `The body is nested deeper than ${maxDepth} levels.` });
    }
  }
}
