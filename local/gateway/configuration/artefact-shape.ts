import type { Json } from './artefact-folder.ts';

/** Properties of the resource manager that are lists of objects wherever they stand, and lists of texts. */
const lists = {
  object: new Set([
    ...['templateParameters', 'queryParameters', 'headers', 'representations', 'responses'],
    ...['services', 'rules', 'statusCodeRanges'],
  ]),
  string: new Set(['tags', 'values', 'certificateIds', 'certificate', 'errorReasons']),
} as const;

/** What is somebody's own, in any shape. */
const foreign = new Set(['document', 'examples', 'sample', 'value', 'schema']);

/** What is wrong with the lists in an information file; extracts may have null for those that are not there. */
export function shapeProblem(properties: Json): string | undefined {
  for (const [name, value] of Object.entries(properties)) {
    if (typeof value !== 'object' && !lists.object.has(name) && !lists.string.has(name)) continue;
    if (value === null || value === undefined || foreign.has(name)) continue;
    const problem = listProblem(name, value) ?? innerProblem(value);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

function listProblem(name: string, value: unknown): string | undefined {
  const type = lists.object.has(name) ? 'object' : lists.string.has(name) ? 'string' : undefined;
  if (type === undefined) return undefined;
  const fits = Array.isArray(value) && value.every((one) => typeof one === type && one !== null);
  return fits ? undefined : `"${name}" is no list of ${type === 'object' ? 'objects' : 'texts'}`;
}

function innerProblem(value: unknown): string | undefined {
  for (const one of Array.isArray(value) ? (value as unknown[]) : [value]) {
    const problem = typeof one === 'object' && one !== null ? shapeProblem(one as Json) : undefined;
    if (problem !== undefined) return problem;
  }
  return undefined;
}
