import type { Socket } from 'node:net';
import rhea from 'rhea';
import type { EventContext, Message, Receiver, Sender, Session, Typed } from 'rhea';

/**
 * What this server uses of rhea beyond its public typings, in one place: the codec, and the state of sessions and
 * links that Service Bus' own rules (an attach held back, a full window, a drain) have to look at.
 */
interface Codec {
  Reader: new (buffer: Buffer) => { position: number; read(): Typed };
  Writer: new () => { write(value: Typed): void; toBuffer(): Buffer };
  wrap(value: unknown): Typed;
  wrap_array(values: unknown[], typecode: number): Typed;
  wrap_int(value: number): Typed;
  wrap_list(values: unknown[]): Typed;
  wrap_long(value: Buffer): Typed;
  wrap_map(value: object): Typed;
  wrap_string(value: string): Typed;
  wrap_symbol(value: string): Typed;
  wrap_timestamp(value: number): Typed;
  wrap_ulong(value: number): Typed;
  wrap_uuid(value: Buffer): Typed;
  described(descriptor: Typed, value: Typed): Typed;
}

interface Composite {
  described(): Typed;
}

interface MessageCodec {
  decode(bytes: Buffer): Message;
  accepted(): Composite;
  modified(fields: object): Composite;
  rejected(fields: { error?: { condition: string; description: string } }): Composite;
}

export const codec = rhea.types as unknown as Codec;
export const messageCodec = rhea.message as unknown as MessageCodec;

/** A delivery this server made. */
export interface OutgoingDelivery {
  id: number;
  data: Buffer[];
  remote_settled: boolean;
  remote_state?: RemoteState;
  update(settled: boolean, state: Typed): void;
}

/** The outcome a client asked for. */
export interface RemoteState {
  error?: { condition?: string; description?: string; info?: Record<string, unknown> };
  undeliverable_here?: boolean;
  message_annotations?: Record<string, unknown>;
}

interface TransferFrame {
  performative: { message_format?: number; handle: number };
}

interface OpenSession {
  on_transfer(frame: TransferFrame): void;
  on_flow(frame: unknown): void;
  outgoing: {
    next_delivery_id: number;
    next_pending_delivery: number;
    transfer_window(): number;
    available(): number;
    process(): void;
  };
  remote: { handles: Record<number, Receiver | Sender> };
  _write_flow(link: unknown): void;
}

interface OpenLink {
  local: {
    attach: {
      snd_settle_mode?: number;
      rcv_settle_mode?: number;
      max_message_size?: number;
      properties?: Record<string, unknown>;
    };
  };
  remote: {
    attach: {
      name: string;
      snd_settle_mode?: number;
      rcv_settle_mode?: number;
      source?: { address?: string; filter?: Record<string, unknown> };
      target?: { address?: string };
      properties?: Record<string, unknown>;
    };
  };
  state: { local_open: boolean; open_requests: number };
}

export type SenderLink = Sender & OpenLink & { credit: number; delivery_count: number; _draining: boolean };
export type ReceiverLink = Receiver & OpenLink;
export const senderLink = (context: EventContext) => context.sender as unknown as SenderLink;
export const receiverLink = (context: EventContext) => context.receiver as unknown as ReceiverLink;
export const openSession = (link: Sender | Receiver) => link.session as unknown as OpenSession;
/** The name under which the client opened its connection. */
export const hostOf = (link: Sender | Receiver) =>
  (link.connection as unknown as { remote: { open: { hostname?: string } } }).remote.open.hostname ?? '127.0.0.1';
export const socketOf = (link: Sender | Receiver) => (link.connection as unknown as { socket: Socket }).socket;

/** rhea answers an attach at once; this takes the answer back so that it can be given later with `open()`. */
export function holdAttach(link: SenderLink): void {
  link.state.local_open = false;
  link.state.open_requests--;
}

/** Gives back all credit. rhea stays silent when there is none left to give, but the client waits for an answer. */
export function answerDrain(link: SenderLink): void {
  link.delivery_count += link.credit;
  link.credit = 0;
  link._draining = false;
  const open = link as unknown as { _get_drain(): boolean };
  open._get_drain = () => true;
  openSession(link)._write_flow(link);
}

/** A format of its own keeps rhea from decoding a message, whose bytes have to be kept as they are. */
const undecoded = 0x7fff_ffff;

/** Has transfers to links that `isRaw` come undecoded, and tells of every flow: a wider window lets deliveries go. */
export function watchSession(session: Session, isRaw: (link: Receiver) => boolean, onFlow: () => void): void {
  const open = session as unknown as OpenSession;
  const [transfer, flow] = [open.on_transfer.bind(open), open.on_flow.bind(open)];
  open.on_transfer = (frame) => {
    const link = open.remote.handles[frame.performative.handle];
    if (link && !frame.performative.message_format && isRaw(link as Receiver))
      frame.performative.message_format = undecoded;
    transfer(frame);
  };
  open.on_flow = (frame) => {
    flow(frame);
    onFlow();
  };
}

/** A message that came undecoded. */
export function incomingTransfer(context: EventContext): {
  delivery: { update(settled: boolean, state: Typed): void };
  bytes: Buffer;
  format: number;
} {
  return {
    delivery: context.delivery as never,
    bytes: context.message as unknown as Buffer,
    format: (context as unknown as { format: number }).format,
  };
}
