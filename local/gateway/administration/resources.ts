import { randomBytes } from 'node:crypto';
import type { Json } from '../configuration/artefact-folder.ts';
import type { Configuration } from '../configuration/model.ts';
import type { ChangedKind } from './changes.ts';
import { AdministrationError, notFound } from './errors.ts';
import {
  backendView,
  namedValueProperties,
  namedValueView,
  subscriptionProperties,
  subscriptionView,
} from './resource-views.ts';

/** How one kind of resource is shown, checked and changed. */
export interface ResourceKind {
  kind: ChangedKind;
  /** As in the resource's `type`. */
  type: string;
  names(configuration: Configuration): Iterable<string>;
  /** What GET shows; undefined if there is no such resource. */
  view(configuration: Configuration, name: string, service: string): Json | undefined;
  /** What a change is made on: secrets included. */
  properties(configuration: Configuration, name: string): Json | undefined;
  /** Throws AdministrationError for properties that cannot be. */
  check(properties: Json): void;
  /** Properties of a new resource that its creator left out. */
  defaults(now: number): Json;
}

function invalid(message: string): AdministrationError {
  return new AdministrationError(400, 'ValidationError', message);
}

function requireText(properties: Json, name: string): string {
  const value = properties[name];
  if (typeof value !== 'string' || value === '') throw invalid(`The property "${name}" is required.`);
  return value;
}

export const newKey = (): string => randomBytes(16).toString('hex');

export const namedValueKind: ResourceKind = {
  kind: 'namedValues',
  type: 'namedValues',
  names: ({ namedValues }) => namedValues.keys(),
  view: ({ namedValues }, name) => {
    const found = namedValues.get(name);
    return found && namedValueView(found);
  },
  properties: ({ namedValues }, name) => {
    const found = namedValues.get(name);
    return found && namedValueProperties(found);
  },
  check(properties) {
    if (!/^[A-Za-z0-9-._]{1,256}$/.test(requireText(properties, 'displayName')))
      throw invalid('The display name holds letters, digits, "-", "." and "_" only.');
    if (properties['keyVault'] === undefined && requireText(properties, 'value').trim() === '')
      throw invalid('The value of a named value cannot be blank.');
  },
  defaults: () => ({ secret: false, tags: [] }),
};

export const backendKind: ResourceKind = {
  kind: 'backends',
  type: 'backends',
  names: ({ backends }) => backends.keys(),
  view: ({ backends }, name) => {
    const found = backends.get(name);
    return found && backendView(found);
  },
  properties: ({ backends }, name) => {
    const found = backends.get(name);
    return found && backendView(found);
  },
  check(properties) {
    if (properties['type'] === 'Pool' || properties['pool'] !== undefined) return;
    const url = requireText(properties, 'url');
    if (!/^https?:\/\//.test(url) || !URL.canParse(url)) throw invalid(`"${url}" is no address of a backend.`);
  },
  defaults: () => ({ protocol: 'http' }),
};

export const subscriptionKind: ResourceKind = {
  kind: 'subscriptions',
  type: 'subscriptions',
  names: ({ subscriptions }) => subscriptions.keys(),
  view: ({ subscriptions }, name, service) => {
    const found = subscriptions.get(name);
    return found && subscriptionView(found, service);
  },
  properties: ({ subscriptions }, name) => {
    const found = subscriptions.get(name);
    return found && subscriptionProperties(found);
  },
  check(properties) {
    requireText(properties, 'displayName');
    if (!/\/(?:products\/[^/]+|apis(?:\/[^/]+)?)\/?$/.test(requireText(properties, 'scope')))
      throw invalid('The scope is /products/ID, /apis or /apis/ID.');
  },
  defaults: (now) => ({
    state: 'active',
    primaryKey: newKey(),
    secondaryKey: newKey(),
    createdDate: new Date(now).toISOString(),
  }),
};

/** What a deleted or missing resource answers. */
export function existing(kind: ResourceKind, configuration: Configuration, name: string): Json {
  const found = kind.properties(configuration, name);
  if (!found) throw notFound(`${kind.type} "${name}"`);
  return found;
}
