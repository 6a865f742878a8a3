import type { OperationParameter } from '../configuration/model.ts';
import { resolveReference } from '../configuration/openapi-bodies.ts';
import type { Exchange } from '../exchange.ts';
import { shortened, type JsonSchemaCheck, type Verdict } from './check.ts';
import { spreadObject } from './raw-parameter.ts';
import { objectValues, parameterValues } from './parameter-value.ts';
import type { Action } from './action.ts';
import { withReferredParts } from './referred-parts.ts';
import { typesOf } from './schema-types.ts';
import type { Finding } from './validation-error.ts';

/** Where parameters stand, and what errors call that. */
export interface ParameterPlace {
  type: 'QueryParameter' | 'PathParameter' | 'RequestHeader' | 'ResponseHeader';
  label: 'query parameter' | 'path parameter' | 'header';
  message: 'Request' | 'Response';
}

export interface SentParameters {
  /** Those that count even if nobody describes them. */
  names: readonly string[];
  valuesOf(name: string): readonly string[];
}

/** What is wrong with the parameters of one place: those described that do not fit, and those that are not described. */
export async function parameterFindings(
  exchange: Exchange,
  place: ParameterPlace,
  described: readonly OperationParameter[],
  sent: SentParameters,
  actionFor: (name: string, isDescribed: boolean) => Action,
): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const parameter of described) {
    const action = actionFor(parameter.name, true);
    if (action === 'ignore') continue;
    const problem = await problemOf(exchange, place, parameter, sent);
    if (problem) findings.push({ type: place.type, name: parameter.name, action, ...problem });
  }
  for (const name of undescribed(described, sent)) {
    const details = `Unspecified ${place.label} ${shortened(name)} is not allowed.`;
    const action = actionFor(name, false);
    findings.push({ type: place.type, name, rule: 'Unspecified', details, publicDetails: details, action });
  }
  return findings;
}

function undescribed(described: readonly OperationParameter[], sent: SentParameters): string[] {
  const own = new Set(described.map(({ name }) => name.toLowerCase()));
  const left = sent.names.filter((name) => !own.has(name.toLowerCase()));
  if (left.length === 0 || described.some(takesAnyName)) return [];
  const parts = described.flatMap((parameter) => spreadObject(parameter, sent)?.names ?? []);
  const ofObjects = new Set(parts.map((name) => name.toLowerCase()));
  return left.filter((name) => !ofObjects.has(name.toLowerCase()));
}

type Fault = Pick<Finding, 'rule' | 'details' | 'publicDetails'>;

async function problemOf(
  exchange: Exchange,
  { label, message }: ParameterPlace,
  parameter: OperationParameter,
  sent: SentParameters,
): Promise<Fault | undefined> {
  const { name, definition, gap } = parameter;
  const values = sent.valuesOf(name);
  const spread = values.length === 0 ? spreadObject(parameter, sent) : undefined;
  const incorrect = (details: string, publicDetails = details): Fault => ({
    ...{ rule: 'IncorrectMessage', details, publicDetails },
  });
  if (values.length === 0 && !spread)
    return parameter.required ? incorrect(`Required ${label} ${name} is missing.`) : undefined;
  if (gap !== undefined) {
    const details = `API's schema does not contain definition ${definition}, which is associated with the ${label} ${name}.`;
    return { rule: 'MissingDefinition', details, publicDetails: undefined };
  }
  if (values.length > 1 && !takesList(parameter))
    return incorrect(`${message} cannot contain multiple values for the ${label} ${name}.`);
  const read = spread ? objectValues(spread.value, parameter) : parameterValues(values, parameter);
  if ('problem' in read)
    return incorrect(
      `Value of the ${label} ${name} cannot be parsed according to the definition.\n\n${read.problem}`,
      `Value of the ${label} ${name} couldn't be parsed according to the definition.\n\n${read.problem}`,
    );
  const verdict = await bestVerdict(exchange, parameter, read.values);
  if (verdict.outcome === 'conforms') return undefined;
  if (verdict.outcome === 'differs') {
    const problems = verdict.problems.map((one) => `${one.message} Line: ${one.line}, Position: ${one.position}`);
    const text = `alue of the ${label} ${name} does not conform to the definition.\n\n${problems.join('\n')}`;
    return incorrect(`V${text}`, `The v${text}`);
  }
  const subject = `${label[0]?.toUpperCase()}${label.slice(1)}`;
  const details = `${subject} ${name} cannot be validated.\n\n${verdict.reason}`;
  return { rule: 'ValidationError', details, publicDetails: undefined };
}

/** The first of several readings that fits, or what is wrong with the likeliest. */
async function bestVerdict(exchange: Exchange, parameter: OperationParameter, values: unknown[]): Promise<Verdict> {
  let first: Verdict | undefined;
  for (const value of values) {
    const content = Buffer.from(JSON.stringify(value));
    const verdict = await exchange.runtime.validator.check(schemaOf(parameter), content);
    if (verdict.outcome === 'conforms') return verdict;
    first ??= verdict;
  }
  return first ?? { outcome: 'conforms' };
}

function takesList({ schema = {}, type }: OperationParameter): boolean {
  const types = typesOf({ schema, document: schema });
  return types.length > 0 ? types.includes('array') : type === 'array';
}

/** An exploded object that may have properties of any name may have any parameter. */
function takesAnyName({ style, schema = {} }: OperationParameter): boolean {
  if (style?.name !== 'form' || !style.explode) return false;
  const resolved = resolveReference(schema, schema);
  const { additionalProperties: rest } = resolved;
  return rest !== undefined && rest !== false && typesOf({ schema, document: schema }).includes('object');
}

const schemas = new WeakMap<OperationParameter, JsonSchemaCheck>();

function schemaOf(parameter: OperationParameter): JsonSchemaCheck {
  const known = schemas.get(parameter);
  if (known) return known;
  const { values } = parameter;
  const listed = values.length > 0 ? { enum: values.map((value) => typedValue(value, parameter)) } : {};
  const check: JsonSchemaCheck = {
    format: 'json',
    document: parameter.schema ? withReferredParts(parameter.schema) : listed,
    place: '#',
    allowAdditional: undefined,
    ignoreCase: false,
    others: {},
  };
  schemas.set(parameter, check);
  return check;
}

/** A listed value as one that is sent comes to be: information files have all of them as text. */
function typedValue(value: unknown, parameter: OperationParameter): unknown {
  const read = typeof value === 'string' ? parameterValues([value], parameter) : { values: [value] };
  return 'problem' in read ? value : read.values[0];
}
