import { routeSwitchName, type Operation } from '../../contract/operation.ts';
import { ArtefactError } from './errors.ts';
import { operationName } from './names.ts';

/** What an import of the document makes a resource name of without loss, and what no C# string has to escape. */
const nameable = /^[A-Za-z0-9]+(?:[._-][A-Za-z0-9]+)*$/;
const longestName = 76;

/**
 * Operations become resources of the gateway: each needs a name of its own, and a path that no other one has.
 * @throws {ArtefactError}
 */
export function checkOperations(operations: readonly Operation[]): void {
  const problems = operations.flatMap((operation) => [...idProblems(operation), ...pathProblems(operation)]);
  const collisions = (what: string, nameOf: (operation: Operation) => string) => {
    const first = new Map<string, Operation>();
    for (const operation of operations) {
      const name = nameOf(operation);
      const other = first.get(name);
      if (other) problems.push(`${other.id} and ${operation.id} have the same ${what}, ${name}: rename one of them`);
      else first.set(name, operation);
    }
  };
  collisions('resource name', ({ id }) => operationName(id));
  collisions('switch', ({ id }) => routeSwitchName(id).toLowerCase());
  collisions('method and path', ({ method, path }) => `${method} ${matched(path)}`);
  if (problems.length > 0) throw new ArtefactError(problems);
}

/** A path as requests are matched to it: whatever its parameters are called, and without the last slash. */
function matched(path: string): string {
  return (
    path
      .replaceAll(/\{[^{}]*\}/g, '{}')
      .replace(/\/+$/, '')
      .toLowerCase() || '/'
  );
}

function* idProblems({ id }: Operation): Generator<string> {
  if (!nameable.test(id))
    yield `"${id}" cannot name an operation: use letters a to z, digits, and single dots, hyphens or underscores between them`;
  else if (id.length > longestName) yield `${id} is too long to name an operation: ${longestName} characters at most`;
}

function* pathProblems({ id, path }: Operation): Generator<string> {
  if (!/^\/(?:[^\s{}?#\\<>"&]|\{[A-Za-z][\w-]*\})*$/.test(path))
    yield `${id}: "${path}" is no path: begin with "/" and write parameters as {name}`;
  const names = parametersOf(path);
  for (const name of names)
    if (names.indexOf(name) !== names.lastIndexOf(name)) {
      yield `${id}: "${path}" has the parameter {${name}} twice`;
      return;
    }
}

/** The parameters of a path template, in their order. */
export function parametersOf(path: string): string[] {
  return [...path.matchAll(/\{([^{}]+)\}/g)].map(([, name]) => name!);
}
