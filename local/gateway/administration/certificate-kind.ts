import type { Certificate } from '../certificate.ts';
import type { Json } from '../configuration/artefact-folder.ts';
import type { Configuration } from '../configuration/model.ts';
import { certificateOf } from '../configuration/resources.ts';
import { netName } from '../net-name.ts';
import { PropertyChecks } from './property-checks.ts';
import type { ResourceKind } from './resource-kind.ts';

const LONGEST_DATA = 1_000_000;

/** Client certificates for backends. What is in them is never told again. */
export const certificateKind: ResourceKind = {
  type: 'certificates',
  names: ({ certificates }) => certificates.keys(),
  view,
  filterable: ['subject', 'thumbprint', 'expirationDate'],
  change: {
    kind: 'certificates',
    key: (name) => name,
    longestName: 80,
    properties: view,
    extras: [],
    defaults: () => ({}),
    keptByPut: [],
    problems,
    needed(name, { backends }) {
      for (const { name: backend, certificate } of backends.values())
        if (certificate && 'id' in certificate && certificate.id === name)
          return `The backend "${backend}" shows this certificate.`;
      return undefined;
    },
    inBackground: false,
    actions: { refreshSecret: ({ resource }) => ({ status: 200, body: resource }) },
  },
};

function view({ certificates }: Configuration, name: string): Json | undefined {
  if (!certificates.has(name)) return undefined;
  const found = certificates.get(name);
  return found ? propertiesOf(found) : {};
}

function propertiesOf({ x509, thumbprint }: Certificate): Json {
  return { subject: netName(x509.subject), thumbprint, expirationDate: x509.validToDate.toISOString() };
}

function problems(properties: Json, name: string): PropertyChecks['problems'] {
  const checks = new PropertyChecks(properties);
  if (properties['keyVault'] !== undefined)
    checks.fail('keyVault', 'There is no key vault here: give the certificate itself, as "data".');
  const data = checks.text('data', { required: true, longest: LONGEST_DATA });
  checks.text('password', { required: false, longest: 1000 });
  if (data === undefined || checks.problems.length > 0) return checks.problems;
  try {
    certificateOf(name, { data, password: properties['password'] });
  } catch (error) {
    checks.fail('data', (error as Error).message);
  }
  return checks.problems;
}
