import { checkLink, emptyChain, type AuditEvent, type ChainTip } from '../../shared/audit/chain.ts';
import type { Head } from '../../shared/streams/head.ts';
import { isRecorded } from '../../shared/streams/moves.ts';
import type { System } from './system.ts';
import type { PlannedExchange } from './traffic.ts';

/** What is left at the end of a schedule, and what the outside saw. */
export interface Evidence {
  plans: readonly PlannedExchange[];
  system: System;
  /** Keys that a sender was told are safe. */
  acknowledged: ReadonlyMap<string, ReadonlySet<string>>;
  /** Streams that were parked before any operator came, with the reason. */
  parkedFirst: ReadonlyMap<string, string>;
  /** What operators were told went wrong. */
  operatorFailures: readonly { stream: string; error: Error }[];
}

/**
 * The longest that an event of a healthy exchange may wait, in milliseconds: a crash costs a lock's time, a call that
 * hangs two and a half minutes, an outage two minutes, and misfortunes may follow one another; a sick neighbour adds
 * nothing. Sick exchanges are sick for up to an hour.
 */
const healthyDelayMs = 25 * 60_000;
const undecided = new Set(['early', 'delayed', 'parked', 'replayed', 'fixed']);
/** Events about an entry that goes on waiting: its turn is when something is decided. */
const waiting = new Set(['delayed', 'parked', 'replayed']);

/** Everything that must hold at the end of any schedule. Empty when it does. */
export async function findViolations(evidence: Evidence): Promise<string[]> {
  const found: string[] = [];
  const { store, queues } = evidence.system;
  for (const stream of store.streams()) {
    const head = (await store.read(stream))?.head;
    const say = (fault: string) => found.push(`${stream}: ${fault}`);
    if (head) checkStream(evidence, stream, store.events(stream), head, say);
  }
  for (const plan of evidence.plans) {
    const say = (fault: string) => found.push(`${plan.id}: ${fault}`);
    const events = store.events(plan.id);
    checkEffects(evidence, plan, events, say);
    checkWebhooks(evidence, plan, events, say);
    checkCalm(evidence, plan, events, say);
  }
  for (const [stream, delay] of evidence.system.operated.delays) {
    if (delay > healthyDelayMs) found.push(`${stream}: was let go on, and waited ${Math.round(delay / 1000)} s`);
  }
  for (const { stream, error } of evidence.operatorFailures) {
    // What the bell says is no news about the move, which was stored before it.
    if (/ bell /.test(` ${error.message} `))
      found.push(`${stream}: the operator was told of a failure: ${error.message}`);
  }
  const left = queues.callbacks.size() + queues.deliveries.size();
  if (left > 0) found.push(`${left} rings are left`);
  return found;
}

function checkStream(
  { system, acknowledged }: Evidence,
  stream: string,
  events: readonly AuditEvent[],
  head: Head,
  say: Say,
): void {
  const arrived = (system.arrivals.get(stream) ?? []).map(({ key }) => key);
  checkChain(events, head, say);
  checkNothingLost(arrived, acknowledged.get(stream) ?? new Set(), events, head, say);
  checkOrder(arrived, events, say);
  checkFailures(events, head, say);
}

type Say = (fault: string) => void;

function checkChain(events: readonly AuditEvent[], head: Head, say: Say): void {
  let tip: ChainTip = emptyChain;
  for (const event of events) {
    const next = checkLink(tip, event);
    if (typeof next === 'string') return say(`the chain is broken: ${next}`);
    tip = next;
  }
  if (tip.hash !== head.tip.hash || tip.sequence !== head.tip.sequence) say('the head does not end its chain');
}

function keyOf({ data }: AuditEvent): string | undefined {
  const key = data.eventId ?? data.key;
  return typeof key === 'string' ? key : undefined;
}

function checkNothingLost(
  arrived: readonly string[],
  acknowledged: ReadonlySet<string>,
  events: readonly AuditEvent[],
  head: Head,
  say: Say,
): void {
  if (new Set(arrived).size !== arrived.length) say('a duplicate was taken in');
  for (const key of acknowledged) {
    if (!arrived.includes(key)) say(`${key} was acknowledged, but is not there`);
  }
  const decided = events.filter(({ outcome }) => !undecided.has(outcome)).map(keyOf);
  for (const key of arrived) {
    const times = decided.filter((other) => other === key).length;
    if (times !== 1) say(`${key} was decided ${times} times`);
  }
  if (head.parked) say(`is still parked: ${head.parked.reason}`);
  if (head.pending.length + head.held.length + head.outbox.length > 0) say('entries are left');
}

function checkOrder(arrived: readonly string[], events: readonly AuditEvent[], say: Say): void {
  const turns = new Set<string>();
  for (const event of events) {
    const key = keyOf(event);
    if (key !== undefined && !waiting.has(event.outcome)) turns.add(key);
  }
  const order = [...turns];
  const wrong = order.findIndex((key, index) => key !== arrived[index]);
  if (wrong >= 0) say(`${order[wrong]} was overtaken, or overtook: it came in turn ${wrong}`);
}

/** Every failed attempt that is to be recorded is, and no other: what was counted says how many there were. */
function checkFailures(events: readonly AuditEvent[], head: Head, say: Say): void {
  let recorded: unknown[] = [];
  const compare = (failed: number) => {
    const wanted = Array.from({ length: failed }, (_, index) => index + 1).filter(isRecorded);
    if (recorded.join() !== wanted.join()) say(`of ${failed} failed attempts the chain has [${recorded.join(' ')}]`);
  };
  for (const { outcome, data } of events) {
    const { attempt, attempts } = data;
    if (outcome === 'delayed') {
      recorded = attempt === 1 ? [1] : [...recorded, attempt];
    } else {
      const failed = Number(attempts ?? 0) - (outcome === 'parked' ? 0 : 1);
      // None: a look that found nothing to do may have ended a row of failures.
      if (failed > 0) compare(failed);
      recorded = [];
    }
  }
  if (head.attempts > 0) compare(head.attempts);
}

function checkEffects({ system }: Evidence, { id }: PlannedExchange, events: readonly AuditEvent[], say: Say): void {
  const effects = system.exchanges.effects(id);
  const keys = effects.map(({ key }) => key);
  if (new Set(keys).size !== keys.length) say(`an effect happened twice: ${keys.join(' ')}`);
  const recorded = events.filter(({ outcome, data }) => outcome === 'applied' && data.eventId !== undefined).map(keyOf);
  if (recorded.join(' ') !== keys.join(' ')) {
    say(`the chain says [${recorded.join(' ')}], the database did [${keys.join(' ')}]`);
  }
  for (let index = 1; index < effects.length; index++) {
    if (effects[index]?.from !== effects[index - 1]?.to) say('an effect did not follow from the one before it');
  }
  const row = system.exchanges.get(id);
  if (row && row.recordedState !== row.state) say('a change of the row is not in the chain');
  const last = events.findLast(({ outcome, state }) => outcome === 'applied' && state !== null);
  if (row && last && last.state !== row.state) say(`the chain ends in ${last.state}, the row is ${row.state}`);
}

/** The partner heard of every change of state, in order, unless an operator gave a delivery up. */
function checkWebhooks({ system }: Evidence, { id }: PlannedExchange, events: readonly AuditEvent[], say: Say): void {
  const expected = events
    .filter((event) => event.outcome === 'applied' && event.state !== null && event.data.from !== event.state)
    .map(({ state }) => state);
  const stream = `we_1/${id}`;
  const enqueued = (system.arrivals.get(stream) ?? []).map(({ key }) => key);
  if (enqueued.length !== expected.length) say(`${enqueued.length} webhooks for ${expected.length} changes of state`);
  const given = new Set(
    system.store
      .events(stream)
      .filter(({ outcome }) => outcome === 'skipped')
      .map(keyOf),
  );
  const heard = (system.partner.accepted.get(id) ?? []).filter((key) => !given.has(key));
  const wanted = enqueued.filter((key) => !given.has(key));
  if (heard.join(' ') !== wanted.join(' ')) say(`the partner heard [${heard.join(' ')}] of [${wanted.join(' ')}]`);
}

function checkCalm(
  { parkedFirst, system }: Evidence,
  plan: PlannedExchange,
  events: readonly AuditEvent[],
  say: Say,
): void {
  if (!plan.healthy) return;
  const reason = parkedFirst.get(plan.id);
  if (reason && system.exchanges.get(plan.id)?.state !== 'awaiting_deposit') say(`was parked without cause: ${reason}`);
  const mentioned = new Map<string, number>();
  for (const event of events) {
    const key = keyOf(event);
    if (key !== undefined && event.outcome !== 'delayed' && !mentioned.has(key))
      mentioned.set(key, Date.parse(event.recordedAt));
  }
  for (const { key, at } of system.arrivals.get(plan.id) ?? []) {
    const delay = (mentioned.get(key) ?? at) - at;
    if (delay > healthyDelayMs) say(`${key} of a healthy exchange waited ${Math.round(delay / 1000)} s`);
  }
}
