import { promisify } from 'node:util';
import zlib from 'node:zlib';
import type { Body } from '../body.ts';
import type { Headers } from '../headers.ts';

/** The largest body that is checked, and the largest limit that a policy may set: 4 MiB. */
export const maxContent = 4 * 1024 * 1024;

interface Message {
  body: Body;
  headers: Headers;
}

/** A body as it was before compression; or why that cannot be said. */
type Content = { bytes: Buffer } | { size: string } | { problem: string };

/** How many bytes a body has, before compression. A body that says how long it is need not be read for this. */
export async function contentSize(message: Message): Promise<number | string> {
  const declared = message.headers.get('content-length');
  if (declared !== undefined && !message.body.isBuffered && encodingOf(message) === '') return Number(declared);
  const content = await readContent(message);
  if ('bytes' in content) return content.bytes.length;
  return 'size' in content ? content.size : (message.body.bytes?.length ?? 0);
}

/** Reads a body and undoes its compression, which stops at the largest content there may be. */
export async function readContent(message: Message): Promise<Content> {
  await message.body.buffer();
  const raw = message.body.bytes ?? Buffer.alloc(0);
  const encoding = encodingOf(message);
  if (encoding === '' || raw.length === 0)
    return raw.length > maxContent ? { size: String(raw.length) } : { bytes: raw };
  const expand = Object.hasOwn(decoders, encoding) ? decoders[encoding] : undefined;
  if (!expand) return { problem: `The content encoding "${encoding}" is not known.` };
  try {
    return { bytes: await expand(raw, { maxOutputLength: maxContent }) };
  } catch (error) {
    const { code, message: text } = error as NodeJS.ErrnoException;
    return code === 'ERR_BUFFER_TOO_LARGE' ? { size: `more than ${maxContent}` } : { problem: text };
  }
}

type Decoder = (raw: Buffer, options: { maxOutputLength: number }) => Promise<Buffer>;

const gunzip: Decoder = promisify<Buffer, { maxOutputLength: number }, Buffer>(zlib.gunzip);
const decoders: Readonly<Record<string, Decoder>> = {
  gzip: gunzip,
  'x-gzip': gunzip,
  deflate: promisify<Buffer, { maxOutputLength: number }, Buffer>(zlib.inflate),
  br: promisify<Buffer, { maxOutputLength: number }, Buffer>(zlib.brotliDecompress),
  zstd: promisify<Buffer, { maxOutputLength: number }, Buffer>(zlib.zstdDecompress),
};

function encodingOf({ headers }: Message): string {
  const encoding = (headers.get('content-encoding') ?? '').trim().toLowerCase();
  return encoding === 'identity' ? '' : encoding;
}

/** `application/json` of `Application/JSON; charset=utf-8`. */
export function mediaType(contentType: string): string {
  return contentType.split(';')[0]?.trim().toLowerCase() ?? '';
}

export function charsetOf(contentType: string): string | undefined {
  return /;\s*charset\s*=\s*"?([\w.:-]+)/i.exec(contentType)?.[1]?.toLowerCase();
}
