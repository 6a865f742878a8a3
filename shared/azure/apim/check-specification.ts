import type { Operation } from '../../contract/operation.ts';
import { ArtefactError } from './errors.ts';

interface Specification {
  paths?: Record<string, Record<string, { operationId?: string }>>;
}

/**
 * The operations of the API are made from the document, their policies from the contract: what is in one and not in the
 * other would fail half-way through a deployment.
 * @throws {ArtefactError}
 */
export function checkSpecification(openapi: string, operations: readonly Operation[]): void {
  const { paths = {} } = JSON.parse(openapi) as Specification;
  const documented = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, { operationId }]) => signature(method, path, operationId)),
  );
  const exposed = operations.map(({ method, path, id }) => signature(method, path, id));
  const problems = [
    ...exposed.filter((one) => !documented.includes(one)).map((one) => `the OpenAPI document lacks ${one}`),
    ...documented.filter((one) => !exposed.includes(one)).map((one) => `the contract lacks ${one}`),
  ];
  if (problems.length > 0) throw new ArtefactError([...problems, 'run "npm run generate" to write the document again']);
}

function signature(method: string, path: string, id = 'no id'): string {
  return `${method.toUpperCase()} ${path} (${id})`;
}
