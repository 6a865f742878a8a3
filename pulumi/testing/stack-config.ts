import { readFileSync } from 'node:fs';
import { parse } from 'yaml';

export const stacks = ['dev', 'staging', 'production'] as const;
export type StackName = (typeof stacks)[number];

/** A stack's committed configuration as the engine hands it to the program: text, structured values as JSON. */
export function rawConfig(stack: StackName): Record<string, string> {
  const { config } = parse(readFileSync(new URL(`../Pulumi.${stack}.yaml`, import.meta.url), 'utf8')) as {
    config: Record<string, string | object>;
  };
  return Object.fromEntries(
    Object.entries(config).map(([key, value]) => [key, typeof value === 'object' ? JSON.stringify(value) : value]),
  );
}
