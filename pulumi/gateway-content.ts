import * as apimanagement from '@pulumi/azure-native/apimanagement/index.js';
import * as resources from '@pulumi/azure-native/resources/index.js';
import { type Input, interpolate, type Resource, secret } from '@pulumi/pulumi';
import { type Artefacts, entries } from './artefacts.ts';
import type { Context } from './context.ts';
import type { Gateway } from './gateway.ts';
import { createApisAndProducts, dependencies, type Scope } from './gateway-apis.ts';
import type { Identity } from './identity.ts';
import type { Observability } from './observability.ts';

/** What differs between stacks in otherwise identical artefacts. */
export interface ContentParts {
  artefacts: Artefacts;
  gateway: Gateway;
  observability: Observability;
  identity: Identity;
  /** Addresses of the backends, by name. */
  backendUrls: Record<string, Input<string>>;
  /** Named values whose value stands in the vault: name to secret URI. */
  vaultValues: Record<string, string>;
  /** Named values that differ by stack; a value in place of a secret is kept secret. */
  plainValues: Record<string, Input<string>>;
  /** Roles without which the vault would refuse the gateway. */
  afterRoles: readonly Resource[];
}

/** Everything that the gateway serves, from the same files that the local gateway runs. */
export function createGatewayContent(context: Context, parts: ContentParts): void {
  const scope: Scope = {
    resourceGroupName: context.resourceGroupName,
    serviceName: parts.gateway.name,
    artefacts: parts.artefacts,
    options: parts.gateway.parent,
  };
  // Policies name these in their text, which Pulumi cannot see: hence the explicit order.
  const named = [...createNamedValues(scope, parts), ...createBackends(scope, parts)];
  const fragments = createFragments({ ...scope, options: { ...scope.options, dependsOn: named } });
  const after = { ...scope, options: { ...scope.options, dependsOn: [...named, ...fragments] } };
  createDiagnostics(after, parts, context.config.gateway.samplingPercent);
  createServicePolicy(after);
  createApisAndProducts(after, context.config.gateway.testSubscriptions);
}

function createNamedValues({ artefacts, options, ...target }: Scope, parts: ContentParts): Resource[] {
  return entries(artefacts, 'namedValues', 'namedValueInformation.json').map(({ name, properties }) => {
    const secretIdentifier = parts.vaultValues[name];
    const { displayName = name, tags } = properties as { displayName?: string; tags?: string[] };
    if (secretIdentifier !== undefined) {
      const clientId = parts.gateway.vaultReader.clientId;
      return new apimanagement.NamedValue(
        `named-value-${name}`,
        {
          ...target,
          namedValueId: name,
          displayName,
          tags,
          secret: true,
          keyVault: { secretIdentifier, ...(clientId !== undefined && { identityClientId: clientId }) },
        },
        { ...options, dependsOn: [...parts.afterRoles] },
      );
    }
    const isSecret = properties['secret'] === true;
    const value = parts.plainValues[name] ?? (properties['value'] as string);
    // A route's switch is set once here and then belongs to the operators: a deployment must not shift traffic.
    const ignoreChanges = name.startsWith('route-') ? ['value', 'tags'] : [];
    return new apimanagement.NamedValue(
      `named-value-${name}`,
      { ...target, namedValueId: name, displayName, tags, secret: isSecret, value: isSecret ? secret(value) : value },
      { ...options, ignoreChanges },
    );
  });
}

function createBackends({ artefacts, options, ...target }: Scope, parts: ContentParts): Resource[] {
  return entries(artefacts, 'backends', 'backendInformation.json').map(({ name, properties }) => {
    const url = parts.backendUrls[name];
    return new apimanagement.Backend(
      `backend-${name}`,
      { protocol: 'http', ...properties, ...target, backendId: name, ...(url !== undefined && { url }) },
      options,
    );
  });
}

/**
 * As generic resources, because the SDK's own one cannot be made: it names a fragment by `id`, a name that Pulumi keeps
 * for itself and drops from what it sends (pulumi/pulumi-azure-native#2664).
 */
function createFragments({ artefacts, options, resourceGroupName, serviceName }: Scope): Resource[] {
  return entries(artefacts, 'policyFragments', 'policyFragmentInformation.json').map(({ name, properties }) => {
    const value = artefacts.get(`policyFragments/${name}/policy.xml`) ?? properties['value'];
    return new resources.Resource(
      `fragment-${name}`,
      {
        resourceGroupName,
        resourceProviderNamespace: 'Microsoft.ApiManagement',
        parentResourcePath: interpolate`service/${serviceName}`,
        resourceType: 'policyFragments',
        resourceName: name,
        apiVersion: '2024-05-01',
        properties: { ...properties, format: 'xml', value },
      },
      options,
    );
  });
}

/** Traces and metrics of requests go to Application Insights, by the gateway's identity. */
function createDiagnostics(
  { artefacts, options, ...target }: Scope,
  parts: ContentParts,
  samplingPercent: number,
): void {
  const loggers = new Map(
    entries(artefacts, 'loggers', 'loggerInformation.json').map(({ name, properties }) => {
      const { credentials, ...rest } = properties as unknown as Pick<apimanagement.LoggerArgs, 'loggerType'> & {
        credentials: object;
      };
      const logger = new apimanagement.Logger(
        `logger-${name}`,
        {
          ...rest,
          ...target,
          loggerId: name,
          credentials: { ...credentials, identityClientId: parts.identity.clientId },
          resourceId: parts.observability.insightsId,
        },
        { ...options, dependsOn: [...dependencies(options), ...parts.afterRoles] },
      );
      return [name, logger];
    }),
  );
  for (const { name, properties } of entries(artefacts, 'diagnostics', 'diagnosticInformation.json')) {
    const loggerName = String(properties['loggerId']).split('/').at(-1)!;
    new apimanagement.Diagnostic(
      `diagnostic-${name}`,
      {
        ...properties,
        ...target,
        diagnosticId: name,
        loggerId: loggers.get(loggerName)!.id,
        sampling: { samplingType: 'fixed', percentage: samplingPercent },
      },
      options,
    );
  }
}

function createServicePolicy({ artefacts, options, ...target }: Scope): void {
  const value = artefacts.get('policy.xml');
  if (value !== undefined)
    new apimanagement.Policy('policy', { ...target, policyId: 'policy', format: 'xml', value }, options);
}
