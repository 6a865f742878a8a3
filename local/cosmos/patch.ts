import type { StoredDocument } from './container.ts';
import { badRequest } from './errors.ts';
import { isObject, textOf, type Json, type JsonObject, type Value } from './json.ts';

const maxOperations = 10;
const systemPaths = new Set(['/id', '/_rid', '/_self', '/_etag', '/_ts', '/_attachments']);
const kinds = ['add', 'set', 'replace', 'remove', 'incr', 'move'];

/** The document after all operations, or none. @throws CosmosError 400 naming the operation that cannot be done. */
export function applyPatch(
  document: StoredDocument,
  operations: Value,
  partitionKeyPaths: readonly string[],
): JsonObject {
  if (!Array.isArray(operations) || !operations.length)
    throw badRequest('The request payload is invalid: a patch needs at least one operation.');
  if (operations.length > maxOperations)
    throw badRequest(`The number of patch operations exceeds the maximum of ${maxOperations}.`);
  const patched = JSON.parse(document.text) as JsonObject;
  for (const [at, operation] of operations.entries()) applyOne(patched, operation, at + 1, partitionKeyPaths);
  return patched;
}

function applyOne(root: JsonObject, operation: Json, at: number, partitionKeyPaths: readonly string[]): boolean {
  const fail = (why: string): never => {
    throw badRequest(`For Operation(${at}): ${why}`);
  };
  if (!isObject(operation)) return fail('the operation must be an object.');
  const { op, path, value, from } = operation;
  if (typeof op !== 'string' || !kinds.includes(op)) return fail(`'${textOf(op)}' is not a patch operation.`);
  if (typeof path !== 'string' || !path.startsWith('/')) return fail('the path must begin with /.');
  const fixed = (target: string) => systemPaths.has(target) || partitionKeyPaths.includes(target);
  if (fixed(path))
    return fail(`the path ${path} cannot be patched: it is the id, the partition key or a system property.`);
  const target = locate(root, path) ?? fail(`the path ${path} does not exist: its parent is missing.`);
  const missing = () => fail(`${op} needs the path ${path} to exist.`);
  if (op === 'remove') return target.value === undefined ? missing() : target.remove();
  if (op === 'move') {
    if (typeof from !== 'string') return fail('move needs a from path.');
    if (fixed(from)) return fail(`the path ${from} cannot be moved.`);
    if (path.startsWith(`${from}/`)) return fail('a value cannot be moved into itself.');
    const source = locate(root, from);
    if (source?.value === undefined) return fail(`the from path ${from} does not exist.`);
    source.remove();
    return (locate(root, path) ?? missing()).insert(source.value) || fail(`the index in ${path} is beyond the array.`);
  }
  if (value === undefined) return fail(`${op} needs a value.`);
  if (op === 'incr') {
    if (typeof value !== 'number') return fail('incr needs a number.');
    if (target.value !== undefined && typeof target.value !== 'number')
      return fail(`the value at ${path} is not a number.`);
    return (target.value === undefined ? target.insert(value) : target.overwrite(value + target.value)) || missing();
  }
  if (op === 'replace' && target.value === undefined) return missing();
  if (op !== 'add' && target.value !== undefined) return target.overwrite(value);
  return target.insert(value) || fail(`the index in ${path} is beyond the array.`);
}

interface Target {
  value: Value;
  overwrite(value: Json): boolean;
  /** Into an array before the index, or at its end; false when the index lies beyond that. */
  insert(value: Json): boolean;
  remove(): boolean;
}

function locate(root: JsonObject, path: string): Target | undefined {
  const steps = path
    .slice(1)
    .split('/')
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'));
  const last = steps.pop()!;
  let parent: Value = root;
  for (const step of steps) {
    parent = Array.isArray(parent)
      ? parent[Number(step)]
      : isObject(parent) && Object.hasOwn(parent, step)
        ? parent[step]
        : undefined;
  }
  if (Array.isArray(parent)) return element(parent, last);
  return isObject(parent) ? property(parent, last) : undefined;
}

function property(parent: JsonObject, name: string): Target {
  const overwrite = (value: Json) => {
    // Defined rather than assigned: a property called __proto__ is data like any other.
    Object.defineProperty(parent, name, { value, enumerable: true, configurable: true, writable: true });
    return true;
  };
  return {
    value: Object.hasOwn(parent, name) ? parent[name] : undefined,
    overwrite,
    insert: overwrite,
    remove: () => delete parent[name],
  };
}

function element(parent: Json[], step: string): Target | undefined {
  const at = step === '-' ? parent.length : Number(step);
  if (!Number.isInteger(at) || at < 0) return undefined;
  return {
    value: parent[at],
    overwrite: (value) => parent.splice(at, 1, value).length === 1,
    insert: (value) => at <= parent.length && parent.splice(at, 0, value).length === 0,
    remove: () => parent.splice(at, 1).length === 1,
  };
}
