import http, { type RequestListener } from 'node:http';
import https from 'node:https';
import net, { type AddressInfo, type Socket } from 'node:net';
import type { LocalCertificate } from './local-certificate.ts';

/** How long a connection may say nothing before it is clear what it speaks. */
const SILENCE_MS = 60_000;
/** The first byte of a TLS connection: the record type of a handshake. HTTP begins with a letter. */
const TLS_HANDSHAKE = 22;

export interface ManagementPort {
  /** Over plain HTTP; the same address takes https, too. */
  url: string;
  close(): Promise<void>;
}

/**
 * Listens on 127.0.0.1 for HTTP and for TLS on one port. `current` gives the certificate, a new one when the last is
 * about to expire.
 */
export async function openManagementPort(
  port: number,
  handler: RequestListener,
  first: LocalCertificate,
  current: () => Promise<LocalCertificate>,
): Promise<ManagementPort> {
  let shown = first;
  const plain = http.createServer(handler);
  const secure = https.createServer({ key: first.key, cert: first.certificate }, handler);
  const secureSocket = async (socket: Socket): Promise<void> => {
    const next = await current();
    if (next !== shown) secure.setSecureContext({ key: next.key, cert: next.certificate });
    shown = next;
    secure.emit('connection', socket);
  };
  const sockets = new Set<Socket>();
  const listener = net.createServer((socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    // Whoever resets a connection has gone; each server reports what it needs to know of it.
    socket.on('error', () => socket.destroy());
    socket.setTimeout(SILENCE_MS, () => socket.destroy());
    socket.once('readable', () => {
      const start = socket.read(1) as Buffer | null;
      if (!start) return;
      socket.setTimeout(0);
      socket.removeAllListeners('timeout');
      socket.unshift(start);
      if (start[0] !== TLS_HANDSHAKE) plain.emit('connection', socket);
      else
        secureSocket(socket).catch((error: unknown) => {
          console.error(`gateway administration: no certificate: ${String(error)}`);
          socket.destroy();
        });
    });
  });
  secure.on('tlsClientError', (_error, socket) => socket.destroy());
  await new Promise<void>((resolve, reject) => {
    listener.once('error', reject);
    listener.listen(port, '127.0.0.1', resolve);
  });
  return {
    url: `http://127.0.0.1:${(listener.address() as AddressInfo).port}`,
    close: () =>
      new Promise((resolve) => {
        listener.close(() => resolve());
        plain.close();
        secure.close();
        for (const socket of sockets) socket.destroy();
      }),
  };
}
