import net from 'node:net';
import { plainHost } from './tls-connection.ts';
import type { Proxy } from './transport.ts';

const maxHead = 16 * 1024;

/** Has a proxy connect to an address. Rejects with Error when it will not; `timeout` is in milliseconds. */
export function openTunnel(proxy: Proxy, host: string, port: number, timeout: number): Promise<net.Socket> {
  const target = `${host}:${port}`;
  const lines = [`CONNECT ${target} HTTP/1.1`, `Host: ${target}`];
  if (proxy.authorization !== undefined) lines.push(`Proxy-Authorization: ${proxy.authorization}`);
  const socket = net.connect({ host: plainHost(proxy.host), port: proxy.port, noDelay: true });
  socket.write(`${lines.join('\r\n')}\r\n\r\n`, 'latin1');
  return new Promise((resolve, reject) => {
    let head = Buffer.alloc(0);
    const settle = (error?: Error) => {
      clearTimeout(timer);
      socket.off('data', read).off('error', settle).off('close', closed);
      if (!error) return resolve(socket);
      socket.on('error', () => {});
      socket.destroy();
      return reject(error);
    };
    const timer = setTimeout(() => settle(new Error('the proxy does not answer')), timeout);
    const closed = () => settle(new Error('the proxy closed the connection'));
    const read = (chunk: Buffer) => {
      head = Buffer.concat([head, chunk]);
      const end = head.indexOf('\r\n\r\n');
      if (end === -1)
        return head.length > maxHead ? settle(new Error('the answer of the proxy is too long')) : undefined;
      const [status = ''] = head.toString('latin1', 0, end).split('\r\n');
      if (!/^HTTP\/1\.[01] 2\d\d/.test(status)) return settle(new Error(`the proxy refuses: ${status}`));
      socket.pause();
      if (head.length > end + 4) socket.unshift(head.subarray(end + 4));
      return settle();
    };
    socket.on('data', read).on('error', settle).on('close', closed);
  });
}
