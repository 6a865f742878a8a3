import type { X509Certificate } from 'node:crypto';
import { mkdirSync, openSync, closeSync, existsSync, fsyncSync, readFileSync, renameSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { Api, Configuration, Fragment, PolicySource } from '../configuration/model.ts';
import type { Json } from '../configuration/artefact-folder.ts';
import { NameMap } from '../configuration/name-map.ts';
import { backendOf, certificateOf, namedValueOf, subscriptionOf } from '../configuration/resources.ts';
import { LoadError } from '../errors.ts';

/** Kinds of resources that the administration changes. */
export type ChangedKind =
  | 'namedValues'
  | 'backends'
  | 'subscriptions'
  | 'policies'
  | 'policyFragments'
  | 'certificates';

const kind = z.record(z.string(), z.union([z.record(z.string(), z.unknown()), z.null()]));
const schema = z.strictObject({
  namedValues: kind,
  backends: kind,
  subscriptions: kind,
  policies: kind.default({}),
  policyFragments: kind.default({}),
  certificates: kind.default({}),
});

/**
 * What the administration changed: the new properties of a resource, or null for one that was deleted. Resources go by
 * their names, policies by their scope: `service`, `products/ID`, `apis/ID`, `apis/ID/operations/ID`.
 */
export type Changes = Readonly<Record<ChangedKind, Readonly<Record<string, Json | null>>>>;

export const noChanges: Changes = {
  namedValues: {},
  backends: {},
  subscriptions: {},
  policies: {},
  policyFragments: {},
  certificates: {},
};

/** The configuration with the changes on top; certificates trust these authorities beside the public ones. */
export function applyChanges(
  configuration: Configuration,
  changes: Changes,
  trusted: readonly X509Certificate[],
): Configuration {
  return {
    ...withPolicies(configuration, changes.policies),
    fragments: [...merged(byId(configuration.fragments), changes.policyFragments, fragmentOf).values()],
    namedValues: merged(configuration.namedValues, changes.namedValues, namedValueOf),
    backends: merged(configuration.backends, changes.backends, backendOf),
    subscriptions: merged(configuration.subscriptions, changes.subscriptions, subscriptionOf),
    certificates: merged(configuration.certificates, changes.certificates, (name, properties) =>
      certificateOf(name, properties, trusted),
    ),
  };
}

function merged<T>(
  original: ReadonlyMap<string, T>,
  changes: Readonly<Record<string, Json | null>>,
  make: (name: string, properties: Json) => T,
): ReadonlyMap<string, T> {
  const result = new NameMap(original);
  for (const [name, properties] of Object.entries(changes)) {
    if (properties === null) result.delete(name);
    else result.set(name, make(name, properties));
  }
  return result;
}

const byId = (fragments: readonly Fragment[]) => new Map(fragments.map((fragment) => [fragment.id, fragment]));

function fragmentOf(id: string, { value }: Json): Fragment {
  return { id, source: { text: String(value), file: `policyFragments/${id}` } };
}

function withPolicies(configuration: Configuration, changes: Readonly<Record<string, Json | null>>): Configuration {
  if (Object.keys(changes).length === 0) return configuration;
  const changed = new Map(Object.entries(changes));
  const policyOf = (scope: string, before: PolicySource | undefined): PolicySource | undefined => {
    const now = changed.get(scope);
    if (now === undefined) return before;
    const file = scope === 'service' ? 'policies/policy' : `${scope}/policies/policy`;
    return now === null ? undefined : { text: String(now['value']), file };
  };
  return {
    ...configuration,
    policy: policyOf('service', configuration.policy),
    products: configuration.products.map((one) => ({ ...one, policy: policyOf(`products/${one.id}`, one.policy) })),
    apis: configuration.apis.map((api) => {
      const scope = `apis/${nameOfApi(api)}`;
      return {
        ...api,
        policy: policyOf(scope, api.policy),
        operations: api.operations.map((one) => ({
          ...one,
          policy: policyOf(`${scope}/operations/${one.id}`, one.policy),
        })),
      };
    }),
  };
}

/** The name of an API as the resource manager has it: a revision that is not current has its number in it. */
export function nameOfApi({ id, revision, isCurrent }: Api): string {
  return isCurrent ? id : `${id};rev=${revision}`;
}

/** Keeps changes in a folder; without one they last as long as the process. */
export class ChangeFile {
  readonly #path: string | undefined;

  constructor(folder: string | undefined) {
    if (folder !== undefined) mkdirSync(folder, { recursive: true });
    this.#path = folder === undefined ? undefined : join(folder, 'changes.json');
  }

  /** Throws LoadError for a file that cannot be read. */
  read(): Changes {
    if (this.#path === undefined || !existsSync(this.#path)) return noChanges;
    try {
      return schema.parse(JSON.parse(readFileSync(this.#path, 'utf8')));
    } catch (error) {
      throw new LoadError(`the kept changes cannot be read: ${(error as Error).message}`, {
        file: this.#path,
        line: 1,
        column: 1,
      });
    }
  }

  /** Returns when the changes are on the disk: a crash leaves either the old file or the new one. */
  write(changes: Changes): void {
    if (this.#path === undefined) return;
    const fresh = `${this.#path}.new`;
    const file = openSync(fresh, 'w', 0o600);
    try {
      writeSync(file, JSON.stringify(changes));
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    renameSync(fresh, this.#path);
  }
}
