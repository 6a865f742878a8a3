import type { OperationParameter } from '../configuration/model.ts';
import { PolicyError } from '../errors.ts';
import type { Exchange } from '../exchange.ts';
import type { ElementShape, Policy } from '../policy.ts';
import type { Getter, PolicyElement } from '../policy-element.ts';

const actions = ['ignore', 'prevent', 'detect'] as const;
type Action = (typeof actions)[number];
const actionAttributes = {
  'specified-parameter-action': 'required',
  'unspecified-parameter-action': 'required',
} as const;
const place: ElementShape = {
  attributes: actionAttributes,
  children: { parameter: { attributes: { name: 'required', action: 'required' } } },
};
const pathPlace: ElementShape = {
  attributes: { 'specified-parameter-action': 'required' },
  children: place.children ?? {},
};

interface Rules {
  specified: Getter<Action>;
  unspecified: Getter<Action>;
  byName: ReadonlyMap<string, Getter<Action>>;
}

/** Headers that every client and proxy sends, which no API describes. */
const ordinary = new Set([
  ...[
    'host',
    'connection',
    'content-length',
    'content-type',
    'accept',
    'accept-encoding',
    'accept-language',
    'user-agent',
  ],
  ...['authorization', 'cookie', 'origin', 'referer', 'cache-control', 'pragma', 'transfer-encoding', 'expect'],
]);

export const validateParameters: Policy = {
  name: 'validate-parameters',
  sections: ['inbound'],
  attributes: { ...actionAttributes, 'errors-variable-name': 'optional' },
  children: { headers: place, query: place, path: pathPlace },
  compile(element) {
    const defaults = rulesOf(element);
    const rules = (name: string) => {
      const child = element.child(name);
      return child ? rulesOf(child) : defaults;
    };
    const [headers, query, path] = [rules('headers'), rules('query'), rules('path')];
    const variable = element.constant('errors-variable-name');
    return (exchange) => {
      const described = exchange.operation?.parameters;
      if (!described) return;
      const { request, api } = exchange;
      const url = request.originalUrl;
      const sentHeaders = request.headers
        .names()
        .filter((name) => !ordinary.has(name.toLowerCase()) && name.toLowerCase() !== api?.keyHeader.toLowerCase());
      const sentQuery = [...new Set(url.parameters.map(([name]) => name))].filter((name) => name !== api?.keyQuery);
      const failures = [
        ...check(exchange, 'path', path, described.path, (name) => request.matchedParameters.get(name), []),
        ...check(exchange, 'query', query, described.query, (name) => url.values(name)[0], sentQuery),
        ...check(exchange, 'header', headers, described.headers, (name) => request.headers.get(name), sentHeaders),
      ];
      if (failures.length && variable !== undefined)
        exchange.variables.set(
          variable,
          failures.map(({ message }) => message),
        );
      const prevented = failures.find(({ action }) => action === 'prevent');
      if (prevented)
        throw new PolicyError(prevented.message, {
          source: 'validate-parameters',
          reason: prevented.reason,
          status: 400,
          publicMessage: prevented.message,
        });
    };
  },
};

function rulesOf(element: PolicyElement): Rules {
  return {
    specified: element.choice('specified-parameter-action', actions, 'prevent'),
    unspecified: element.choice('unspecified-parameter-action', actions, 'ignore'),
    byName: new Map(
      element
        .children('parameter')
        .map((one) => [one.constant('name', '').toLowerCase(), one.choice('action', actions, 'prevent')]),
    ),
  };
}

interface Failure {
  action: Action;
  message: string;
  reason: string;
}

function check(
  exchange: Exchange,
  where: string,
  rules: Rules,
  described: readonly OperationParameter[],
  valueOf: (name: string) => string | undefined,
  sent: readonly string[],
): Failure[] {
  const failures: Failure[] = [];
  const add = (name: string, fallback: Getter<Action>, reason: string, problem: string) => {
    const action = (rules.byName.get(name.toLowerCase()) ?? fallback)(exchange);
    if (action !== 'ignore') failures.push({ action, reason, message: `The ${where} parameter '${name}' ${problem}.` });
  };
  for (const parameter of described) {
    const value = valueOf(parameter.name);
    if (value === undefined) {
      if (parameter.required) add(parameter.name, rules.specified, 'ParameterMissing', 'is missing');
    } else if (!fits(value, parameter))
      add(parameter.name, rules.specified, 'ParameterInvalid', `is not ${wanted(parameter)}`);
  }
  const names = new Set(described.map(({ name }) => name.toLowerCase()));
  for (const name of sent)
    if (!names.has(name.toLowerCase())) add(name, rules.unspecified, 'UnspecifiedParameter', 'is not described');
  return failures;
}

function fits(value: string, { type, values }: OperationParameter): boolean {
  if (values.length > 0 && !values.map(String).includes(value)) return false;
  if (type === 'integer') return /^-?\d+$/.test(value);
  if (type === 'number') return value.trim() !== '' && Number.isFinite(Number(value));
  return type !== 'boolean' || /^(?:true|false)$/i.test(value);
}

function wanted({ type, values }: OperationParameter): string {
  return values.length > 0 ? `one of ${values.join(', ')}` : `of type ${type}`;
}
