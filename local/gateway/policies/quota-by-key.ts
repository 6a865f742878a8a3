import { PolicyError } from '../errors.ts';
import { formatTimeSpan } from '../expressions/format-date.ts';
import { TimeSpan } from '../expressions/time.ts';
import type { Exchange } from '../exchange.ts';
import type { Policy } from '../policy.ts';
import type { Getter, PolicyElement } from '../policy-element.ts';
import { increments, type Increments } from './increments.ts';

const kilobyte = 1024;

export interface QuotaRule {
  calls: Getter<number> | undefined;
  /** Kilobytes. */
  bandwidth: Getter<number> | undefined;
  period: Getter<number>;
}

/** A counter: of a key, in periods that begin with the anchor. */
interface QuotaCounter {
  key: string;
  /** When the first period began, in milliseconds since 1970. */
  anchor: number;
}

export function quotaRule(element: PolicyElement): QuotaRule {
  const calls = element.has('calls') ? element.integer('calls', { min: 0 }, 0) : undefined;
  const bandwidth = element.has('bandwidth') ? element.integer('bandwidth', { min: 0 }, 0) : undefined;
  if (!calls && !bandwidth) element.fail(`<${element.name}> needs calls or bandwidth`);
  const period = element.integer('renewal-period', { min: 0 }, 0);
  if (period.constant !== undefined && period.constant !== 0 && period.constant < 300)
    element.fail('renewal-period is at least 300 seconds, or 0 for ever');
  return { calls, bandwidth, period };
}

/** What a request has been counted for: policies with the same key count it once. */
const charged = new WeakMap<Exchange, Set<string>>();

/**
 * Counts a call, and its bytes when it is done; `later` says how much it counts where its answer decides. Throws
 * PolicyError (403) when the quota is used up.
 */
export function charge(
  exchange: Exchange,
  element: PolicyElement,
  rule: QuotaRule,
  { key, anchor }: QuotaCounter,
  { now, later }: Increments,
): void {
  const { quotas } = exchange.runtime;
  // A period of 0 never renews; a thousand years is as good.
  const period = (rule.period(exchange) || 31_536_000_000) * 1000;
  const name = [key, period, anchor].join('\n');
  const window = quotas.window(name, period, anchor);
  const calls = rule.calls?.(exchange) ?? Number.POSITIVE_INFINITY;
  const bytes = (rule.bandwidth?.(exchange) ?? Number.POSITIVE_INFINITY) * kilobyte;
  const counted = charged.get(exchange) ?? new Set();
  charged.set(exchange, counted);
  const others = window.count - (counted.has(name) ? now : 0);
  if (others >= calls || window.bytes >= bytes) throw exceeded(element.name, quotas.left(window), others >= calls);
  if (counted.has(name)) return;
  counted.add(name);
  window.count += now;
  exchange.finishers.push((response) => {
    const current = quotas.window(name, period, anchor);
    if (later) current.count += later(exchange);
    const { body, headers } = response;
    const sent = body.isBuffered ? (body.bytes?.length ?? 0) : Number(headers.get('content-length') ?? 0);
    current.bytes += sent + Number(exchange.request.headers.get('content-length') ?? 0);
  });
}

function exceeded(source: string, left: number, calls: boolean): PolicyError {
  const seconds = Math.ceil(left / 1000);
  const when = formatTimeSpan(TimeSpan.fromMilliseconds(seconds * 1000), undefined);
  const message = `Out of ${calls ? 'call volume' : 'bandwidth'} quota. Quota will be replenished in ${when}.`;
  return new PolicyError(message, {
    source,
    reason: 'QuotaExceeded',
    status: 403,
    headers: { 'Retry-After': String(seconds) },
  });
}

export const quotaByKey: Policy = {
  name: 'quota-by-key',
  sections: ['inbound'],
  attributes: {
    calls: 'optional',
    bandwidth: 'optional',
    'renewal-period': 'required',
    'counter-key': 'required',
    'increment-condition': 'optional',
    'increment-count': 'optional',
    'first-period-start': 'optional',
  },
  constants: ['calls', 'bandwidth', 'renewal-period', 'first-period-start'],
  compile(element) {
    const start = element.constant('first-period-start', '0001-01-01T00:00:00Z');
    const anchor = Date.parse(start);
    if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.test(start) || Number.isNaN(anchor))
      element.fail(`"first-period-start" is a time such as 2026-01-31T00:00:00Z, not "${start}"`);
    const rule = quotaRule(element);
    const key = element.requiredText('counter-key');
    const counts = increments(element);
    return (exchange) => charge(exchange, element, rule, { key: `key\n${key(exchange)}`, anchor }, counts);
  },
};
