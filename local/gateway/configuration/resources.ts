import type { X509Certificate } from 'node:crypto';
import { readCertificate, type Certificate } from '../certificate.ts';
import { LoadError } from '../errors.ts';
import { text, type Json } from './artefact-folder.ts';
import { durationMilliseconds } from './duration.ts';
import type {
  Backend,
  CircuitBreaker,
  NamedValue,
  PoolMember,
  Product,
  Subscription,
  SubscriptionState,
} from './model.ts';

/** The resource manager's properties of a named value. */
export function namedValueOf(name: string, properties: Json): NamedValue {
  return {
    name,
    displayName: text(properties, 'displayName') ?? name,
    value: text(properties, 'value'),
    secret: properties['secret'] === true,
    tags: (properties['tags'] as string[] | undefined) ?? [],
  };
}

type Values = Readonly<Record<string, readonly string[]>>;

export function backendOf(name: string, properties: Json): Backend {
  const credentials = properties['credentials'] as Json | undefined;
  const authorization = credentials?.['authorization'] as Json | undefined;
  const tls = properties['tls'] as Json | undefined;
  const pool = properties['pool'] as { services?: Json[] } | undefined;
  return {
    name,
    title: text(properties, 'title') ?? '',
    url: (text(properties, 'url') ?? '').replace(/\/+$/, ''),
    headers: (credentials?.['header'] as Values | undefined) ?? {},
    query: (credentials?.['query'] as Values | undefined) ?? {},
    authorization:
      authorization && `${text(authorization, 'scheme') ?? ''} ${text(authorization, 'parameter') ?? ''}`.trim(),
    circuitBreaker: breakerOf(properties['circuitBreaker'] as { rules?: Json[] } | undefined),
    pool: (pool?.services ?? []).map(memberOf),
    properties,
    validateCertificate: tls?.['validateCertificateChain'] !== false,
    certificate: clientCertificateOf(credentials),
    proxy: proxyOf(properties['proxy'] as Json | undefined),
  };
}

function clientCertificateOf(credentials: Json | undefined): Backend['certificate'] {
  const [id] = (credentials?.['certificateIds'] as string[] | undefined) ?? [];
  if (id !== undefined) return { id: id.split('/').at(-1) ?? '' };
  const [thumbprint] = (credentials?.['certificate'] as string[] | undefined) ?? [];
  return thumbprint === undefined ? undefined : { thumbprint };
}

function proxyOf(proxy: Json | undefined): Backend['proxy'] {
  const url = text(proxy, 'url');
  return url === undefined ? undefined : { url, username: text(proxy, 'username'), password: text(proxy, 'password') };
}

function memberOf(service: Json): PoolMember {
  return {
    backendId: (text(service, 'id') ?? '').split('/').at(-1) ?? '',
    weight: Number(service['weight'] ?? 1),
    priority: Number(service['priority'] ?? 1),
  };
}

function breakerOf(breaker: { rules?: Json[] } | undefined): CircuitBreaker | undefined {
  const rule = breaker?.rules?.[0];
  if (!rule) return undefined;
  const condition = (rule['failureCondition'] ?? {}) as Json;
  const ranges = (condition['statusCodeRanges'] ?? []) as { min: number; max: number }[];
  return {
    name: text(rule, 'name') ?? '',
    count: Number(condition['count'] ?? 1),
    interval: durationMilliseconds(text(condition, 'interval') ?? '') ?? 60_000,
    statusRanges: ranges,
    countsErrors:
      ((condition['errorReasons'] as unknown[] | undefined) ?? []).length > 0 || ranges.some(({ max }) => max >= 500),
    tripDuration: durationMilliseconds(text(rule, 'tripDuration') ?? '') ?? 60_000,
    acceptRetryAfter: rule['acceptRetryAfter'] === true,
  };
}

/** Undefined when the properties tell of a certificate without holding it. Throws LoadError. */
export function certificateOf(
  name: string,
  properties: Json,
  trusted: readonly X509Certificate[] = [],
): Certificate | undefined {
  const source = {
    pem: text(properties, 'pem'),
    data: text(properties, 'data'),
    password: text(properties, 'password'),
  };
  if (source.pem === undefined && source.data === undefined) return undefined;
  try {
    return readCertificate(source, trusted);
  } catch (error) {
    throw new LoadError(`the certificate "${name}" cannot be read: ${(error as Error).message}`);
  }
}

export function productOf(id: string, properties: Json): Omit<Product, 'policy' | 'apis' | 'groups'> {
  return {
    id,
    name: text(properties, 'displayName') ?? id,
    subscriptionRequired: properties['subscriptionRequired'] !== false,
    state: text(properties, 'state') ?? 'notPublished',
    approvalRequired: properties['approvalRequired'] === true,
    subscriptionsLimit:
      typeof properties['subscriptionsLimit'] === 'number' ? properties['subscriptionsLimit'] : undefined,
  };
}

const states: readonly SubscriptionState[] = ['active', 'suspended', 'submitted', 'rejected', 'cancelled', 'expired'];

export function subscriptionOf(name: string, properties: Json): Subscription {
  return {
    name,
    displayName: text(properties, 'displayName') ?? name,
    scope: scopePath(text(properties, 'scope') ?? '/apis'),
    primaryKey: text(properties, 'primaryKey') ?? '',
    secondaryKey: text(properties, 'secondaryKey') ?? '',
    state: states.find((state) => state === properties['state']) ?? 'active',
    createdDate: text(properties, 'createdDate') ?? new Date(0).toISOString(),
    owner: text(properties, 'ownerId')?.split('/').at(-1),
  };
}

/** `/products/free` of a full resource id or of a short one. */
function scopePath(scope: string): string {
  const [, kind = 'apis', name] = /\/(products|apis)(?:\/([^/]+))?\/?$/i.exec(scope) ?? [];
  return `/${kind.toLowerCase()}${name === undefined ? '' : `/${name}`}`;
}
