import { randomBytes, randomUUID } from 'node:crypto';
import type { RegisteredFunction } from './core-module.ts';
import type { InvocationRequest, InvocationResponse, TypedData } from './core-types.ts';
import { DrainingError, FunctionTimeoutError } from './errors.ts';
import type { FaultPlan } from './faults.ts';
import type { Worker, WorkerLog } from './worker.ts';

interface InvocationInput {
  /** The trigger's value. */
  data: TypedData | null;
  triggerMetadata?: Record<string, TypedData>;
  invocationId?: string;
  /** W3C trace context of the caller: the invocation becomes its child. */
  traceParent?: string | undefined;
  traceState?: string | undefined;
  retryContext?: InvocationRequest['retryContext'];
}

export interface Invocations {
  /** Runs a function to its end. Rejects with what it threw, on time-out, and when the host drains. */
  run(target: RegisteredFunction, input: InvocationInput): Promise<InvocationResponse>;
  readonly outstanding: number;
  /** No more than what is running from now on. */
  drain(): void;
  readonly draining: boolean;
  /** Resolves when nothing runs any more, or after `limitMs`: true when all ended in time. */
  idle(limitMs: number): Promise<boolean>;
}

export function invocationRunner(
  worker: Worker,
  options: {
    timeoutMs: number | undefined;
    faults: FaultPlan;
    log: WorkerLog;
    /** Delivers a function's outputs other than HTTP; when that fails, the invocation has failed. */
    send(target: RegisteredFunction, response: InvocationResponse): Promise<void>;
  },
): Invocations {
  let outstanding = 0;
  let draining = false;
  let whenIdle: (() => void)[] = [];

  async function run(target: RegisteredFunction, input: InvocationInput): Promise<InvocationResponse> {
    const { name } = target.metadata;
    if (draining) throw new DrainingError(`the host is draining: ${name} was not started`);
    const request = toRequest(target, input);
    const number = options.faults.count(name);
    outstanding++;
    try {
      await options.faults.strike(name, number, 'before');
      const response = await withTimeout(worker.invoke(target, request), name);
      await options.faults.strike(name, number, 'after');
      await options.send(target, response);
      return response;
    } catch (error) {
      const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
      const message = `Executed 'Functions.${name}' (Failed, Id=${request.invocationId}) ${text}`;
      options.log({ level: 'error', category: 'host', functionName: name, message });
      throw error;
    } finally {
      outstanding--;
      if (outstanding === 0) for (const resolve of whenIdle.splice(0)) resolve();
    }
  }

  /** The handler cannot be stopped from outside: it goes on, and its result is dropped. */
  async function withTimeout<T>(work: Promise<T>, name: string): Promise<T> {
    const { timeoutMs } = options;
    if (timeoutMs === undefined) return work;
    let timer: NodeJS.Timeout | undefined;
    const expired = new Promise<never>((_, reject) => {
      timer = setTimeout(() => {
        reject(new FunctionTimeoutError(`Timeout value of ${timeoutMs} ms exceeded by function: 'Functions.${name}'`));
      }, timeoutMs);
    });
    try {
      return await Promise.race([work, expired]);
    } finally {
      clearTimeout(timer);
    }
  }

  return {
    run,
    get outstanding() {
      return outstanding;
    },
    get draining() {
      return draining;
    },
    drain: () => {
      draining = true;
    },
    async idle(limitMs) {
      if (outstanding === 0) return true;
      let timer: NodeJS.Timeout | undefined;
      const ended = await Promise.race([
        new Promise<boolean>((resolve) => whenIdle.push(() => resolve(true))),
        new Promise<boolean>((resolve) => {
          timer = setTimeout(() => resolve(false), limitMs);
        }),
      ]);
      clearTimeout(timer);
      return ended;
    },
  };
}

const w3cParent = /^[\da-f]{2}-([\da-f]{32})-[\da-f]{16}-([\da-f]{2})$/;

function toRequest(target: RegisteredFunction, input: InvocationInput): InvocationRequest {
  const [, trace = randomBytes(16).toString('hex'), flags = '00'] = w3cParent.exec(input.traceParent ?? '') ?? [];
  return {
    invocationId: input.invocationId ?? randomUUID(),
    functionId: target.id,
    inputData: [{ name: triggerBinding(target).name, data: input.data }],
    triggerMetadata: input.triggerMetadata ?? {},
    traceContext: {
      traceParent: `00-${trace}-${randomBytes(8).toString('hex')}-${flags}`,
      traceState: input.traceState ?? '',
      attributes: {},
    },
    ...(input.retryContext && { retryContext: input.retryContext }),
  };
}

/** The one binding whose type ends in "trigger", with its name. */
export function triggerBinding({ metadata }: RegisteredFunction): {
  name: string;
  type: string;
  [property: string]: unknown;
} {
  const entry = Object.entries(metadata.bindings).find(([, binding]) => /trigger$/i.test(binding.type));
  if (!entry) throw new Error(`function "${metadata.name}" has no trigger`);
  return { ...entry[1], name: entry[0] };
}
