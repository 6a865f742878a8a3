import { createServer } from 'node:net';
import { StartError } from '../program.ts';

const defaults = {
  gateway: 8080,
  management: 8079,
  functions: 7071,
  legacy: 7072,
  provider: 7070,
  postgres: 54320,
  serviceBus: 5672,
  cosmos: 8081,
};

export type Ports = typeof defaults;

/**
 * The stack's ports: the usual ones, each a free one with `randomPorts`; `port` moves the gateway alone. Throws
 * StartError naming every port that another program holds.
 */
export async function choosePorts(options: { randomPorts: boolean; port: number | undefined }): Promise<Ports> {
  const ports = { ...defaults };
  if (options.randomPorts) {
    const free = await freePorts(Object.keys(ports).length);
    for (const name of Object.keys(ports) as (keyof Ports)[]) ports[name] = free.pop()!;
  }
  if (options.port !== undefined) ports.gateway = options.port || (await freePorts(1))[0]!;
  const busy: string[] = [];
  for (const [name, port] of Object.entries(ports)) if (!(await isFree(port))) busy.push(`${port} (${name})`);
  if (busy.length === 0) return ports;
  const subject = busy.length === 1 ? `port ${busy[0]} is` : `ports ${busy.join(', ')} are`;
  throw new StartError(
    `${subject} in use: stop what holds ${busy.length === 1 ? 'it' : 'them'}, or start with --random-ports (--port N moves the gateway alone)`,
  );
}

/** Ports free a moment ago, all different: each is held until the last is known. */
async function freePorts(count: number): Promise<number[]> {
  const probes = Array.from({ length: count }, () => createServer());
  const ports = await Promise.all(
    probes.map(
      (probe) =>
        new Promise<number>((resolve, reject) => {
          probe.once('error', reject).listen(0, '127.0.0.1', () => resolve((probe.address() as { port: number }).port));
        }),
    ),
  );
  await Promise.all(probes.map((probe) => new Promise((resolve) => probe.close(resolve))));
  return ports;
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer()
      .once('error', () => resolve(false))
      .listen(port, '127.0.0.1', () => probe.close(() => resolve(true)));
  });
}
