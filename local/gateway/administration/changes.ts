import { mkdirSync, openSync, closeSync, existsSync, fsyncSync, readFileSync, renameSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { Configuration } from '../configuration/model.ts';
import type { Json } from '../configuration/artefact-folder.ts';
import { backendOf, namedValueOf, subscriptionOf } from '../configuration/resources.ts';
import { LoadError } from '../errors.ts';

/** Kinds of resources that the administration changes. */
export type ChangedKind = 'namedValues' | 'backends' | 'subscriptions';

const kind = z.record(z.string(), z.union([z.record(z.string(), z.unknown()), z.null()]));
const schema = z.strictObject({ namedValues: kind, backends: kind, subscriptions: kind });

/** What the administration changed: the new properties of a resource, or null for one that was deleted. */
export type Changes = Readonly<Record<ChangedKind, Readonly<Record<string, Json | null>>>>;

const noChanges: Changes = { namedValues: {}, backends: {}, subscriptions: {} };

/** The configuration with the changes on top. */
export function applyChanges(configuration: Configuration, changes: Changes): Configuration {
  return {
    ...configuration,
    namedValues: merged(configuration.namedValues, changes.namedValues, namedValueOf),
    backends: merged(configuration.backends, changes.backends, backendOf),
    subscriptions: merged(configuration.subscriptions, changes.subscriptions, subscriptionOf),
  };
}

function merged<T>(
  original: ReadonlyMap<string, T>,
  changes: Readonly<Record<string, Json | null>>,
  make: (name: string, properties: Json) => T,
): ReadonlyMap<string, T> {
  const result = new Map(original);
  for (const [name, properties] of Object.entries(changes)) {
    if (properties === null) result.delete(name);
    else result.set(name, make(name, properties));
  }
  return result;
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
