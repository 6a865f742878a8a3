import * as apimanagement from '@pulumi/azure-native/apimanagement/index.js';
import { type CustomResourceOptions, type Input, interpolate, type Resource } from '@pulumi/pulumi';
import { type Artefacts, entries, listedNames, operationPolicies, specification } from './artefacts.ts';
import { createWiki } from './gateway-portal.ts';

/** Where the artefacts go, and what must exist before them. */
export interface Scope {
  resourceGroupName: Input<string>;
  serviceName: Input<string>;
  artefacts: Artefacts;
  options: CustomResourceOptions;
}

/** APIs with their versions, operations, policies and tags; products with their terms, groups and subscriptions. */
export function createApisAndProducts(scope: Scope, testSubscriptions: boolean): void {
  const apis = createApis(scope, createTags(scope));
  createProducts(scope, apis, testSubscriptions);
}

function createTags({ artefacts, options, ...target }: Scope): Map<string, apimanagement.Tag> {
  return new Map(
    entries(artefacts, 'tags', 'tagInformation.json').map(({ name, properties }) => [
      name,
      new apimanagement.Tag(
        `tag-${name}`,
        { ...target, tagId: name, displayName: (properties['displayName'] as string | undefined) ?? name },
        options,
      ),
    ]),
  );
}

function createApis(scope: Scope, tags: Map<string, apimanagement.Tag>): Map<string, apimanagement.Api> {
  const { artefacts, options, ...target } = scope;
  const versionSets = new Map(
    entries(artefacts, 'versionSets', 'versionSetInformation.json').map(({ name, properties }) => [
      name,
      new apimanagement.ApiVersionSet(
        `version-set-${name}`,
        {
          ...(properties as Pick<apimanagement.ApiVersionSetArgs, 'displayName' | 'versioningScheme'>),
          ...target,
          versionSetId: name,
        },
        options,
      ),
    ]),
  );
  return new Map(
    entries(artefacts, 'apis', 'apiInformation.json').map(({ name, properties }) => {
      const {
        apiVersionSetId,
        path,
        type: apiType,
        ...rest
      } = properties as { apiVersionSetId?: string; path?: string; type?: string };
      const versionSet = versionSets.get(apiVersionSetId?.split('/').at(-1) ?? '');
      const api = new apimanagement.Api(
        `api-${name}`,
        {
          ...rest,
          ...target,
          apiId: name,
          apiType,
          path: path ?? '',
          ...specification(artefacts, name),
          ...(versionSet !== undefined && { apiVersionSetId: versionSet.id }),
        },
        options,
      );
      createApiParts(
        { ...scope, options: { ...options, dependsOn: [...dependencies(options), api] } },
        name,
        api,
        tags,
      );
      return [name, api];
    }),
  );
}

function createApiParts(
  scope: Scope,
  name: string,
  api: apimanagement.Api,
  tags: Map<string, apimanagement.Tag>,
): void {
  const { artefacts, options, ...target } = scope;
  const policy = artefacts.get(`apis/${name}/policy.xml`);
  const format = 'xml';
  if (policy !== undefined) {
    new apimanagement.ApiPolicy(
      `api-policy-${name}`,
      { ...target, apiId: name, policyId: 'policy', format, value: policy },
      options,
    );
  }
  for (const { operation, xml } of operationPolicies(artefacts, name)) {
    new apimanagement.ApiOperationPolicy(
      `operation-policy-${operation}`,
      { ...target, apiId: name, operationId: operation, policyId: 'policy', format, value: xml },
      options,
    );
  }
  for (const { name: tag } of entries(artefacts, `apis/${name}/tags`, 'tagInformation.json')) {
    const tagId = tags.get(tag)?.name ?? tag;
    new apimanagement.TagApiLink(
      `tag-${tag}-of-${name}`,
      { ...target, tagId, apiLinkId: `${tag}-${name}`, apiId: api.id },
      options,
    );
  }
  createWiki({ ...target, options }, 'api', name, artefacts.get(`apis/${name}/wiki.md`));
}

function createProducts(scope: Scope, apis: Map<string, apimanagement.Api>, testSubscriptions: boolean): void {
  const { artefacts, options, ...target } = scope;
  for (const { name, properties } of entries(artefacts, 'products', 'productInformation.json')) {
    const product = new apimanagement.Product(
      `product-${name}`,
      { ...(properties as Pick<apimanagement.ProductArgs, 'displayName'>), ...target, productId: name },
      options,
    );
    const productId = product.name;
    const policy = artefacts.get(`products/${name}/policy.xml`);
    if (policy !== undefined) {
      new apimanagement.ProductPolicy(
        `product-policy-${name}`,
        { ...target, productId, policyId: 'policy', format: 'xml', value: policy },
        options,
      );
    }
    for (const api of listedNames(artefacts, `products/${name}/apis.json`)) {
      const apiId = apis.get(api)?.name ?? api;
      new apimanagement.ProductApi(`product-${name}-api-${api}`, { ...target, productId, apiId }, options);
    }
    for (const group of listedNames(artefacts, `products/${name}/groups.json`)) {
      new apimanagement.ProductGroup(
        `product-${name}-group-${group}`,
        { ...target, productId, groupId: group },
        options,
      );
    }
    if (testSubscriptions) createTestSubscription(target, name, product, options);
    createWiki(
      { ...target, options: { ...options, dependsOn: [product] } },
      'product',
      name,
      artefacts.get(`products/${name}/wiki.md`),
    );
  }
}

function createTestSubscription(
  target: Pick<Scope, 'resourceGroupName' | 'serviceName'>,
  name: string,
  product: apimanagement.Product,
  options: CustomResourceOptions,
): void {
  new apimanagement.Subscription(
    `subscription-test-${name}`,
    {
      ...target,
      sid: `test-${name}`,
      displayName: `Smoke tests, plan ${name}`,
      scope: interpolate`${product.id}`,
      state: 'active',
      allowTracing: false,
    },
    // Azure draws the keys; whoever may read them asks Azure, not Pulumi's state.
    { ...options, additionalSecretOutputs: ['primaryKey', 'secondaryKey'] },
  );
}

/** What the options already wait for. */
export function dependencies({ dependsOn }: CustomResourceOptions): Resource[] {
  return Array.isArray(dependsOn) ? (dependsOn as Resource[]) : [];
}
