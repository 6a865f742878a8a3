import { StoreUnavailableError } from '../../shared/streams/errors.ts';
import type { Faults, Part } from './faults.ts';
import type { Random } from './random.ts';
import type { World } from './world.ts';

/** One run of some code on the host: it may die at any call, and then nothing of it happens any more. */
export interface Worker {
  alive: boolean;
  died: () => void;
}

export interface Host {
  /**
   * Runs code as a worker of its own. The promise never settles when the worker dies; `died` is called then.
   */
  run: <T>(work: (worker: Worker) => Promise<T>, died?: () => void) => Promise<T>;
  /** One call of a worker to something outside: takes time, and any of the faults may strike. */
  call: <T>(worker: Worker, part: Part, work: () => Promise<T>) => Promise<T>;
}

/** Longer than a session lock and a client's patience. */
const stallMs = 150_000;

export function createHost(world: World, random: Random, faults: Faults): Host {
  const workers = new Set<Worker>();

  function die(worker: Worker): void {
    if (!worker.alive) return;
    worker.alive = false;
    workers.delete(worker);
    worker.died();
  }

  function call<T>(worker: Worker, part: Part, work: () => Promise<T>): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      if (!worker.alive) return;
      if (random.chance(faults.crash)) {
        // A request that left before its sender died is carried out all the same.
        if (random.chance(0.5)) world.after(random.below(50), () => void work().catch(() => {}));
        return die(worker);
      }
      const stalled = random.chance(faults.stall);
      world.after(stalled ? random.below(stallMs) : 1 + random.below(20), () => {
        if (isDown(part) || random.chance(faults.refused)) {
          return worker.alive && reject(new StoreUnavailableError(`${part} is away`));
        }
        const lost = random.chance(faults.lostReply);
        work().then(
          (result) => {
            if (!worker.alive) return;
            if (lost) reject(new StoreUnavailableError(`the answer of ${part} got lost`));
            else resolve(result);
          },
          (error: Error) => worker.alive && reject(error),
        );
      });
    });
  }

  function isDown(part: Part): boolean {
    return faults.outages.some(
      (outage) => outage.part === part && world.now() >= outage.from && world.now() < outage.to,
    );
  }

  for (const time of faults.hostKills) world.at(time, () => [...workers].forEach(die));

  return {
    run: (work, died = () => {}) => {
      const worker: Worker = { alive: true, died };
      workers.add(worker);
      return work(worker).finally(() => workers.delete(worker));
    },
    call,
  };
}
