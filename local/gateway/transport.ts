import type { Certificate } from './certificate.ts';
import { PolicyError } from './errors.ts';

/** An HTTP proxy between the gateway and a backend. */
export interface Proxy {
  host: string;
  port: number;
  /** The value of `Proxy-Authorization`. */
  authorization: string | undefined;
}

/** How a request reaches its server, where that is not plain HTTP/1.1 straight to its address. */
export interface Transport {
  /** `2or1` leaves it to the server, over TLS. */
  version: '1' | '2' | '2or1';
  /** What the gateway shows of itself to a server that asks. */
  certificate: Certificate | undefined;
  proxy: Proxy | undefined;
  /** Milliseconds until the server must have sent "100 Continue"; undefined sends the body at once. */
  continueTimeout: number | undefined;
}

/** Undefined for what needs no transport of its own: most requests. */
export function transportOf(parts: Transport): Transport | undefined {
  const { version, certificate, proxy, continueTimeout } = parts;
  return version === '1' && !certificate && !proxy && continueTimeout === undefined ? undefined : parts;
}

/** What tells connections of different transports apart. */
export function transportKey({ version, certificate, proxy }: Transport): string {
  return `:${version}:${certificate?.x509.fingerprint256 ?? ''}:${proxy ? `${proxy.host}:${proxy.port} ${proxy.authorization ?? ''}` : ''}`;
}

/** Reads the settings of a proxy. Throws PolicyError for an address that is none. */
export function proxyAt(url: string, username: string | undefined, password: string | undefined): Proxy {
  if (!isProxyUrl(url))
    throw new PolicyError(`"${url}" is no address of a proxy: it is http://host:port.`, {
      source: 'proxy',
      reason: 'InvalidUrl',
    });
  const { hostname, port } = new URL(url);
  const credentials = Buffer.from(`${username ?? ''}:${password ?? ''}`).toString('base64');
  return {
    host: hostname,
    port: port === '' ? 80 : Number(port),
    authorization: username === undefined ? undefined : `Basic ${credentials}`,
  };
}

export function isProxyUrl(url: string): boolean {
  return /^http:\/\//i.test(url) && URL.canParse(url);
}
