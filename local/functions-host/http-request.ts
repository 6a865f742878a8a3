import type { IncomingMessage } from 'node:http';

/**
 * Reads a request's body.
 * @returns undefined when it is larger than `limit` bytes.
 */
export async function readBody(request: IncomingMessage, limit: number): Promise<Buffer | undefined> {
  if (Number(request.headers['content-length'] ?? 0) > limit) return undefined;
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > limit) return undefined;
    chunks.push(chunk);
  }
  return chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks);
}

/**
 * Where a request is for, with dot segments resolved as web servers do.
 * @returns undefined when its target or host makes no URL.
 */
export function requestUrl(request: IncomingMessage): URL | undefined {
  const { url: target = '/', headers } = request;
  if (/^https?:\/\//i.test(target)) return URL.parse(target) ?? undefined;
  if (!target.startsWith('/')) return undefined;
  return URL.parse(`http://${headers.host || '127.0.0.1'}${target}`) ?? undefined;
}

/** Every header once, in lower case; several values of one are joined, as the host hands them to the worker. */
export function joinedHeaders(request: IncomingMessage): Record<string, string> {
  const joined: Record<string, string> = {};
  for (const [name, values] of Object.entries(request.headersDistinct)) {
    if (values) joined[name] = values.join(name === 'cookie' ? '; ' : ',');
  }
  return joined;
}
