import type { Operation } from '../../contract/operation.ts';
import { ArtefactError } from './errors.ts';

interface Specification {
  servers?: { url?: string }[];
  paths?: Record<string, Record<string, { operationId?: string } | undefined>>;
}

const methods = ['get', 'put', 'post', 'delete', 'options', 'head', 'patch', 'trace'];
const howToWrite = 'run "npm run generate" to write the document again';

/**
 * The operations of the API are made from the document, their policies from the contract: what is in one and not in the
 * other would fail half-way through a deployment.
 * @throws {ArtefactError}
 */
export function checkSpecification(openapi: string, operations: readonly Operation[]): void {
  const { servers = [], paths = {} } = parse(openapi);
  const documented = Object.entries(paths).flatMap(([path, item]) =>
    methods.flatMap((method) => {
      const operation = item[method];
      return operation ? [{ signature: signature(method, path, operation.operationId), operation }] : [];
    }),
  );
  const known = new Set(documented.map((one) => one.signature));
  const exposed = new Set(operations.map(({ method, path, id }) => signature(method, path, id)));
  const problems = [
    ...servers.flatMap(({ url = '' }) => {
      const base = url.replace(/^[a-z][a-z0-9+.-]*:\/\/[^/]*/i, '').replace(/\/+$/, '');
      return base === ''
        ? []
        : [
            `the server "${url}" of the OpenAPI document has a path, which its import drops: write "${base}" into the paths`,
          ];
    }),
    ...[...exposed].filter((one) => !known.has(one)).map((one) => `the OpenAPI document lacks ${one}`),
    ...documented
      .filter((one) => !exposed.has(one.signature))
      .map(({ signature: one, operation }) =>
        operation.operationId === undefined
          ? `${one.replace(' (no id)', '')} has no operationId in the OpenAPI document: operations are named for it`
          : `the contract lacks ${one}`,
      ),
  ];
  if (problems.length > 0) throw new ArtefactError([...problems, howToWrite]);
}

function parse(openapi: string): Specification {
  try {
    const parsed: unknown = JSON.parse(openapi);
    if (typeof parsed === 'object' && parsed !== null) return parsed;
  } catch (error) {
    throw new ArtefactError([`the OpenAPI document is no JSON: ${(error as Error).message}`, howToWrite]);
  }
  throw new ArtefactError(['the OpenAPI document is no JSON object', howToWrite]);
}

function signature(method: string, path: string, id = 'no id'): string {
  return `${method.toUpperCase()} ${path} (${id})`;
}
