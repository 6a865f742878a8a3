import assert from 'node:assert/strict';
import { afterEach, beforeEach } from 'node:test';
import type { Exchange } from './exchange.ts';
import { policies } from './policies/table.ts';
import type { Policy } from './policy.ts';
import { partsIn } from './policy-parts.ts';

/** A policy and the parts of it that a test shows. */
export interface Claim {
  policy: string;
  parts: readonly string[];
}

/**
 * What a test says it shows, by its name: `gateway: cors @allow-credentials allowed-origins/origin: what holds`, several
 * policies with a comma between them. Undefined when its feature is no policy.
 */
export function claimsOf(feature: string): Claim[] | undefined {
  const claims = feature.split(', ').map((one) => {
    const [policy = '', ...parts] = one.split(' ');
    return { policy, parts };
  });
  return claims.every(({ policy }) => policies.has(policy)) ? claims : undefined;
}

const ran = new Map<string, Set<string>>();

/** Writes down which policies run in a test, and with which parts: a test whose name claims more than that fails. */
export function watchClaims(): void {
  for (const policy of policies.values()) watch(policy);
  beforeEach(() => ran.clear());
  afterEach((context) => {
    const feature = /^gateway: (.+?): /.exec('name' in context ? context.name : '')?.[1] ?? '';
    for (const { policy, parts } of claimsOf(feature) ?? []) {
      const seen = ran.get(policy);
      assert.ok(seen, `the name says that <${policy}> runs`);
      for (const part of parts) assert.ok(seen.has(part), `the name says that <${policy}> runs with ${part}`);
    }
  });
}

function watch(policy: Policy): void {
  const compile = policy.compile.bind(policy);
  policy.compile = (element) => {
    const parts = partsIn(element.xml, policy);
    const run = compile(element);
    return (exchange: Exchange) => {
      const seen = ran.get(policy.name) ?? new Set();
      ran.set(policy.name, seen);
      for (const part of parts) seen.add(part);
      return run(exchange);
    };
  };
}
