import { readFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { StartError } from '../program.ts';
import { PlannedFaultError } from './errors.ts';

interface Fault {
  /** The function's name; every function when absent. */
  function?: string;
  /** Which of the matching invocations, counted from 1. */
  nth?: number;
  every?: number;
  /** Share of the invocations, 0 to 1, drawn from the plan's seed. */
  chance?: number;
  do: 'delay' | 'fail' | 'crash';
  /** How long a delay lasts. */
  ms?: number;
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

/** Reads a plan `{ "seed": 1, "faults": [...] }`; see docs/local-azure.md. */
export async function loadFaultPlan(file: string): Promise<FaultPlan> {
  let plan;
  try {
    plan = JSON.parse(await readFile(file, 'utf8')) as { seed?: number; faults: Fault[] };
  } catch (error) {
    throw new StartError(`the fault plan ${file} cannot be read: ${(error as Error).message}`);
  }
  for (const fault of plan.faults) {
    if (!['delay', 'fail', 'crash'].includes(fault.do))
      throw new StartError(`${file}: "do" must be delay, fail or crash, not ${JSON.stringify(fault.do)}`);
    const unknown = Object.keys(fault).find(
      (key) => !['function', 'nth', 'every', 'chance', 'do', 'ms', 'when'].includes(key),
    );
    if (unknown) throw new StartError(`${file}: a fault has no "${unknown}"`);
  }
  return faultPlan(plan.faults, plan.seed ?? 1);
}

function faultPlan(faults: Fault[], seed: number): FaultPlan {
  const random = mulberry32(seed);
  const counts = new Map<string, number>();
  const draws = faults.map(() => new Map<string, boolean>());
  const strikes = (index: number, fault: Fault, name: string, invocation: number): boolean => {
    if (fault.nth !== undefined) return invocation === fault.nth;
    if (fault.every !== undefined) return invocation % fault.every === 0;
    if (fault.chance === undefined) return true;
    const key = `${name} ${invocation}`;
    const drawn = draws[index]!.get(key) ?? random() < fault.chance;
    draws[index]!.set(key, drawn);
    return drawn;
  };
  return {
    count(name) {
      const next = (counts.get(name) ?? 0) + 1;
      counts.set(name, next);
      return next;
    },
    async strike(name, invocation, moment) {
      for (const [index, fault] of faults.entries()) {
        if ((fault.when ?? 'before') !== moment || (fault.function ?? name) !== name) continue;
        if (!strikes(index, fault, name, invocation)) continue;
        if (fault.do === 'delay') await delay(fault.ms ?? 0);
        else if (fault.do === 'crash') process.kill(process.pid, 'SIGKILL');
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
