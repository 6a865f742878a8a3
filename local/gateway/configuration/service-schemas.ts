import { LoadError } from '../errors.ts';
import { text, type ArtefactFolder, type Json } from './artefact-folder.ts';
import type { Schema } from './model.ts';

const name = 'schemaInformation.json';

/** A schema of the service. Throws LoadError for one that says it is JSON and is none. */
export function loadSchema(folder: ArtefactFolder, id: string): Schema | undefined {
  const properties = folder.information('schemas', id, name);
  if (!properties) return undefined;
  const file = folder.name('schemas', id, name);
  const description = text(properties, 'description') ?? '';
  const value = text(properties, 'value');
  if (properties['schemaType'] === 'xml') return { id, file, description, format: 'xml', text: value ?? '' };
  const document = properties['document'] ?? (value === undefined ? undefined : parsed(value, file));
  if (typeof document !== 'object' || document === null || Array.isArray(document))
    throw new LoadError(`the schema "${id}" has no JSON object in "document"`, { file, line: 1, column: 1 });
  return { id, file, description, format: 'json', document: document as Json };
}

function parsed(value: string, file: string): unknown {
  try {
    return JSON.parse(value);
  } catch (error) {
    throw new LoadError(`"value" is no JSON: ${(error as Error).message}`, { file, line: 1, column: 1 });
  }
}
