import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { StartError } from '../program.ts';
import { CosmosError } from './errors.ts';
import { flag, isQuery, type CosmosRequest } from './request.ts';

/**
 * One rule of a fault plan. It looks at the requests that match `on` and `path`, and strikes the `nth` of them, every
 * `every`th, or each with `probability` (all of them when none is given), at most `times` times.
 */
interface FaultRule {
  on?: 'any' | 'read' | 'query' | 'write';
  /** A regular expression for the decoded path, such as `colls/streams/docs`. */
  path?: string;
  nth?: number;
  every?: number;
  probability?: number;
  times?: number;
  /**
   * `drop` closes the connection before the request is carried out, `drop-answer` after it; `delay` waits `delayMs`;
   * `throttle` answers 429 with `retryAfterMs`; `conflict` 449; `unavailable` 503.
   */
  action: 'drop' | 'drop-answer' | 'delay' | 'throttle' | 'conflict' | 'unavailable';
  delayMs?: number;
  retryAfterMs?: number;
}

export interface FaultPlan {
  /** The same seed and the same requests give the same faults. */
  seed?: number;
  rules: FaultRule[];
}

export type Strike = 'none' | 'drop' | 'drop-answer';

const known: Record<keyof FaultRule, string> = {
  on: 'string',
  path: 'string',
  nth: 'number',
  every: 'number',
  probability: 'number',
  times: 'number',
  action: 'string',
  delayMs: 'number',
  retryAfterMs: 'number',
};
const actions = ['drop', 'drop-answer', 'delay', 'throttle', 'conflict', 'unavailable'];

/** Reads a fault plan. @throws StartError naming what is wrong with it. */
export function readFaultPlan(file: string): FaultPlan {
  let plan: Partial<FaultPlan>;
  try {
    plan = JSON.parse(readFileSync(file, 'utf8')) as Partial<FaultPlan>;
  } catch (error) {
    throw new StartError(`the fault plan ${file} cannot be read: ${(error as Error).message}`);
  }
  if (!Array.isArray(plan.rules)) throw new StartError(`the fault plan ${file} needs a list called rules`);
  for (const [at, rule] of plan.rules.entries()) {
    for (const [name, value] of Object.entries(rule))
      if (typeof value !== (known as Record<string, string>)[name])
        throw new StartError(`the fault plan ${file}: rule ${at + 1} has no property ${name} of that type`);
    if (!actions.includes(rule.action))
      throw new StartError(`the fault plan ${file}: rule ${at + 1} needs an action of ${actions.join(', ')}`);
  }
  return plan as FaultPlan;
}

/** Gives the function that is asked about every request. @throws CosmosError for a fault that is an answer. */
export function faultInjector({ seed = 1, rules }: FaultPlan): (request: CosmosRequest) => Promise<Strike> {
  const random = randomFrom(seed);
  const counters = rules.map(() => ({ seen: 0, struck: 0 }));
  return async (request) => {
    // Every rule counts, whatever the others do with the request.
    const due = rules.filter((rule, at) => {
      const counter = counters[at]!;
      if (!matches(rule, request) || counter.struck >= (rule.times ?? Number.POSITIVE_INFINITY)) return false;
      counter.seen++;
      if (!isDue(rule, counter.seen, random)) return false;
      counter.struck++;
      return true;
    });
    let strike: Strike = 'none';
    for (const rule of due) {
      if (rule.action === 'delay') await sleep(rule.delayMs ?? 100);
      else if (rule.action === 'drop' || rule.action === 'drop-answer') strike = rule.action;
      else throw refusal(rule);
    }
    return strike;
  };
}

function matches({ on = 'any', path }: FaultRule, request: CosmosRequest): boolean {
  if (path !== undefined && !new RegExp(path).test(request.segments.join('/'))) return false;
  const asking = isQuery(request) || flag(request, 'x-ms-cosmos-is-query-plan-request');
  if (on === 'query') return asking;
  if (on === 'read') return request.method === 'GET';
  return on === 'any' || (request.method !== 'GET' && !asking);
}

function isDue({ nth, every, probability }: FaultRule, seen: number, random: () => number): boolean {
  if (nth !== undefined) return seen === nth;
  if (every !== undefined) return seen % every === 0;
  return probability === undefined || random() < probability;
}

function refusal({ action, retryAfterMs = 10 }: FaultRule): CosmosError {
  if (action === 'throttle')
    return new CosmosError(429, 'TooManyRequests', 'The request rate is too large. Please retry after sometime.', {
      substatus: 3200,
      retryAfterMs,
    });
  if (action === 'conflict')
    return new CosmosError(
      449,
      'RetryWith',
      'Conflicting request to resource has been attempted. Retry to avoid conflicts.',
    );
  return new CosmosError(503, 'ServiceUnavailable', 'The service is unavailable because of a fault plan.');
}

/** Mulberry32 (Tommy Ettinger, public domain): small, and good enough to choose faults by. */
function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
