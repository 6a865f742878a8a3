import type { Json } from '../configuration/artefact-folder.ts';
import type { Configuration, PolicySource } from '../configuration/model.ts';
import type { Problem } from './errors.ts';
import { policyText } from './policy-text.ts';
import { PropertyChecks } from './property-checks.ts';
import type { ResourceKind } from './resource-kind.ts';

const LONGEST_DOCUMENT = 512 * 1024;

/** Where a policy document may stand: `service`, `products/ID`, `apis/ID` or `apis/ID/operations/ID`. */
export interface PolicyPlace {
  scope: string;
  policy: PolicySource | undefined;
}

/** The one policy document of a place. */
export function policyKind(
  type: string,
  place: (configuration: Configuration) => PolicyPlace | undefined,
): ResourceKind {
  const find = (configuration: Configuration, name: string) =>
    name === 'policy' ? place(configuration)?.policy : undefined;
  return {
    type,
    names: (configuration) => (place(configuration)?.policy ? ['policy'] : []),
    view: (configuration, name, { format }) => {
      const found = find(configuration, name);
      return found && { format, value: policyText(found.text, found.file, format) };
    },
    filterable: [],
    change: {
      kind: 'policies',
      key: (_name, configuration) => place(configuration)?.scope ?? '',
      longestName: 80,
      properties: (configuration, name) => {
        const found = find(configuration, name);
        return found && { value: found.text };
      },
      extras: [],
      defaults: () => ({}),
      keptByPut: [],
      problems: (properties, name) =>
        name === 'policy'
          ? documentProblems(properties)
          : [{ target: 'policyId', message: 'The identifier of a policy is "policy".' }],
      inBackground: false,
      actions: {},
    },
  };
}

export const fragmentKind: ResourceKind = {
  type: 'policyFragments',
  names: ({ fragments }) => fragments.map(({ id }) => id),
  view: ({ fragments }, name, { format }) => {
    const source = fragments.find(({ id }) => id === name)?.source;
    return source && { format, value: policyText(source.text, source.file, format), provisioningState: 'Succeeded' };
  },
  filterable: ['description', 'value'],
  change: {
    kind: 'policyFragments',
    key: (name) => name,
    longestName: 80,
    properties: ({ fragments }, name) => {
      const found = fragments.find(({ id }) => id === name);
      return found && { value: found.source.text };
    },
    extras: ['description'],
    defaults: () => ({}),
    keptByPut: [],
    problems: documentProblems,
    inBackground: true,
    actions: {
      listReferences: ({ name, configuration, service }) => {
        const value = referencesOf(name, configuration).map((scope) => ({ id: `${service}/${scope}policies/policy` }));
        return { status: 200, body: { value, count: value.length } };
      },
    },
  },
};

function documentProblems(properties: Json): readonly Problem[] {
  const checks = new PropertyChecks(properties);
  checks.text('value', { required: true, longest: LONGEST_DOCUMENT });
  checks.text('description', { required: false, longest: 1000 });
  const { format } = properties;
  if (typeof format === 'string' && format.endsWith('-link'))
    checks.fail('format', 'Documents behind a link are not fetched here: send the document itself.');
  else checks.oneOf('format', ['xml', 'rawxml']);
  return checks.problems;
}

/** The scopes whose documents include a fragment. */
function referencesOf(fragment: string, { policy, products, apis }: Configuration): string[] {
  const documents: [string, PolicySource | undefined][] = [
    ['', policy],
    ...products.map((one): [string, PolicySource | undefined] => [`products/${one.id}/`, one.policy]),
    ...apis.flatMap((api): [string, PolicySource | undefined][] => [
      [`apis/${api.id}/`, api.policy],
      ...api.operations.map((one): [string, PolicySource | undefined] => [
        `apis/${api.id}/operations/${one.id}/`,
        one.policy,
      ]),
    ]),
  ];
  return documents.flatMap(([scope, source]) => (source && includes(source.text, fragment) ? [scope] : []));
}

function includes(text: string, fragment: string): boolean {
  return [...text.matchAll(/<include-fragment\s[^>]*fragment-id\s*=\s*["']([^"']+)["']/g)].some(
    ([, id]) => id === fragment,
  );
}
