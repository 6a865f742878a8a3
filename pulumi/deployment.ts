import * as authorization from '@pulumi/azure-native/authorization/index.js';
import * as resources from '@pulumi/azure-native/resources/index.js';
import { interpolate, type Output } from '@pulumi/pulumi';
import { createAlerts } from './alerts.ts';
import type { Artefacts } from './artefacts.ts';
import { createCache } from './cache.ts';
import type { Config } from './config/schema.ts';
import type { Context } from './context.ts';
import { createEdge } from './edge.ts';
import { createFunctions, type FunctionsApp } from './functions.ts';
import { createGatewayContent } from './gateway-content.ts';
import { createSignUp } from './gateway-portal.ts';
import { createGateway } from './gateway.ts';
import { createIdentities } from './identity.ts';
import { namesOf } from './names.ts';
import { createNetwork, type PrivateGroup } from './network.ts';
import { createObservability, type Observability } from './observability.ts';
import { createRoles, grantCosmosData } from './roles.ts';
import { vaultReference } from './secrets.ts';
import { createStores, type Stores } from './stores.ts';
import { functionsGrants, gatewayGrants, operatorGrants } from './grants.ts';
import { createWorkbook } from './workbook.ts';

/** What `pulumi stack output` prints. */
export interface Outputs {
  apiUrl: Output<string>;
  /** With `cosmosEndpoint`, what the operator's commands need of a deployment. */
  gatewayServiceId: Output<string>;
  cosmosEndpoint: string;
  gatewayName: Output<string>;
  gatewayUrl: Output<string>;
  functionsUrl: string;
  portalUrl: Output<string>;
  packageDigest: string;
  previousDigest: string;
  policyDigest: string;
  resourceGroup: Output<string>;
  vaultName: string;
}

/** One stack, complete. The artefacts are those that the local gateway runs. */
export function deploy(
  stack: string,
  config: Config,
  artefacts: { files: Artefacts; pages: Artefacts; digest: string },
  now: Date,
): Outputs {
  const context = contextOf(stack, config, now);
  const identities = createIdentities(context);
  const network = createNetwork(context, privateGroups(config));
  const observability = createObservability(context);
  const stores = createStores(context, network, identities.functions.name);
  const functionsRoles = createRoles(
    context,
    'functions',
    functionsGrants(context, identities.functions, observability, stores),
  );
  grantCosmosData(context, stores.cosmos, 'functions', identities.functions.principalId);
  const functions = createFunctions(context, {
    identity: identities.functions,
    network,
    hostStorage: stores.hostStorage.accountName,
    serviceBusHost: stores.messaging.host,
    insightsConnection: observability.connectionString,
    settings: appSettings(config, stores),
    afterRoles: functionsRoles,
  });
  const gateway = createGateway(context, identities.gateway, network);
  const gatewayRoles = createRoles(
    context,
    'gateway',
    gatewayGrants(gateway, identities.gateway, observability, stores),
  );
  const { groupObjectId } = config.operators;
  if (groupObjectId !== undefined) {
    createRoles(context, 'operators', operatorGrants(groupObjectId, gateway, observability, stores));
    grantCosmosData(context, stores.cosmos, 'operators', groupObjectId);
  }
  createGatewayContent(context, {
    artefacts: new Map([...artefacts.files, ...artefacts.pages]),
    gateway,
    observability,
    identity: identities.gateway,
    backendUrls: { legacy: config.legacy.url, functions: functions.url },
    vaultValues: { 'gateway-key': stores.secrets.uris.gatewayKey },
    plainValues: {
      'legacy-url': config.legacy.url,
      'functions-url': functions.url,
      'application-insights-connection': observability.connectionString,
      'operator-openid-configuration': `https://login.microsoftonline.com/${config.operators.tenantId}/v2.0/.well-known/openid-configuration`,
      'operator-audience': config.operators.audience,
    },
    afterRoles: gatewayRoles,
  });
  createSignUp(context, gateway);
  createCache(context, network, gateway.name);
  const edge = createEdge(context, gateway, observability);
  diagnoseAll(observability, stores, functions, gateway.serviceId);
  createAlerts(context, observability, stores);
  createWorkbook(context, observability);
  return {
    apiUrl: edge?.url ?? gateway.url,
    gatewayServiceId: gateway.serviceId,
    cosmosEndpoint: stores.cosmos.endpoint,
    gatewayName: gateway.name,
    gatewayUrl: gateway.url,
    functionsUrl: functions.url,
    portalUrl: interpolate`https://${gateway.name}.developer.azure-api.net`,
    packageDigest: config.release.digest ?? 'none',
    previousDigest: config.release.previous ?? 'none',
    policyDigest: artefacts.digest,
    resourceGroup: interpolate`${context.resourceGroupName}`,
    vaultName: context.names.dashed('kv'),
  };
}

function contextOf(stack: string, config: Config, now: Date): Context {
  const names = namesOf(config);
  const tags = { ...config.tags, application: 'exchange-api', environment: config.environment, stack };
  const group = new resources.ResourceGroup('resource-group', {
    resourceGroupName: names.dashed('rg'),
    location: config.location,
    tags,
  });
  const client = authorization.getClientConfigOutput();
  return {
    stack,
    now,
    config,
    names,
    tags,
    resourceGroupName: group.name,
    resourceGroupId: group.id,
    tenantId: client.tenantId,
    subscriptionId: client.subscriptionId,
  };
}

/** What the app reads at start; names and meaning are those of functions/settings.ts. */
function appSettings(config: Config, { cosmos, postgres, secrets, auditStorage }: Stores): Record<string, string> {
  return {
    COSMOS_ENDPOINT: cosmos.endpoint,
    DATABASE_URL: postgres.url,
    GATEWAY_KEY: vaultReference(secrets.uris.gatewayKey),
    PROVIDERS: vaultReference(secrets.uris.providers),
    CHECKPOINTS_URL: `https://${auditStorage.accountName}.blob.core.windows.net/${auditStorage.containerName}`,
    ...(config.audit.signing && { CHECKPOINT_KEY: vaultReference(secrets.uris.checkpointKey) }),
    ...(config.release.digest !== undefined && { PACKAGE_DIGEST: config.release.digest }),
  };
}

/** Private zones are made only for services that the stack has. */
function privateGroups(config: Config): PrivateGroup[] {
  return [
    'blob',
    'queue',
    'table',
    'vault',
    'namespace',
    'Sql',
    'sites',
    ...(config.database.kind === 'provisioned' ? (['postgresqlServer'] as const) : []),
    ...(config.cache.kind === 'external' ? (['redisEnterprise'] as const) : []),
  ];
}

function diagnoseAll(
  observability: Observability,
  stores: Stores,
  functions: FunctionsApp,
  gatewayId: Output<string>,
): void {
  const watched: [string, Output<string>][] = [
    ['functions', functions.appId],
    ['messaging', stores.messaging.namespaceId],
    ['vault', stores.secrets.vaultId],
    ['host-storage', interpolate`${stores.hostStorage.accountId}/blobServices/default`],
    ['audit-storage', interpolate`${stores.auditStorage.accountId}/blobServices/default`],
  ];
  if (stores.postgres.serverId !== undefined) watched.push(['postgres', stores.postgres.serverId]);
  observability.diagnose('gateway', gatewayId, 'own');
  observability.diagnose('cosmos', stores.cosmos.accountId, 'own');
  for (const [name, id] of watched) observability.diagnose(name, id);
}
