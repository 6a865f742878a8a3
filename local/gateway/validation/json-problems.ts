import type { ErrorObject } from 'ajv';
import { shortened } from './check.ts';

interface JsonProblem {
  message: string;
  /** A JSON pointer to the value. */
  path: string;
}

/** What is wrong, in the words of the library that API Management checks JSON with (Newtonsoft.Json.Schema). */
export function problemTexts(errors: readonly ErrorObject[]): JsonProblem[] {
  const told: JsonProblem[] = [];
  const missing = new Map<string, { problem: JsonProblem; names: string[] }>();
  for (const error of withoutAlternatives(errors)) {
    if (error.keyword !== 'required') {
      told.push({ message: messageOf(error), path: error.instancePath });
      continue;
    }
    const key = `${error.instancePath}\n${error.schemaPath}`;
    const known = missing.get(key) ?? { problem: { message: '', path: error.instancePath }, names: [] };
    if (known.names.length === 0) told.push(known.problem);
    known.names.push(shortened(String(error.params['missingProperty'])));
    known.problem.message = `Required properties are missing from object: ${known.names.join(', ')}.`;
    missing.set(key, known);
  }
  return told;
}

const alternatives = new Set(['anyOf', 'oneOf']);

/** Leaves out why each alternative of a choice failed, which comes before the failure of the choice: it helps nobody. */
function withoutAlternatives(errors: readonly ErrorObject[]): ErrorObject[] {
  const kept: ErrorObject[] = [];
  let place: string | undefined;
  for (const error of errors.toReversed()) {
    const { keyword, instancePath } = error;
    if (place !== undefined && (instancePath === place || instancePath.startsWith(`${place}/`))) continue;
    place = alternatives.has(keyword) ? instancePath : undefined;
    kept.push(error);
  }
  return kept.reverse();
}

type Text = (error: ErrorObject) => string;

const lengthOf = (value: unknown): number =>
  typeof value === 'string' ? value.length : Array.isArray(value) ? value.length : Object.keys(value as object).length;

const kinds: Readonly<Record<string, string>> = {
  string: 'String',
  number: 'Number',
  integer: 'Integer',
  boolean: 'Boolean',
  object: 'Object',
  array: 'Array',
  null: 'Null',
};

function kindOf(value: unknown): string {
  if (value === null) return 'Null';
  if (Array.isArray(value)) return 'Array';
  if (typeof value === 'number') return Number.isInteger(value) ? 'Integer' : 'Number';
  return kinds[typeof value] ?? typeof value;
}

const numberText = (value: unknown) => `${Number.isInteger(value) ? 'Integer' : 'Float'} ${String(value)}`;
const stringText = (value: unknown) => `String '${shortened(String(value))}'`;
const additional: Text = ({ params }) =>
  `Property '${shortened(String(params['additionalProperty'] ?? params['unevaluatedProperty']))}' has not been defined and the schema does not allow additional properties.`;
const dependency: Text = ({ params }) =>
  `Dependencies for property '${params['property']}' failed. Missing required keys: ${params['deps']}.`;

const texts: Readonly<Record<string, Text>> = {
  type: ({ params, data }) =>
    `Invalid type. Expected ${[params['type']]
      .flat()
      .map((type) => kinds[String(type)] ?? String(type))
      .join(', ')} but got ${kindOf(data)}.`,
  additionalProperties: additional,
  unevaluatedProperties: additional,
  minimum: ({ params, data }) => `${numberText(data)} is less than minimum value of ${params['limit']}.`,
  maximum: ({ params, data }) => `${numberText(data)} exceeds maximum value of ${params['limit']}.`,
  exclusiveMinimum: ({ params, data }) =>
    `${numberText(data)} ${data === params['limit'] ? 'equals' : 'is less than'} minimum value of ${params['limit']} and exclusive minimum is true.`,
  exclusiveMaximum: ({ params, data }) =>
    `${numberText(data)} ${data === params['limit'] ? 'equals' : 'exceeds'} maximum value of ${params['limit']} and exclusive maximum is true.`,
  multipleOf: ({ params, data }) => `${numberText(data)} is not a multiple of ${params['multipleOf']}.`,
  minLength: ({ params, data }) => `${stringText(data)} is less than minimum length of ${params['limit']}.`,
  maxLength: ({ params, data }) => `${stringText(data)} exceeds maximum length of ${params['limit']}.`,
  pattern: ({ params, data }) => `${stringText(data)} does not match regex pattern '${params['pattern']}'.`,
  format: ({ params, data }) => `${stringText(data)} does not validate against format '${params['format']}'.`,
  enum: ({ data }) => `Value ${shortened(JSON.stringify(data))} is not defined in enum.`,
  const: ({ data }) => `Value ${shortened(JSON.stringify(data))} does not match const.`,
  minItems: ({ params, data }) =>
    `Array item count ${lengthOf(data)} is less than minimum count of ${params['limit']}.`,
  maxItems: ({ params, data }) => `Array item count ${lengthOf(data)} exceeds maximum count of ${params['limit']}.`,
  uniqueItems: ({ params }) => `Non-unique array item at index ${params['i']}.`,
  minProperties: ({ params, data }) =>
    `Object property count ${lengthOf(data)} is less than minimum count of ${params['limit']}.`,
  maxProperties: ({ params, data }) =>
    `Object property count ${lengthOf(data)} exceeds maximum count of ${params['limit']}.`,
  anyOf: () => "JSON does not match any schemas from 'anyOf'.",
  oneOf: ({ params }) =>
    params['passingSchemas']
      ? `JSON is valid against more than one schema from 'oneOf'. Valid schema indexes: ${[params['passingSchemas']].flat().join(', ')}.`
      : "JSON is valid against no schemas from 'oneOf'.",
  not: () => "JSON is valid against schema from 'not'.",
  if: ({ params }) => `JSON does not match schema from '${params['failingKeyword']}'.`,
  contains: () => 'No items match contains.',
  dependencies: dependency,
  dependentRequired: dependency,
  'false schema': () => 'Schema always fails validation.',
};

function messageOf(error: ErrorObject): string {
  const text = Object.hasOwn(texts, error.keyword) ? texts[error.keyword] : undefined;
  return text ? text(error) : `JSON ${error.message ?? 'is not valid'}.`;
}
