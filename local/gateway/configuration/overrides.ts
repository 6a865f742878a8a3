import type { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { certificatesOf, type Certificate } from '../certificate.ts';
import { LoadError } from '../errors.ts';
import type { Configuration, Subscription } from './model.ts';
import { NameMap } from './name-map.ts';
import { backendOf, certificateOf, subscriptionOf } from './resources.ts';

const schema = z.strictObject({
  namedValues: z.record(z.string(), z.string()).optional(),
  backends: z.record(z.string(), z.url()).optional(),
  /** Where APIs send requests that no policy sends elsewhere, by their ids. */
  apis: z.record(z.string(), z.url()).optional(),
  subscriptions: z
    .array(
      z.strictObject({
        name: z.string(),
        displayName: z.string().optional(),
        scope: z.string(),
        primaryKey: z.string().optional(),
        secondaryKey: z.string().optional(),
      }),
    )
    .optional(),
  operatorToken: z.string().optional(),
  /** PEM with the private key in it, or a PFX file in base64. */
  certificates: z
    .record(
      z.string(),
      z.union([
        z.strictObject({ pem: z.string(), password: z.string().optional() }),
        z.strictObject({ data: z.base64(), password: z.string().optional() }),
      ]),
    )
    .optional(),
  /** PEM: whom this machine trusts beside the public authorities. */
  certificateAuthorities: z.array(z.string()).optional(),
  /** Stands in for the host of Microsoft Entra. */
  entraAuthority: z.url().optional(),
  /** Client ids of the user-assigned identities that the instance has; without it there is one for every id. */
  identities: z.array(z.string()).optional(),
});

export type Overrides = z.infer<typeof schema>;

/** Reads what a machine sets by itself: addresses, keys, secrets. Throws LoadError. */
export function readOverrides(file: string): Overrides {
  let parsed: unknown;
  try {
    parsed = JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw new LoadError(`the overrides cannot be read: ${(error as Error).message}`, { file, line: 1, column: 1 });
  }
  const checked = schema.safeParse(parsed);
  if (checked.success) {
    checkCertificates(checked.data, file);
    return checked.data;
  }
  const problems = checked.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
  throw new LoadError(problems.join('; '), { file, line: 1, column: 1 });
}

function checkCertificates(overrides: Overrides, file: string): void {
  try {
    readCertificates(overrides);
  } catch (error) {
    throw new LoadError((error as Error).message, { file, line: 1, column: 1 });
  }
}

/** Whom this machine trusts beside the public authorities. Throws LoadError for what is no certificate. */
export function trustedAuthorities({ certificateAuthorities = [] }: Overrides): X509Certificate[] {
  return certificateAuthorities.flatMap((pem) => {
    const found = certificatesOf(pem);
    if (found.length === 0) throw new LoadError('certificateAuthorities: there is no certificate in PEM');
    return found;
  });
}

function readCertificates(overrides: Overrides): [string, Certificate][] {
  const { certificates = {} } = overrides;
  const trusted = trustedAuthorities(overrides);
  return Object.entries(certificates).flatMap(([name, source]) => {
    const read = certificateOf(name, source, trusted);
    return read ? [[name, read]] : [];
  });
}

/** The configuration with the overrides on top. Throws LoadError for a certificate that cannot be read or an API that is not there. */
export function applyOverrides(configuration: Configuration, overrides: Overrides): Configuration {
  const namedValues = new NameMap(configuration.namedValues);
  for (const [name, value] of Object.entries(overrides.namedValues ?? {})) {
    const known = namedValues.get(name) ?? { name, displayName: name, secret: false, tags: [] };
    namedValues.set(name, { ...known, value });
  }
  const backends = new NameMap(configuration.backends);
  for (const [name, url] of Object.entries(overrides.backends ?? {})) {
    const known = backends.get(name) ?? backendOf(name, {});
    backends.set(name, { ...known, url: url.replace(/\/+$/, '') });
  }
  const serviceUrls = new NameMap(Object.entries(overrides.apis ?? {}));
  const known = new NameMap(configuration.apis.map(({ id }) => [id, id] as const));
  for (const id of serviceUrls.keys()) if (!known.has(id)) throw new LoadError(`overrides: there is no API "${id}"`);
  const apis = configuration.apis.map((api) => ({ ...api, serviceUrl: serviceUrls.get(api.id) ?? api.serviceUrl }));
  const subscriptions = new NameMap(configuration.subscriptions);
  for (const given of overrides.subscriptions ?? []) {
    const known: Subscription = subscriptions.get(given.name) ?? subscriptionOf(given.name, given);
    const { primaryKey = known.primaryKey, secondaryKey = known.secondaryKey } = given;
    subscriptions.set(given.name, {
      ...known,
      ...subscriptionOf(given.name, given),
      primaryKey,
      secondaryKey,
      createdDate: known.createdDate,
      owner: known.owner,
    });
  }
  const certificates = new NameMap([...configuration.certificates, ...readCertificates(overrides)]);
  return { ...configuration, apis, namedValues, backends, subscriptions, certificates };
}
