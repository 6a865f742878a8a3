import type { Schema } from '../configuration/model.ts';
import { ConfigurationError, LoadError } from '../errors.ts';
import type { SchemaCheck } from './check.ts';
import type { SchemaValidator } from './schema-validator.ts';

/**
 * Compiles the service's XML schemas, as API Management does when one is stored. JSON ones may be no schema as a whole:
 * a policy that names one compiles the part that it needs. Throws ConfigurationError.
 */
export async function checkSchemas(schemas: Iterable<Schema>, validator: SchemaValidator): Promise<void> {
  const xml = [...schemas].filter((schema) => schema.format === 'xml');
  const others = Object.fromEntries(xml.map(({ id, text }) => [id, text]));
  const problems: LoadError[] = [];
  for (const { id, text, file } of xml) {
    const check: SchemaCheck = { format: 'xml', id, text, others, soap: false };
    const verdict = await validator.check(check, undefined);
    if (verdict.outcome === 'unusable schema' || verdict.outcome === 'unchecked')
      problems.push(
        new LoadError(`the schema "${id}" cannot be used: ${verdict.reason}`, { file, line: 1, column: 1 }),
      );
  }
  if (problems.length > 0) throw new ConfigurationError(problems);
}
