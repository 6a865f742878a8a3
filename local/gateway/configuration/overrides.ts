import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { LoadError } from '../errors.ts';
import type { Configuration, Subscription } from './model.ts';
import { backendOf, subscriptionOf } from './resources.ts';

const schema = z.strictObject({
  namedValues: z.record(z.string(), z.string()).optional(),
  backends: z.record(z.string(), z.url()).optional(),
  subscriptions: z
    .array(
      z.strictObject({
        name: z.string(),
        displayName: z.string().optional(),
        scope: z.string(),
        primaryKey: z.string().optional(),
        secondaryKey: z.string().optional(),
      }),
    )
    .optional(),
  operatorToken: z.string().optional(),
});

export type Overrides = z.infer<typeof schema>;

/** Reads what a machine sets by itself: addresses, keys, secrets. Throws LoadError. */
export function readOverrides(file: string): Overrides {
  let parsed: unknown;
  try {
    parsed = JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw new LoadError(`the overrides cannot be read: ${(error as Error).message}`, { file, line: 1, column: 1 });
  }
  const checked = schema.safeParse(parsed);
  if (checked.success) return checked.data;
  const problems = checked.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
  throw new LoadError(problems.join('; '), { file, line: 1, column: 1 });
}

/** The configuration with the overrides on top. */
export function applyOverrides(configuration: Configuration, overrides: Overrides): Configuration {
  const namedValues = new Map(configuration.namedValues);
  for (const [name, value] of Object.entries(overrides.namedValues ?? {})) {
    const known = namedValues.get(name) ?? { name, displayName: name, secret: false, tags: [] };
    namedValues.set(name, { ...known, value });
  }
  const backends = new Map(configuration.backends);
  for (const [name, url] of Object.entries(overrides.backends ?? {})) {
    const known = backends.get(name) ?? backendOf(name, {});
    backends.set(name, { ...known, url: url.replace(/\/+$/, '') });
  }
  const subscriptions = new Map(configuration.subscriptions);
  for (const given of overrides.subscriptions ?? []) {
    const known: Subscription = subscriptions.get(given.name) ?? subscriptionOf(given.name, given);
    const { primaryKey = known.primaryKey, secondaryKey = known.secondaryKey } = given;
    subscriptions.set(given.name, {
      ...known,
      ...subscriptionOf(given.name, given),
      primaryKey,
      secondaryKey,
      createdDate: known.createdDate,
    });
  }
  return { ...configuration, namedValues, backends, subscriptions };
}
