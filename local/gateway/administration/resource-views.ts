import type { Api, Backend, Fragment, NamedValue, Operation, Product, Subscription } from '../configuration/model.ts';
import type { Json } from '../configuration/artefact-folder.ts';

/** A named value as the resource manager shows it: a secret's value is only told by `listValue`. */
export function namedValueView(value: NamedValue): Json {
  return {
    displayName: value.displayName,
    ...(!value.secret && value.value !== undefined && { value: value.value }),
    tags: value.tags,
    secret: value.secret,
    provisioningState: 'Succeeded',
  };
}

/** The whole named value, secret or not: what a change is made on. */
export function namedValueProperties(value: NamedValue): Json {
  const { displayName, tags, secret } = value;
  return { displayName, tags, secret, ...(value.value !== undefined && { value: value.value }) };
}

export function backendView(backend: Backend): Json {
  return { protocol: 'http', ...backend.properties, ...(backend.pool.length === 0 && { url: backend.url }) };
}

/** Keys are only told by `listSecrets`. */
export function subscriptionView(subscription: Subscription, service: string): Json {
  const { displayName, scope, state, createdDate } = subscription;
  return { scope: `${service}${scope}`, displayName, state, createdDate, allowTracing: true };
}

export function subscriptionProperties(subscription: Subscription): Json {
  const { displayName, scope, state, createdDate, primaryKey, secondaryKey } = subscription;
  return { displayName, scope, state, createdDate, primaryKey, secondaryKey };
}

export function apiView(api: Api): Json {
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

export function operationView(operation: Operation): Json {
  return {
    displayName: operation.name,
    method: operation.method,
    urlTemplate: operation.urlTemplate,
    templateParameters: operation.parameters.path.map(({ name, type, required }) => ({ name, type, required })),
  };
}

export function productView(product: Product): Json {
  return { displayName: product.name, subscriptionRequired: product.subscriptionRequired, state: product.state };
}

export function fragmentView(fragment: Fragment): Json {
  return { format: 'xml', value: fragment.source.text };
}
