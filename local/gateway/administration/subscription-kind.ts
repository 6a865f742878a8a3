import { randomBytes } from 'node:crypto';
import type { Json } from '../configuration/artefact-folder.ts';
import type { Configuration, Subscription } from '../configuration/model.ts';
import { isSameName } from '../configuration/name-map.ts';
import { PropertyChecks } from './property-checks.ts';
import type { ResourceKind } from './resource-kind.ts';

const states = ['active', 'suspended', 'submitted', 'rejected', 'cancelled', 'expired'];
const newKey = (): string => randomBytes(16).toString('hex');

/** Keys are only told by `listSecrets`. */
export const subscriptionKind: ResourceKind = {
  type: 'subscriptions',
  names: ({ subscriptions }) => subscriptions.keys(),
  view,
  filterable: ['displayName', 'stateComment', 'ownerId', 'scope', 'userId', 'productId', 'state'],
  change: {
    kind: 'subscriptions',
    key: (name) => name,
    longestName: 256,
    properties: ({ subscriptions }, name) => {
      const found = subscriptions.get(name);
      return found && propertiesOf(found);
    },
    extras: ['ownerId', 'stateComment', 'allowTracing', 'startDate', 'expirationDate', 'endDate', 'notificationDate'],
    defaults: (now) => ({
      state: 'active',
      primaryKey: newKey(),
      secondaryKey: newKey(),
      createdDate: new Date(now).toISOString(),
    }),
    keptByPut: ['primaryKey', 'secondaryKey', 'createdDate', 'state'],
    problems(properties, _name, configuration) {
      const checks = new PropertyChecks(properties);
      checks.text('displayName', { required: true, longest: 100 });
      const scope = checks.text('scope', { required: true, longest: 2000 });
      const problem = scope === undefined ? undefined : scopeProblem(scope, configuration);
      if (problem !== undefined) checks.fail('scope', problem);
      checks.oneOf('state', states);
      checks.text('primaryKey', { required: true, longest: 256 });
      checks.text('secondaryKey', { required: false, longest: 256 });
      checks.flag('allowTracing');
      return checks.problems;
    },
    conflict({ primaryKey, secondaryKey }, name, { subscriptions }) {
      const keys = [primaryKey, secondaryKey].filter((key) => key !== '');
      for (const other of subscriptions.values())
        if (other.name !== name && (keys.includes(other.primaryKey) || keys.includes(other.secondaryKey)))
          return `The subscription "${other.name}" has one of these keys already.`;
      return undefined;
    },
    inBackground: false,
    actions: {
      listSecrets: ({ properties: { primaryKey, secondaryKey } }) => ({
        status: 200,
        body: { primaryKey, secondaryKey },
      }),
      regeneratePrimaryKey: ({ properties }) => ({ keep: { ...properties, primaryKey: newKey() } }),
      regenerateSecondaryKey: ({ properties }) => ({ keep: { ...properties, secondaryKey: newKey() } }),
    },
  },
};

/** The subscriptions of one product: read only, as the resource manager has it. */
export function productSubscriptionKind(product: string): ResourceKind {
  return {
    type: 'products/subscriptions',
    names: ({ subscriptions }) =>
      [...subscriptions.values()]
        .filter(({ scope }) => isSameName(scope, `/products/${product}`))
        .map(({ name }) => name),
    view,
    filterable: subscriptionKind.filterable,
  };
}

function view({ subscriptions }: Configuration, name: string, { service }: { service: string }): Json | undefined {
  const found = subscriptions.get(name);
  if (!found) return undefined;
  const { primaryKey: _primary, secondaryKey: _secondary, ...told } = propertiesOf(found);
  return { allowTracing: false, ...told, scope: `${service}${found.scope}` };
}

function propertiesOf({ displayName, scope, state, createdDate, primaryKey, secondaryKey }: Subscription): Json {
  return { displayName, scope, state, createdDate, primaryKey, secondaryKey };
}

function scopeProblem(scope: string, { apis, products }: Configuration): string | undefined {
  const [, product, api] = /(?:^|\/)(?:products\/([^/]+)|apis(?:\/([^/]+))?)\/?$/i.exec(scope) ?? [undefined];
  if (product !== undefined)
    return products.some(({ id }) => isSameName(id, product)) ? undefined : `There is no product "${product}".`;
  if (api !== undefined) return apis.some(({ id }) => isSameName(id, api)) ? undefined : `There is no API "${api}".`;
  return /(?:^|\/)apis\/?$/i.test(scope) ? undefined : 'The scope is /products/ID, /apis or /apis/ID.';
}
