import { ClientGoneError, PolicyError } from './errors.ts';
import type { Exchange } from './exchange.ts';
import { toException } from './expressions/exceptions.ts';
import type { Step } from './policy.ts';

/** A policy as compiled, with what a trace and on-error say of it. */
export interface CompiledPolicy {
  name: string;
  /** Where it stands, such as `choose/when[2]/set-header`. */
  path: string;
  id: string;
  scope: string;
  run: Step;
  /** The policies of the fragment that it includes. */
  included: readonly CompiledPolicy[];
  /** Whether it or a policy inside it is a cache-store. */
  storesInCache: boolean;
}

/** Where an error arose; the innermost policy writes it down first. */
const origins = new WeakMap<PolicyError, CompiledPolicy>();

export function originOf(error: PolicyError): CompiledPolicy | undefined {
  return origins.get(error);
}

/** One policy after the other, until one finishes the request. Waits only where a policy has to. */
export function sequence(policies: readonly CompiledPolicy[]): Step {
  const run = (exchange: Exchange, from: number): void | Promise<void> => {
    for (let i = from; i < policies.length; i++) {
      const policy = policies[i] as CompiledPolicy;
      const pending = exchange.trace ? runTraced(policy, exchange) : runOne(policy, exchange);
      if (pending) return pending.then(() => (exchange.finished ? undefined : run(exchange, i + 1)));
      if (exchange.finished) return undefined;
    }
    return undefined;
  };
  return (exchange) => run(exchange, 0);
}

function runOne(policy: CompiledPolicy, exchange: Exchange): void | Promise<void> {
  try {
    const pending = policy.run(exchange);
    return pending?.catch((error: unknown) => {
      throw attribute(error, policy);
    });
  } catch (error) {
    throw attribute(error, policy);
  }
}

function runTraced(policy: CompiledPolicy, exchange: Exchange): void | Promise<void> {
  const { trace } = exchange;
  if (!trace) return runOne(policy, exchange);
  const at = trace.now();
  const entry = { section: exchange.section, scope: policy.scope, policy: policy.path, at, took: 0 };
  trace.entries.push(entry);
  const end = (error?: unknown) =>
    Object.assign(entry, { took: trace.now() - at, ...(error instanceof Error && { error: error.message }) });
  try {
    const pending = runOne(policy, exchange);
    if (!pending) {
      end();
      return undefined;
    }
    return pending.then(
      () => void end(),
      (error: unknown) => {
        end(error);
        throw error;
      },
    );
  } catch (error) {
    end(error);
    throw error;
  }
}

function attribute(error: unknown, policy: CompiledPolicy): Error {
  if (error instanceof ClientGoneError) return error;
  const known =
    error instanceof PolicyError
      ? error
      : new PolicyError(toException(error).message, { source: policy.name, reason: 'PolicyFailed', cause: error });
  if (!origins.has(known)) origins.set(known, policy);
  return known;
}
