import type { ServerResponse } from 'node:http';
import type { HttpData, TypedData } from './core-types.ts';

/** Writes what a function returned. Nothing returned is 204, as from the real host. */
export function writeResponse(response: ServerResponse, data: HttpData | null | undefined): void {
  if (!data) {
    response.statusCode = 204;
    response.end();
    return;
  }
  response.statusCode = Number(data.statusCode ?? 200);
  for (const [name, value] of Object.entries(data.headers ?? {})) {
    // The server frames the body itself.
    if (!/^(?:transfer-encoding|content-length|connection|keep-alive)$/i.test(name)) response.setHeader(name, value);
  }
  const cookies = (data.cookies ?? []).map(cookieHeader);
  if (cookies.length > 0) response.appendHeader('set-cookie', cookies);
  response.end(bytesOf(data.body));
}

/** Answers with a bare status; an answer that has begun can only be cut off. */
export function fail(response: ServerResponse, status: number): void {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  for (const name of response.getHeaderNames()) response.removeHeader(name);
  response.statusCode = status;
  response.end();
}

type Cookie = NonNullable<HttpData['cookies']>[number];

/** In the order and spelling of ASP.NET, whose default path is "/". */
function cookieHeader(cookie: Cookie): string {
  const sameSite = { lax: 'lax', strict: 'strict', explicitNone: 'none', none: undefined }[cookie.sameSite ?? 'none'];
  return [
    `${encodeURIComponent(cookie.name)}=${encodeURIComponent(cookie.value)}`,
    cookie.expires && `expires=${new Date(cookie.expires.value.seconds * 1000).toUTCString()}`,
    cookie.maxAge && `max-age=${Math.trunc(cookie.maxAge.value)}`,
    cookie.domain && `domain=${cookie.domain.value}`,
    `path=${cookie.path?.value ?? '/'}`,
    cookie.secure?.value && 'secure',
    sameSite && `samesite=${sameSite}`,
    cookie.httpOnly?.value && 'httponly',
  ]
    .filter((part) => part)
    .join('; ');
}

function bytesOf(data: TypedData | null | undefined): Uint8Array | string {
  if (!data) return '';
  if (data.bytes) return data.bytes;
  return data.string ?? data.json ?? String(data.int ?? data.double ?? '');
}
