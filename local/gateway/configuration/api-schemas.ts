import { text, type ArtefactFolder, type Json } from './artefact-folder.ts';
import type { Representation } from './model.ts';

/** What the operations of an API find when they name a schema of it. */
export interface ApiSchemas {
  /** The documents of `apis/API/schemas`, by id. */
  documents: ReadonlyMap<string, Json>;
  /** The API's WSDL, whose schemas stand in for one that the folder does not have. */
  wsdl: string | undefined;
}

type NamedSchema = Pick<Representation, 'schema' | 'xmlSchema' | 'definition' | 'gap'>;

export function loadApiSchemas(folder: ArtefactFolder, api: string): ApiSchemas {
  const documents = folder.folders('apis', api, 'schemas').flatMap((id): [string, Json][] => {
    const properties =
      folder.information('apis', api, 'schemas', id, 'schemaInformation.json') ??
      // The first versions of `apiops` called the file so.
      folder.information('apis', api, 'schemas', id, 'apiSchemaInformation.json');
    return properties ? [[id, (properties['document'] ?? {}) as Json]] : [];
  });
  return { documents: new Map(documents), wsdl: folder.text('apis', api, 'specification.wsdl') };
}

/** The schema that a representation or a parameter of the resource manager names by `schemaId` and `typeName`. */
export function namedSchema(representation: Json, { documents, wsdl }: ApiSchemas): NamedSchema {
  const definition = text(representation, 'typeName') ?? '';
  const none: NamedSchema = { schema: undefined, xmlSchema: wsdl, definition, gap: undefined };
  const document = documents.get(text(representation, 'schemaId') ?? '');
  if (!document) return none;
  const xml = text(document, 'value');
  if (xml?.trimStart().startsWith('<')) return { ...none, xmlSchema: xml };
  if (definition === '') return none;
  const { components, definitions } = document;
  const schemas = ((components as Json | undefined)?.['schemas'] ?? definitions) as Json | undefined;
  if (!schemas) return { ...none, gap: 'no definitions' };
  if (!Object.hasOwn(schemas, definition)) return { ...none, gap: 'no definition' };
  const place = components ? 'components/schemas' : 'definitions';
  const $ref = `#/${place}/${definition.replaceAll('~', '~0').replaceAll('/', '~1')}`;
  return { ...none, schema: { $schema: 'http://json-schema.org/draft-04/schema#', $ref, components, definitions } };
}
