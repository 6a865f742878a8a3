import { readFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { StartError } from '../program.ts';
import { PlannedFaultError } from './errors.ts';

/** One rule of a plan: which invocations, and what happens to them. */
interface Rule {
  /** The function's name; every function when absent. */
  function?: string;
  /** Which of the matching invocations, counted from 1. */
  nth?: number;
  every?: number;
  /** Share of the invocations, 0 to 1, drawn from the plan's seed. */
  chance?: number;
  do: 'delay' | 'fail' | 'crash';
  /** How long a delay lasts. */
  milliseconds?: number;
  /** `after`: the handler has run, but its result is lost. */
  when?: 'before' | 'after';
}

export interface FaultPlan {
  /** Rejects, waits or ends the process, as the plan says for this moment of this invocation. */
  strike(functionName: string, invocation: number, moment: 'before' | 'after'): Promise<void>;
  /** The number of the next invocation of this function. */
  count(functionName: string): number;
}

export const noFaults: FaultPlan = { strike: async () => {}, count: () => 0 };

/** Reads a plan `{ "seed": 1, "rules": [...] }`; see docs/local-azure.md. */
export async function loadFaultPlan(file: string): Promise<FaultPlan> {
  let plan;
  try {
    plan = JSON.parse(await readFile(file, 'utf8')) as { seed?: number; rules: Rule[] };
  } catch (error) {
    throw new StartError(`the fault plan ${file} cannot be read: ${(error as Error).message}`);
  }
  if (!Array.isArray(plan.rules)) throw new StartError(`${file}: "rules" must be a list`);
  for (const rule of plan.rules) {
    if (!['delay', 'fail', 'crash'].includes(rule.do))
      throw new StartError(`${file}: "do" must be delay, fail or crash, not ${JSON.stringify(rule.do)}`);
    const unknown = Object.keys(rule).find(
      (key) => !['function', 'nth', 'every', 'chance', 'do', 'milliseconds', 'when'].includes(key),
    );
    if (unknown) throw new StartError(`${file}: a rule has no "${unknown}"`);
  }
  return faultPlan(plan.rules, plan.seed ?? 1);
}

function faultPlan(rules: Rule[], seed: number): FaultPlan {
  const random = mulberry32(seed);
  const counts = new Map<string, number>();
  const strikes = (rule: Rule, invocation: number): boolean => {
    if (rule.nth !== undefined) return invocation === rule.nth;
    if (rule.every !== undefined) return invocation % rule.every === 0;
    return rule.chance === undefined || random() < rule.chance;
  };
  return {
    count(name) {
      const next = (counts.get(name) ?? 0) + 1;
      counts.set(name, next);
      return next;
    },
    async strike(name, invocation, moment) {
      for (const rule of rules) {
        if ((rule.when ?? 'before') !== moment || (rule.function ?? name) !== name) continue;
        if (!strikes(rule, invocation)) continue;
        if (rule.do === 'delay') await delay(rule.milliseconds ?? 0);
        else if (rule.do === 'crash') process.kill(process.pid, 'SIGKILL');
        else throw new PlannedFaultError(`the fault plan fails invocation ${invocation} of ${name}`);
      }
    },
  };
}

/** A small seeded generator (Mulberry32, Tommy Ettinger, public domain): the same plan strikes the same way every time. */
function mulberry32(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let value = state;
    value = Math.imul(value ^ (value >>> 15), value | 1);
    value ^= value + Math.imul(value ^ (value >>> 7), value | 61);
    return ((value ^ (value >>> 14)) >>> 0) / 2 ** 32;
  };
}
