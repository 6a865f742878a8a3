import type { AddressInfo } from 'node:net';
import rhea from 'rhea';
import type { EventContext, Sender } from 'rhea';
import { acknowledgePromptly } from '../../local/service-bus/prompt-acknowledgement.ts';

/**
 * The least that the Service Bus client can talk to: it accepts whatever is sent and forgets it, and on a receiver's
 * link it sends the same message for as long as there is credit. What a real server does on top of this is its cost.
 */
const sessionFilter = 'com.microsoft:session-filter';
const lockedUntil = Buffer.alloc(8);
lockedUntil.writeBigInt64BE(BigInt(Date.now() + 3_600_000) * 10_000n + 621_355_968_000_000_000n);
const messageOf = (session: string) =>
  rhea.message.encode({
    message_id: 'bare',
    group_id: session,
    body: rhea.message.data_section(Buffer.from(JSON.stringify('x'.repeat(256)))),
    message_annotations: { 'x-opt-sequence-number': 1, 'x-opt-enqueued-time': new Date() },
  });
let tag = 0;

const container = rhea.create_container({ id: 'bare', treat_modified_as_released: false });
container.sasl_server_mechanisms.enable_anonymous();
// As the local server does, so that neither is measured by the kernel's timers.
container.on('connection_open', ({ connection }: EventContext) => acknowledgePromptly(connection));
container.on('receiver_open', ({ receiver }: EventContext) => {
  const address = (receiver!.target as { address?: string }).address ?? '';
  receiver!.set_target({ address });
  if (address !== '$cbs') return;
  receiver!.on('message', ({ message, session }: EventContext) => {
    const reply = session!.find_sender((link: Sender) => (link.source as { address?: string }).address === address);
    const answer = { correlation_id: message!.message_id, application_properties: { 'status-code': 202 }, body: null };
    reply!.send(answer);
  });
});
container.on('sender_open', ({ sender }: EventContext) => {
  const source = sender!.source as { address?: string; filter?: Record<string, unknown> };
  const attach = (sender as unknown as { local: { attach: { properties?: object } } }).local.attach;
  attach.properties = { 'com.microsoft:locked-until-utc': rhea.types.wrap_long(lockedUntil) };
  sender!.set_source(source as never);
  if (!source.filter) return;
  const message = messageOf(source.filter[sessionFilter] as string);
  const state = sender as unknown as {
    credit: number;
    session: { outgoing: { next_delivery_id: number; next_pending_delivery: number } };
  };
  const send = () => {
    const { outgoing } = state.session;
    const waiting = outgoing.next_delivery_id - outgoing.next_pending_delivery;
    for (let left = state.credit - waiting; left > 0 && sender!.sendable(); left--) {
      const id = Buffer.alloc(16);
      id.writeUInt32BE(++tag, 12);
      sender!.send(message, id, 0);
    }
  };
  sender!.on('sendable', send);
  sender!.on('accepted', ({ delivery }: EventContext) => {
    delivery!.update(true, (rhea.message as unknown as { accepted(): { described(): never } }).accepted().described());
    (delivery as unknown as { remote_settled: boolean }).remote_settled = true;
  });
});
container.on('disconnected', () => {});
const server = container.listen({ port: 0, host: '127.0.0.1' });
server.on('listening', () => console.log(`ready bare sb://127.0.0.1:${(server.address() as AddressInfo).port}`));
