import type * as z from 'zod';
import type { Schemas } from './document-schemas.ts';
import type { Json } from './document.ts';
import type { Operation } from './operation.ts';

/** The path, query and header parameters of an operation. */
export function parametersOf(operation: Operation, schemas: Schemas): Json[] {
  return [
    ...describe(operation.params, 'path', schemas),
    ...describe(operation.query, 'query', schemas),
    ...describe(operation.headers, 'header', schemas),
  ];
}

function describe(part: z.ZodObject | undefined, place: 'path' | 'query' | 'header', schemas: Schemas): Json[] {
  return Object.entries((part?.shape ?? {}) as Record<string, z.ZodType>).map(([name, schema]) => {
    const { description, example, default: fallback, ...rest } = schemas.reference(schema, 'output');
    return {
      name: place === 'header' ? canonicalName(name) : name,
      in: place,
      required: place === 'path' || !schema.safeParse(undefined).success,
      ...(description !== undefined && { description }),
      ...(example !== undefined && { example }),
      schema: fallback === undefined ? rest : { ...rest, default: fallback },
    };
  });
}

// `idempotency-key` is written `Idempotency-Key` in the standard's own words; headers compare without case.
function canonicalName(header: string): string {
  return header.replaceAll(/(?:^|-)[a-z]/g, (letters) => letters.toUpperCase());
}
