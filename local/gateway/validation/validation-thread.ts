import { parentPort } from 'node:worker_threads';
import { maxSchema, type SchemaCheck, type Verdict } from './check.ts';
import type { JsonSchema } from './json-schema.ts';
import type { XmlSchema } from './xml-schema.ts';

/** What the gateway asks this thread: to check content, or only whether the schema compiles. */
export interface Question {
  id: number;
  /** The schema's number; it comes along the first time. */
  key: number;
  schema: SchemaCheck | undefined;
  content: Uint8Array | undefined;
  charset: string | undefined;
}

export interface Answer {
  id: number;
  verdict: Verdict;
}

type Compiled = JsonSchema | XmlSchema;

const compiled = new Map<number, Compiled | Error>();

let before: Promise<void> = Promise.resolve();

parentPort?.on('message', (question: Question) => {
  before = before.then(async () => {
    const verdict = await answer(question);
    parentPort?.postMessage({ id: question.id, verdict } satisfies Answer, []);
  });
});

async function answer({ key, schema, content, charset }: Question): Promise<Verdict> {
  if (schema) compiled.set(key, await compile(schema));
  const found = compiled.get(key);
  if (!found || found instanceof Error) return { outcome: 'unusable schema', reason: found?.message ?? 'no schema' };
  if (!content) return { outcome: 'conforms' };
  try {
    return found.verdict(content, charset);
  } catch (error) {
    // A value that nests so deeply that the checks run out of stack.
    return { outcome: 'unchecked', reason: (error as Error).message };
  }
}

async function compile(schema: SchemaCheck): Promise<Compiled | Error> {
  try {
    const { length } = schema.format === 'json' ? JSON.stringify(schema.document) : schema.text;
    if (length > maxSchema) throw new Error(`The schema is larger than ${maxSchema} characters.`);
    if (schema.format === 'json') return new (await import('./json-schema.ts')).JsonSchema(schema);
    return new (await import('./xml-schema.ts')).XmlSchema(schema);
  } catch (error) {
    return error as Error;
  }
}
