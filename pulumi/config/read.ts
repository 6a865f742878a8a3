import type { z } from 'zod';
import { ConfigError, type Mistake } from './errors.ts';
import { combinationMistakes } from './combinations.ts';
import { type Config, settings } from './schema.ts';

const project = 'exchange-api';

/**
 * The stack's configuration from Pulumi's raw values (`exchange-api:key` to text, structured ones as JSON).
 * Keys of other projects and providers are left alone.
 * @throws ConfigError with every mistake: unknown keys, wrong values, and combinations that Azure refuses.
 */
export function readConfig(stack: string, raw: Readonly<Record<string, string>>): Config {
  const mistakes: Mistake[] = [];
  const config: Partial<Record<keyof Config, unknown>> = {};
  for (const key of Object.keys(raw)) {
    const name = ownName(key);
    if (name !== undefined && !Object.hasOwn(settings, name)) {
      mistakes.push({ key, problem: `unknown setting${suggestion(name)}` });
    }
  }
  for (const [name, schema] of Object.entries(settings)) {
    const key = `${project}:${name}`;
    const result = (schema as z.ZodType).safeParse(parse(raw[key]), { reportInput: true });
    if (result.success) config[name as keyof Config] = result.data;
    else mistakes.push(...result.error.issues.flatMap((issue) => describe(key, issue)));
  }
  mistakes.push(...combinationMistakes(config as Partial<Config>).map((m) => ({ ...m, key: `${project}:${m.key}` })));
  if (mistakes.length > 0) throw new ConfigError(stack, mistakes);
  return config as Config;
}

function ownName(key: string): string | undefined {
  return key.startsWith(`${project}:`) ? key.slice(project.length + 1) : undefined;
}

/** Pulumi hands over structured values as JSON and plain ones as their text. */
function parse(text: string | undefined): unknown {
  if (text === undefined || !/^[[{]/.test(text.trim())) return text;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function describe(key: string, issue: z.core.$ZodIssue): Mistake[] {
  const path = [key, ...issue.path.map(String)].join('.');
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.map((unknown) => ({ key: `${path}.${unknown}`, problem: 'unknown setting' }));
    case 'invalid_type':
      return [{ key: path, problem: issue.input === undefined ? 'is missing' : `expected ${article(issue.expected)}` }];
    case 'invalid_value':
      return [{ key: path, problem: `expected ${listed(issue.values)}` }];
    case 'too_small':
      return [{ key: path, problem: `must be at least ${issue.minimum}${unit(issue.origin)}` }];
    case 'too_big':
      return [{ key: path, problem: `must be at most ${issue.maximum}${unit(issue.origin)}` }];
    case 'invalid_union':
      return [{ key: path, problem: unionProblem(issue) }];
    default:
      return [{ key: path, problem: issue.message.replace(/^Invalid (\w+)$/, 'is not a valid $1') }];
  }
}

function unionProblem(issue: z.core.$ZodIssueInvalidUnion): string {
  if (issue.discriminator !== undefined)
    return `must be ${('options' in issue ? (issue.options ?? []) : []).join(' or ')}`;
  const values = issue.errors.flat().flatMap((inner) => (inner.code === 'invalid_value' ? inner.values : []));
  return values.length > 0 ? `expected ${listed(values)}` : 'has the wrong shape';
}

function listed(values: readonly unknown[]): string {
  return values
    .map(String)
    .join(', ')
    .replace(/, ([^,]*)$/, ' or $1');
}

function article(expected: string): string {
  const names: Record<string, string> = {
    int: 'a whole number',
    number: 'a number',
    boolean: 'true or false',
    array: 'a list',
  };
  return names[expected] ?? `${/^[aeiou]/.test(expected) ? 'an' : 'a'} ${expected}`;
}

function unit(origin: string): string {
  if (origin === 'string') return ' characters';
  return origin === 'array' ? ' entries' : '';
}

/** The nearest known setting, for a typing slip of at most two letters. */
function suggestion(name: string): string {
  const near = Object.keys(settings).find((known) => distance(name.toLowerCase(), known.toLowerCase()) <= 2);
  return near === undefined ? '' : `; did you mean ${near}?`;
}

/** Levenshtein distance. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, row[j]! + 1, next[j - 1]! + 1));
    }
    row = next;
  }
  return row[b.length]!;
}
