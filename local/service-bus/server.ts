import type { AddressInfo, Server, Socket } from 'node:net';
import { join } from 'node:path';
import rhea from 'rhea';
import type { EventContext, ServerConnectionOptions } from 'rhea';
import { Broker } from './broker.ts';
import type { QueueOptions } from './config.ts';
import { systemClock, type Clock } from './deadlines.ts';
import { Faults } from './faults.ts';
import { Links } from './links.ts';
import { acknowledgePromptly } from './prompt-acknowledgement.ts';

export interface ServiceBusServer {
  port: number;
  connectionString: string;
  close(): Promise<void>;
}

interface Options {
  queues: QueueOptions[];
  /** 0 asks for a free one. */
  port?: number;
  /** Where the journal is kept; without it nothing outlives the process. */
  data?: string | undefined;
  faults?: Faults;
  clock?: Clock;
}

/** Starts the server on 127.0.0.1. */
export async function startServiceBus(options: Options): Promise<ServiceBusServer> {
  const journalPath = options.data === undefined ? undefined : join(options.data, 'service-bus.journal');
  const broker = new Broker({ queues: options.queues, clock: options.clock ?? systemClock, journalPath });
  const server = listen(options.port ?? 0, new Links(broker, options.faults ?? new Faults()));
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  await new Promise((resolve, reject) => {
    server.once('listening', resolve);
    server.once('error', reject);
  });
  const { port } = server.address() as AddressInfo;
  return {
    port,
    connectionString: `Endpoint=sb://127.0.0.1:${port};SharedAccessKeyName=RootManageSharedAccessKey;SharedAccessKey=local;UseDevelopmentEmulator=true`,
    close: async () => {
      if (!server.listening) return;
      const closed = new Promise((resolve) => server.close(resolve));
      // With an error, by which rhea learns that it is over.
      for (const socket of sockets) socket.destroy(new Error('the server is closing'));
      await closed;
      broker.close();
    },
  };
}

function listen(port: number, links: Links): Server {
  const settings = {
    max_frame_size: 65_536,
    channel_max: 4999,
    tcp_no_delay: true,
    treat_modified_as_released: false,
    receiver_options: { autoaccept: false, credit_window: 1000 },
    // Every message that a client holds locked keeps a place here, on one AMQP session.
    session_buffer_size: { incoming: 2048, outgoing: 1 << 20 },
  };
  const container = rhea.create_container({ id: 'local-service-bus', ...settings });
  container.sasl_server_mechanisms.enable_anonymous();
  container.on('connection_open', ({ connection }: EventContext) => acknowledgePromptly(connection));
  container.on('session_open', ({ session }: EventContext) => links.watch(session!));
  container.on('receiver_open', (context: EventContext) => links.openSender(context));
  container.on('sender_open', (context: EventContext) => links.openReceiver(context));
  container.on('sender_close', ({ sender }: EventContext) => links.gone({ link: sender }));
  container.on('session_close', ({ session }: EventContext) => links.gone({ session }));
  container.on('disconnected', ({ connection }: EventContext) => links.gone({ connection }));
  container.on('connection_close', ({ connection }: EventContext) => links.gone({ connection }));
  // rhea has closed what these errors are about, and there is nothing to answer on.
  for (const event of ['connection_error', 'session_error', 'receiver_error', 'sender_error'])
    container.on(event, () => {});
  container.on('error', (error: Error) => console.error(`service-bus: a client broke the protocol: ${error.message}`));
  return container.listen({ host: '127.0.0.1', port, ...settings } as unknown as ServerConnectionOptions);
}
