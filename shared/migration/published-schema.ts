import type { Operation } from '../contract/operation.ts';
import { manifestJsonSchema } from './read-manifest.ts';

/** The JSON schema of `routes.yaml` that editors complete and check by: it knows the operations too. */
export function publishedSchema(operations: readonly Operation[]): object {
  const { properties, ...rest } = manifestJsonSchema() as {
    properties: Record<string, { additionalProperties?: object }>;
  };
  const { additionalProperties: route, ...routes } = properties['routes']!;
  const routable = operations.filter(({ access }) => access !== 'gateway');
  return {
    ...rest,
    properties: {
      ...properties,
      routes: {
        ...routes,
        description: 'What is special about an operation; others take the defaults.',
        properties: Object.fromEntries(
          routable.map(({ id, method, path }) => [
            id,
            { description: `${method} ${path}`, allOf: [{ $ref: '#/definitions/route' }] },
          ]),
        ),
        additionalProperties: false,
      },
    },
    definitions: { route },
  };
}
