import * as z from 'zod';
import type { Operation } from './operation.ts';
import type { BrokenRule } from './problems.ts';

/** A request's parts as they came; `body` is parsed JSON, undefined when there was none. */
export interface RawRequest {
  params: Record<string, string>;
  query: URLSearchParams;
  header(name: string): string | null | undefined;
  body: unknown;
}

type Parsed<S> = S extends z.ZodType ? z.output<S> : undefined;
type Part<O, K extends string> = O extends { [P in K]: infer S } ? Parsed<S> : undefined;

/** The body of an operation's requests once it is valid. */
export type BodyOf<O> = O extends { body: { schema: infer S } } ? Parsed<S> : undefined;

export interface ValidRequest<O> {
  params: Part<O, 'params'>;
  query: Part<O, 'query'>;
  headers: Part<O, 'headers'>;
  body: BodyOf<O>;
}

export type Validation<O> = { valid: true; request: ValidRequest<O> } | { valid: false; errors: BrokenRule[] };

/** Checks every part of a request against its operation and lists all that is wrong, not the first thing only. */
export function validateRequest<O extends Operation>(operation: O, raw: RawRequest): Validation<O> {
  const errors: BrokenRule[] = [];
  const params = check(operation.params, raw.params, errors, nameAs('parameter'));
  const query = check(operation.query ?? noParameters, readQuery(raw.query, errors), errors, nameAs('parameter'));
  const headers = check(operation.headers, pickHeaders(operation.headers, raw), errors, nameAs('header'));
  const body = check(operation.body?.schema, raw.body, errors, pointTo);
  if (errors.length > 0) return { valid: false, errors };
  return { valid: true, request: { params, query, headers, body } as ValidRequest<O> };
}

/** Checks a body alone, for operations whose signature has to be verified before anything is read. */
export function validateBody<S extends z.ZodType>(
  schema: S,
  body: unknown,
): { valid: true; body: z.output<S> } | { valid: false; errors: BrokenRule[] } {
  const errors: BrokenRule[] = [];
  const value = check(schema, body, errors, pointTo);
  return errors.length > 0 ? { valid: false, errors } : { valid: true, body: value as z.output<S> };
}

const noParameters = z.strictObject({});

type Locate = (path: PropertyKey[]) => Omit<BrokenRule, 'detail'>;

function check(schema: z.ZodType | undefined, value: unknown, errors: BrokenRule[], locate: Locate): unknown {
  if (!schema) return undefined;
  const result = schema.safeParse(value, { reportInput: false });
  if (result.success) return result.data;
  for (const issue of result.error.issues) errors.push(...explain(issue, value, locate));
  return undefined;
}

function explain(issue: z.core.$ZodIssue, input: unknown, locate: Locate): BrokenRule[] {
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({ ...locate([...issue.path, key]), detail: 'is not known' }));
  }
  const missing = valueAt(input, issue.path) === undefined;
  const wantsObject = issue.code === 'invalid_type' && issue.expected === 'object';
  const detail = missing ? 'is required' : wantsObject ? 'must be a JSON object' : issue.message;
  return [{ ...locate(issue.path), detail }];
}

function valueAt(input: unknown, path: PropertyKey[]): unknown {
  let value = input;
  for (const key of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined;
    value = (value as Record<PropertyKey, unknown>)[key];
  }
  return value;
}

function pointTo(path: PropertyKey[]): Omit<BrokenRule, 'detail'> {
  return { pointer: path.map((key) => `/${String(key).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('') };
}

function nameAs(kind: 'parameter' | 'header'): Locate {
  return (path) => ({ [kind]: path.map(String).join('.') });
}

// A parameter given twice is ambiguous: one layer reads the first, another the last. It is refused, and the first
// stands in so that the rest is checked too.
function readQuery(query: URLSearchParams, errors: BrokenRule[]): Record<string, string> {
  const values = new Map<string, string>();
  for (const [name, value] of query) {
    if (!values.has(name)) values.set(name, value);
    else errors.push({ parameter: name, detail: 'must be given once' });
  }
  return Object.fromEntries(values);
}

function pickHeaders(schema: z.ZodObject | undefined, raw: RawRequest): Record<string, string> {
  const values: Record<string, string> = {};
  for (const name of Object.keys(schema?.shape ?? {})) {
    const value = raw.header(name);
    if (value != null) values[name] = value;
  }
  return values;
}
