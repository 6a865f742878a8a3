import { readFileSync } from 'node:fs';
import { FaultPlanError, ServiceBusError } from './errors.ts';
import type { Queue } from './queue.ts';
import { socketOf } from './rhea-internals.ts';

const points = ['send', 'deliver', 'settle', 'manage', 'attach'] as const;
const actions = ['drop', 'fail', 'delay', 'expire-locks'] as const;

/**
 * One line of a fault plan: at the point, on the queue (any when left out), at every n-th time or with a chance, do
 * something. `drop` ends the connection, after the request was carried out; `fail` refuses it with `condition`
 * (server-busy unless named); `delay` answers `milliseconds` (100) later; `expire-locks` ends every lock of the queue.
 */
interface FaultRule {
  at: (typeof points)[number];
  queue?: string;
  /** Only the n-th time, counted from 1. */
  nth?: number;
  /** Each n-th time. */
  every?: number;
  /** 0 to 1, by the plan's seed. */
  chance?: number;
  do: (typeof actions)[number];
  condition?: string;
  milliseconds?: number;
}

interface FaultPlan {
  seed?: number;
  rules: FaultRule[];
}

/** @throws FaultPlanError naming what is wrong. */
export function readFaultPlan(path: string): FaultPlan {
  let plan: FaultPlan;
  try {
    plan = JSON.parse(readFileSync(path, 'utf8')) as FaultPlan;
  } catch (error) {
    throw new FaultPlanError(`cannot read the fault plan ${path}: ${(error as Error).message}`, { cause: error });
  }
  if (!Array.isArray(plan.rules)) throw new FaultPlanError(`${path}: "rules" must be a list`);
  for (const [index, rule] of plan.rules.entries()) {
    const where = `${path}: rule ${index + 1}`;
    if (!points.includes(rule.at)) throw new FaultPlanError(`${where}: "at" must be one of ${points.join(', ')}`);
    if (!actions.includes(rule.do)) throw new FaultPlanError(`${where}: "do" must be one of ${actions.join(', ')}`);
    if (rule.at === 'deliver' && (rule.do === 'fail' || rule.do === 'delay'))
      throw new FaultPlanError(`${where}: "deliver" can only "drop" or "expire-locks"`);
    if (rule.at === 'attach' && rule.do === 'delay') throw new FaultPlanError(`${where}: "attach" cannot "delay"`);
    const known = ['at', 'queue', 'nth', 'every', 'chance', 'do', 'condition', 'milliseconds'];
    for (const key of Object.keys(rule))
      if (!known.includes(key)) throw new FaultPlanError(`${where}: unknown property "${key}"`);
    if ([rule.nth, rule.every, rule.chance].filter((when) => when !== undefined).length !== 1)
      throw new FaultPlanError(`${where}: give one of "nth", "every", "chance"`);
  }
  return plan;
}

/** What a fault hits besides the request itself. */
interface FaultTarget {
  drop(): void;
  expireLocks(): void;
}

export function faultTarget(link: Parameters<typeof socketOf>[0], queue: Queue): FaultTarget {
  // rhea learns of the end of a connection by an error only.
  return {
    drop: () => void socketOf(link).destroy(new Error('dropped by the fault plan')),
    expireLocks: () => queue.expireLocks(),
  };
}

/** Applies a fault plan; the same seed and the same traffic give the same faults. */
export class Faults {
  readonly #rules: (FaultRule & { count: number })[];
  #state: number;

  constructor(plan: FaultPlan = { rules: [] }) {
    this.#rules = plan.rules.map((rule) => ({ ...rule, count: 0 }));
    this.#state = plan.seed ?? 1;
  }

  /**
   * What the plan has for this moment happens: `hit` drops the connection or ends every lock. Returns how long to
   * hold back the answer, ms. @throws ServiceBusError for a `fail`.
   */
  at(point: FaultRule['at'], queue: string, hit?: FaultTarget): number {
    let wait = 0;
    for (const rule of this.#rules) {
      if (rule.at !== point || (rule.queue !== undefined && rule.queue !== queue)) continue;
      rule.count++;
      if (!this.#isNow(rule)) continue;
      if (rule.do === 'drop') hit?.drop();
      else if (rule.do === 'expire-locks') hit?.expireLocks();
      else if (rule.do === 'delay') wait += rule.milliseconds ?? 100;
      else throw new ServiceBusError(rule.condition ?? 'com.microsoft:server-busy', 'The fault plan failed this.');
    }
    return wait;
  }

  #isNow({ nth, every, chance, count }: FaultRule & { count: number }): boolean {
    if (nth !== undefined) return count === nth;
    if (every !== undefined) return count % every === 0;
    return this.#random() < chance!;
  }

  /** Mulberry32. */
  #random(): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let t = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  }
}
