import type { Json } from '../configuration/artefact-folder.ts';
import type { Api, Configuration, Operation, Product } from '../configuration/model.ts';
import { backendKind } from './backend-kind.ts';
import { certificateKind } from './certificate-kind.ts';
import { nameOfApi } from './changes.ts';
import { namedValueKind } from './named-value-kind.ts';
import { fragmentKind, policyKind } from './policy-kind.ts';
import type { ResourceKind } from './resource-kind.ts';
import { schemaKind } from './schema-kind.ts';
import { productSubscriptionKind, subscriptionKind } from './subscription-kind.ts';

/** An API by its name, by `ID;rev=N` also if that is the current one. */
function findApi({ apis }: Configuration, name: string): Api | undefined {
  return (
    apis.find((api) => nameOfApi(api) === name) ?? apis.find(({ id, revision }) => `${id};rev=${revision}` === name)
  );
}

const apiKind: ResourceKind = {
  type: 'apis',
  names: ({ apis }) => apis.map(nameOfApi),
  view: (configuration, name) => {
    const found = findApi(configuration, name);
    return found && apiView(found);
  },
  filterable: ['displayName', 'description', 'serviceUrl', 'path', 'isCurrent'],
  children: {
    operations: operationKind,
    policies: (api) =>
      policyKind('apis/policies', (configuration) => {
        const found = findApi(configuration, api);
        return found && { scope: `apis/${nameOfApi(found)}`, policy: found.policy };
      }),
    products: (api) => ({
      ...productKind,
      type: 'apis/products',
      names: (configuration) => {
        const id = findApi(configuration, api)?.id ?? '';
        return configuration.products.filter(({ apis }) => apis.includes(id)).map((product) => product.id);
      },
    }),
  },
};

function operationKind(api: string): ResourceKind {
  const operationsOf = (configuration: Configuration) => findApi(configuration, api)?.operations ?? [];
  return {
    type: 'apis/operations',
    names: (configuration) => operationsOf(configuration).map(({ id }) => id),
    view: (configuration, name) => {
      const found = operationsOf(configuration).find(({ id }) => id === name);
      return found && operationView(found);
    },
    filterable: ['displayName', 'method', 'description', 'urlTemplate'],
    children: {
      policies: (operation) =>
        policyKind('apis/operations/policies', (configuration) => {
          const owner = findApi(configuration, api);
          const found = owner?.operations.find(({ id }) => id === operation);
          return owner && found && { scope: `apis/${nameOfApi(owner)}/operations/${found.id}`, policy: found.policy };
        }),
    },
  };
}

const productKind: ResourceKind = {
  type: 'products',
  names: ({ products }) => products.map(({ id }) => id),
  view: ({ products }, name) => {
    const found = products.find(({ id }) => id === name);
    return found && productView(found);
  },
  filterable: ['displayName', 'description', 'terms', 'state'],
  children: {
    apis: (product) => ({
      ...apiKind,
      type: 'products/apis',
      names: ({ apis, products }) => {
        const held = products.find(({ id }) => id === product)?.apis ?? [];
        return apis.filter(({ id }) => held.includes(id)).map(nameOfApi);
      },
    }),
    policies: (product) =>
      policyKind('products/policies', ({ products }) => {
        const found = products.find(({ id }) => id === product);
        return found && { scope: `products/${found.id}`, policy: found.policy };
      }),
    subscriptions: productSubscriptionKind,
  },
};

/** The kinds of resources that a service holds, by the part of the path that names them. */
export const serviceKinds: Readonly<Record<string, (service: string) => ResourceKind>> = {
  apis: () => apiKind,
  backends: () => backendKind,
  certificates: () => certificateKind,
  namedvalues: () => namedValueKind,
  policies: () => policyKind('policies', ({ policy }) => ({ scope: 'service', policy })),
  policyfragments: () => fragmentKind,
  products: () => productKind,
  schemas: () => schemaKind,
  subscriptions: () => subscriptionKind,
};

function apiView(api: Api): Json {
  return {
    displayName: api.name,
    path: api.path,
    protocols: ['http'],
    serviceUrl: api.serviceUrl ?? null,
    subscriptionRequired: api.subscriptionRequired,
    subscriptionKeyParameterNames: { header: api.keyHeader, query: api.keyQuery },
    apiRevision: api.revision,
    isCurrent: api.isCurrent,
    ...(api.version !== '' && { apiVersion: api.version }),
  };
}

function operationView(operation: Operation): Json {
  return {
    displayName: operation.name,
    method: operation.method,
    urlTemplate: operation.urlTemplate,
    templateParameters: operation.parameters.path.map(({ name, type, required }) => ({ name, type, required })),
  };
}

function productView(product: Product): Json {
  return { displayName: product.name, subscriptionRequired: product.subscriptionRequired, state: product.state };
}
