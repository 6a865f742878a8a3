import type { Representation, Schema } from '../configuration/model.ts';
import type { Getter, PolicyElement } from '../policy-element.ts';
import { actions, type Action } from './action.ts';
import type { JsonSchemaCheck, SchemaCheck } from './check.ts';
import { mediaType } from './message-content.ts';
import { withReferredParts } from './referred-parts.ts';

export const contentShape = {
  attributes: {
    type: 'optional',
    'validate-as': 'required',
    action: 'required',
    'schema-id': 'optional',
    'schema-ref': 'optional',
    'allow-additional-properties': 'optional',
    'case-insensitive-property-names': 'optional',
  },
} as const;

/** A `<content>`: which bodies it is for, and what they are checked against. */
export interface ContentRule {
  /** Undefined for every type that the API describes. */
  type: string | undefined;
  format: 'json' | 'xml';
  action: Getter<Action>;
  /** What errors call the schema of `schema-id`; undefined where the schema is that of the API. */
  definition: string | undefined;
  /** The schema for a body; undefined where there is none. */
  schemaFor(representation: Representation | undefined): SchemaCheck | undefined;
}

const engines = ['json', 'xml', 'soap'] as const;
const soapTypes = ['application/soap+xml', 'text/xml'];

/** Reads a `<content>`. Throws LoadError for attributes that do not fit each other or the schemas there are. */
export function contentRule(element: PolicyElement): ContentRule {
  const type = element.constant('type');
  element.constant('validate-as');
  const engine = element.choice('validate-as', engines, 'json').constant ?? 'json';
  if (engine === 'soap' && type !== undefined && !soapTypes.includes(mediaType(type)))
    element.fail(`validate-as="soap" is for the types ${soapTypes.join(' and ')}, not "${type}"`);
  for (const name of ['schema-ref', 'allow-additional-properties', 'case-insensitive-property-names'])
    if (engine !== 'json' && element.has(name)) element.fail(`"${name}" of <content> is for validate-as="json"`);
  const format = engine === 'json' ? 'json' : 'xml';
  const schemas = [...element.scope.schemas.values()];
  const options = format === 'json' ? jsonOptions(element, schemas) : xmlOptions(schemas, engine === 'soap');
  const own = schemaNamed(element, format);
  const ownCheck = own && options.of(own, own.id);
  const checks = new WeakMap<Representation, SchemaCheck>();
  return {
    type: type === undefined || type.trim() === '' ? undefined : mediaType(type),
    format,
    action: element.choice('action', actions, 'prevent'),
    definition: own && (element.constant('schema-ref')?.split('/').at(-1) ?? own.id),
    schemaFor(representation) {
      if (ownCheck || !representation) return ownCheck;
      const known = checks.get(representation);
      const check = known ?? options.ofRepresentation(representation);
      if (check && !known) checks.set(representation, check);
      return check;
    },
  };
}

/** The schema of `schema-id`, which has to be there and of the right format. */
function schemaNamed(element: PolicyElement, format: Schema['format']): Schema | undefined {
  const id = element.constant('schema-id');
  if (id === undefined) {
    if (element.has('schema-ref')) element.fail('"schema-ref" of <content> needs "schema-id"');
    return undefined;
  }
  const at = element.xml.attributes.get('schema-id');
  const schema = element.scope.schemas.get(id);
  if (!schema) return element.fail(`there is no schema "${id}"`, at);
  if (schema.format !== format)
    element.fail(`the schema "${id}" is ${schema.format.toUpperCase()}, not ${format.toUpperCase()}`, at);
  return schema;
}

interface Options {
  of(schema: Schema, id: string): SchemaCheck | undefined;
  ofRepresentation(representation: Representation): SchemaCheck | undefined;
}

function jsonOptions(element: PolicyElement, schemas: readonly Schema[]): Options {
  const others = Object.fromEntries(schemas.flatMap((one) => (one.format === 'json' ? [[one.id, one.document]] : [])));
  for (const name of ['allow-additional-properties', 'case-insensitive-property-names']) element.constant(name);
  const additional = element.boolean('allow-additional-properties', false).constant;
  const allowAdditional = element.has('allow-additional-properties') ? additional : undefined;
  const ignoreCase = element.boolean('case-insensitive-property-names', false).constant ?? false;
  const check = (document: JsonSchemaCheck['document'], place: string): JsonSchemaCheck => ({
    format: 'json',
    document,
    place,
    allowAdditional,
    ignoreCase,
    others,
  });
  return {
    of: (schema) => (schema.format === 'json' ? check(schema.document, placeIn(element, schema.document)) : undefined),
    ofRepresentation: ({ schema }) => schema && check(withReferredParts(schema), '#'),
  };
}

/** Where `schema-ref` points to. */
function placeIn(element: PolicyElement, document: JsonSchemaCheck['document']): string {
  const place = element.constant('schema-ref');
  if (place === undefined) return '#';
  const found = place
    .split('/')
    .slice(1)
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'))
    .reduce<unknown>((at, step) => (isObject(at) && Object.hasOwn(at, step) ? at[step] : undefined), document);
  if (!place.startsWith('#/') || !isObject(found))
    element.fail(`"${place}" leads to no JSON object in the schema`, element.xml.attributes.get('schema-ref'));
  return place;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function xmlOptions(schemas: readonly Schema[], soap: boolean): Options {
  const others = Object.fromEntries(schemas.flatMap((one) => (one.format === 'xml' ? [[one.id, one.text]] : [])));
  const check = (text: string, id: string): SchemaCheck => ({ format: 'xml', id, text, others, soap });
  return {
    of: (schema, id) => (schema.format === 'xml' ? check(schema.text, id) : undefined),
    ofRepresentation: ({ xmlSchema }) => (xmlSchema === undefined ? undefined : check(xmlSchema, '')),
  };
}
