import { checkLink, emptyChain, type AuditEvent, type ChainTip } from '../../shared/audit/chain.ts';
import type { FollowUp, Head } from '../../shared/streams/head.ts';
import type { MemoryStreamStore } from '../../shared/streams/memory-stream-store.ts';
import type { SimulatedExchanges } from './exchanges.ts';
import type { PlannedExchange } from './traffic.ts';

/** What is left at the end of a schedule, and what the outside saw. */
export interface Evidence {
  plans: readonly PlannedExchange[];
  store: MemoryStreamStore;
  exchanges: SimulatedExchanges;
  /** Entries in the order in which the store took them in. */
  arrivals: ReadonlyMap<string, readonly { key: string; at: number }[]>;
  /** Keys that a sender was told are safe. */
  acknowledged: ReadonlyMap<string, ReadonlySet<string>>;
  followUps: ReadonlyMap<string, readonly FollowUp[]>;
  /** Streams that were parked before any operator came, with the reason. */
  parkedFirst: ReadonlyMap<string, string>;
  /** Messages left in the queue. */
  rings: number;
}

/**
 * The longest that an event of a healthy exchange may wait, in milliseconds: a crash costs a lock's time, a call that
 * hangs two and a half minutes, an outage two minutes, and misfortunes may follow one another; a sick neighbour adds
 * nothing. Sick exchanges are sick for up to an hour.
 */
const healthyDelayMs = 25 * 60_000;
const undecided = new Set(['early', 'parked', 'replayed', 'fixed']);

/** Everything that must hold at the end of any schedule. Empty when it does. */
export async function findViolations(evidence: Evidence): Promise<string[]> {
  const found: string[] = [];
  for (const plan of evidence.plans) {
    const head = (await evidence.store.read(plan.id))?.head;
    const say = (fault: string) => found.push(`${plan.id}: ${fault}`);
    if (!head) {
      say('has no stream');
      continue;
    }
    const events = evidence.store.events(plan.id);
    checkChain(events, head, say);
    checkNothingLost(evidence, plan, events, head, say);
    checkOrder(evidence, plan, events, say);
    checkEffects(evidence, plan, events, say);
    checkFollowUps(evidence, plan, events, say);
    checkCalm(evidence, plan, events, say);
  }
  if (evidence.rings > 0) found.push(`${evidence.rings} rings are left`);
  return found;
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
  { arrivals, acknowledged }: Evidence,
  { id }: PlannedExchange,
  events: readonly AuditEvent[],
  head: Head,
  say: Say,
): void {
  const arrived = (arrivals.get(id) ?? []).map(({ key }) => key);
  if (new Set(arrived).size !== arrived.length) say('a duplicate was taken in');
  for (const key of acknowledged.get(id) ?? []) {
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

function checkOrder({ arrivals }: Evidence, { id }: PlannedExchange, events: readonly AuditEvent[], say: Say): void {
  const arrived = (arrivals.get(id) ?? []).map(({ key }) => key);
  const turns = new Set<string>();
  for (const event of events) {
    const key = keyOf(event);
    // Parking names an entry that is still waiting; its turn is when something is decided.
    if (key !== undefined && event.outcome !== 'parked' && event.outcome !== 'replayed') turns.add(key);
  }
  const order = [...turns];
  for (let index = 0; index < order.length; index++) {
    if (order[index] !== arrived[index])
      return say(`${order[index]} was overtaken, or overtook: it came in turn ${index}`);
  }
}

function checkEffects({ exchanges }: Evidence, { id }: PlannedExchange, events: readonly AuditEvent[], say: Say): void {
  const effects = exchanges.effects(id);
  const keys = effects.map(({ key }) => key);
  if (new Set(keys).size !== keys.length) say(`an effect happened twice: ${keys.join(' ')}`);
  const recorded = events.filter(({ outcome, data }) => outcome === 'applied' && data.eventId !== undefined).map(keyOf);
  if (recorded.join(' ') !== keys.join(' ')) {
    say(`the chain says [${recorded.join(' ')}], the database did [${keys.join(' ')}]`);
  }
  for (let index = 1; index < effects.length; index++) {
    if (effects[index]?.from !== effects[index - 1]?.to) say('an effect did not follow from the one before it');
  }
  const row = exchanges.get(id);
  if (row && row.recordedState !== row.state) say('a change of the row is not in the chain');
  const last = events.findLast(({ outcome, state }) => outcome === 'applied' && state !== null);
  if (row && last && last.state !== row.state) say(`the chain ends in ${last.state}, the row is ${row.state}`);
}

function checkFollowUps(
  { followUps }: Evidence,
  { id }: PlannedExchange,
  events: readonly AuditEvent[],
  say: Say,
): void {
  const expected = events
    .filter((event) => event.outcome === 'applied' && event.state !== null && event.data.from !== event.state)
    .map(({ state }) => state);
  const seen = new Map((followUps.get(id) ?? []).map((item) => [item.id, item.data.state]));
  const told = [...seen.values()];
  if (told.join(' ') !== expected.join(' ')) say(`followed up [${told.join(' ')}] instead of [${expected.join(' ')}]`);
}

function checkCalm(
  { parkedFirst, arrivals, exchanges }: Evidence,
  plan: PlannedExchange,
  events: readonly AuditEvent[],
  say: Say,
): void {
  if (!plan.healthy) return;
  const reason = parkedFirst.get(plan.id);
  if (reason && exchanges.get(plan.id)?.state !== 'awaiting_deposit') say(`was parked without cause: ${reason}`);
  const mentioned = new Map<string, number>();
  for (const event of events) {
    const key = keyOf(event);
    if (key !== undefined && !mentioned.has(key)) mentioned.set(key, Date.parse(event.recordedAt));
  }
  for (const { key, at } of arrivals.get(plan.id) ?? []) {
    const delay = (mentioned.get(key) ?? at) - at;
    if (delay > healthyDelayMs) say(`${key} of a healthy exchange waited ${Math.round(delay / 1000)} s`);
  }
}
