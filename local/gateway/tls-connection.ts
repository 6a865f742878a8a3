import net from 'node:net';
import tls from 'node:tls';
import type { Certificate } from './certificate.ts';

interface TlsPeer {
  host: string;
  port: number;
  validateCertificate: boolean;
  certificate: Certificate | undefined;
  /** Protocols to offer, the best first. */
  protocols?: readonly string[] | undefined;
  /** A connection that is there already: a tunnel through a proxy. */
  socket?: net.Socket | undefined;
}

export const plainHost = (host: string): string => host.replace(/^\[|\]$/g, '');

/** Opens TLS to servers; authorities are in PEM, and trusted beside the public ones. */
export class TlsConnector {
  readonly #authorities: readonly string[];
  /** Making one takes milliseconds; there are as many as there are client certificates. */
  readonly #contexts = new Map<Certificate | undefined, tls.SecureContext>();

  constructor(authorities: readonly string[]) {
    this.#authorities = authorities;
  }

  connect({ host, port, validateCertificate, certificate, protocols, socket }: TlsPeer): tls.TLSSocket {
    const name = plainHost(host);
    return tls.connect({
      ...(socket ? { socket } : { host: name, port }),
      rejectUnauthorized: validateCertificate,
      ...(net.isIP(name) === 0 && { servername: name }),
      ...(protocols && { ALPNProtocols: [...protocols] }),
      ...((certificate ?? this.#authorities.length > 0) && { secureContext: this.#context(certificate) }),
      // Over a tunnel, the name to check is not the one that was connected to.
      ...(socket && {
        checkServerIdentity: (_name: string, peer: tls.PeerCertificate) => tls.checkServerIdentity(name, peer),
      }),
    });
  }

  #context(certificate: Certificate | undefined): tls.SecureContext {
    const known = this.#contexts.get(certificate);
    if (known) return known;
    const { privateKey } = certificate ?? {};
    const made = tls.createSecureContext({
      ...(this.#authorities.length > 0 && { ca: [...tls.rootCertificates, ...this.#authorities] }),
      ...(certificate &&
        privateKey && { cert: certificate.chain, key: privateKey.export({ type: 'pkcs8', format: 'pem' }) }),
    });
    if (this.#contexts.size > 1000) this.#contexts.clear();
    this.#contexts.set(certificate, made);
    return made;
  }
}
