import type { ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import { ClientGoneError } from './errors.ts';
import type { GatewayResponse } from './exchange.ts';

const joinable = 16 * 1024;
const bodiless = (status: number) => status === 204 || status === 304 || (status >= 100 && status < 200);

/** Writes the answer to the client. Throws ClientGoneError when the client or the backend breaks off. */
export async function writeResponse(
  response: GatewayResponse,
  outgoing: ServerResponse,
  method: string,
): Promise<void> {
  const flat: string[] = [];
  for (const [key, { name, values }] of response.headers.entries()) {
    // Node sees to the first two, and throws where the third stands with a length.
    if (key === 'transfer-encoding' || key === 'connection' || key === 'trailer') continue;
    if (key === 'content-length' && response.body.isBuffered && method !== 'HEAD') continue;
    for (const value of values) flat.push(name, value);
  }
  const noBody = method === 'HEAD' || bodiless(response.status);
  const { bytes } = response.body;
  if (response.body.isBuffered && method !== 'HEAD' && !bodiless(response.status))
    flat.push('Content-Length', String(bytes?.length ?? 0));
  outgoing.writeHead(response.status, response.reason || undefined, flat);
  const stream = response.body.takeStream();
  if (noBody) {
    stream?.on('error', () => outgoing.end()).resume();
    outgoing.end();
    return;
  }
  if (!stream) {
    // Node writes a string together with the head in one call; bytes would take another.
    if (bytes && bytes.length < joinable) outgoing.end(bytes.toString('latin1'), 'latin1');
    else outgoing.end(bytes);
    return;
  }
  const { trailers } = response;
  // Heard before the end of the stream ends the answer; an answer with a length has no place for them.
  if (trailers) stream.once('end', () => outgoing.addTrailers(trailers()));
  try {
    await pipeline(stream, outgoing);
  } catch (error) {
    throw new ClientGoneError('the answer broke off', { cause: error });
  }
}
