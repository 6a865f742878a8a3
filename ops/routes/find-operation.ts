import type { Operation } from '../../shared/contract/operation.ts';
import { closest } from '../../shared/migration/closest.ts';
import { UsageError } from '../command.ts';

/** The operation that a command was given. @throws {UsageError} naming the closest one there is */
export function findOperation(operations: readonly Operation[], positionals: readonly string[]): Operation {
  const [id, ...rest] = positionals;
  const routable = operations.filter(({ access }) => access !== 'gateway');
  if (id === undefined) throw new UsageError('name an operation, such as quotes.create');
  if (rest.length > 0) throw new UsageError(`one operation at a time: "${rest.join(' ')}" is too much`);
  const found = routable.find((operation) => operation.id === id);
  if (found) return found;
  const ids = routable.map((operation) => operation.id);
  const near = closest(id, ids);
  throw new UsageError(
    `no operation is called "${id}": ${near ? `did you mean ${near}?` : `use one of ${ids.join(', ')}`}`,
  );
}
