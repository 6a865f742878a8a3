import { Body } from './body.ts';
import type { Sender } from './upstream.ts';
import { UpstreamError, type UpstreamAnswer, type UpstreamRequest } from './upstream-request.ts';

/** An answer with its body in memory. */
export type WholeAnswer = Pick<UpstreamAnswer, 'status' | 'reason' | 'headers'> & { body: Body };

/**
 * Sends a request and reads all of its answer: unlike what is streamed on, it is late when its last byte is. Throws
 * UpstreamError, and PolicyError for a body that breaks off.
 */
export async function wholeAnswer(sender: Sender, request: UpstreamRequest): Promise<WholeAnswer> {
  const startedAt = performance.now();
  const { status, reason, headers, body: content } = await sender.send(request);
  const body = new Body(content);
  if (content instanceof Uint8Array) return { status, reason, headers, body };
  let ended: UpstreamError | undefined;
  const end = (error: UpstreamError) => {
    ended ??= error;
    content.destroy();
  };
  const late = () => end(new UpstreamError('timeout', `no whole answer within ${request.timeout / 1000} s`));
  const timer = setTimeout(late, request.timeout - (performance.now() - startedAt));
  const forget = request.client?.subscribe(() => end(new UpstreamError('aborted', 'the client went away')));
  try {
    await body.buffer();
  } catch (error) {
    throw ended ?? error;
  } finally {
    clearTimeout(timer);
    forget?.();
  }
  return { status, reason, headers, body };
}
