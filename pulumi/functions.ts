import * as web from '@pulumi/azure-native/web/index.js';
import type { Input, Output, Resource } from '@pulumi/pulumi';
import { containerOfDigest } from '../shared/contract/package-digest.ts';
import { component, type Context } from './context.ts';
import type { Config } from './config/schema.ts';
import type { Identity } from './identity.ts';
import type { Network } from './network.ts';

/** The functions that consume the queues, by the name they are registered under: the platform scales each by itself. */
export const consumers = { callbacks: 'drain-callbacks', deliveries: 'drain-deliveries' } as const;

export interface FunctionsParts {
  identity: Identity;
  network: Network;
  hostStorage: string;
  serviceBusHost: string;
  insightsConnection: Output<string>;
  /** What the app itself reads; see functions/settings.ts. */
  settings: Record<string, Input<string>>;
  /** Roles without which the app could neither fetch its package nor start. */
  afterRoles: readonly Resource[];
}

export interface FunctionsApp {
  appId: Output<string>;
  url: string;
}

/** The Flex Consumption app, without one secret: every connection is by identity, every secret a reference. */
export function createFunctions(context: Context, parts: FunctionsParts): FunctionsApp {
  const parent = component('functions');
  const { resourceGroupName, config, names, tags } = context;
  const plan = new web.AppServicePlan(
    'plan',
    {
      resourceGroupName,
      name: names.dashed('plan'),
      location: config.location,
      tags,
      kind: 'functionapp',
      reserved: true,
      sku: { name: 'FC1', tier: 'FlexConsumption' },
      zoneRedundant: config.functions.zoneRedundant,
    },
    parent,
  );
  const name = names.dashed('api');
  const app = new web.WebApp(
    'app',
    {
      resourceGroupName,
      name,
      location: config.location,
      tags,
      kind: 'functionapp,linux',
      serverFarmId: plan.id,
      httpsOnly: true,
      publicNetworkAccess: parts.network.publicAccess('sites'),
      identity: { type: 'UserAssigned', userAssignedIdentities: [parts.identity.id] },
      keyVaultReferenceIdentity: parts.identity.id,
      ...(parts.network.functionsSubnetId !== undefined && {
        virtualNetworkSubnetId: parts.network.functionsSubnetId,
        outboundVnetRouting: { allTraffic: true },
      }),
      functionAppConfig: appConfig(config, parts),
      siteConfig: {
        minTlsVersion: '1.2',
        scmMinTlsVersion: '1.2',
        ftpsState: 'Disabled',
        http20Enabled: true,
        ...ingress(parts.network),
        appSettings: Object.entries(appSettings(parts)).map(([setting, value]) => ({ name: setting, value })),
      },
    },
    { ...parent, dependsOn: [...parts.afterRoles] },
  );
  for (const publishing of ['scm', 'ftp'] as const) disablePasswords(context, app, publishing, parent);
  parts.network.connect('app', app.id, 'sites');
  return { appId: app.id, url: `https://${name}.azurewebsites.net` };
}

/** On the level with service endpoints only the gateway's subnet gets in; with private endpoints nobody comes this way. */
function ingress(network: Network) {
  if (!network.restricted || network.publicAccess('sites') === 'Disabled') return {};
  return {
    ipSecurityRestrictionsDefaultAction: 'Deny',
    ipSecurityRestrictions: [
      { name: 'gateway', priority: 100, action: 'Allow', vnetSubnetResourceId: network.gatewaySubnetId! },
    ],
  };
}

function appConfig({ functions, release }: Config, parts: FunctionsParts) {
  const { http, callbacks, deliveries } = functions.alwaysReady;
  const alwaysReady = [
    { name: 'http', instanceCount: http },
    { name: `function:${consumers.callbacks}`, instanceCount: callbacks },
    { name: `function:${consumers.deliveries}`, instanceCount: deliveries },
  ];
  return {
    runtime: { name: 'node', version: '24' },
    deployment: {
      storage: {
        type: 'blobContainer' as const,
        value: packageContainer(release, parts.hostStorage),
        authentication: { type: 'UserAssignedIdentity' as const, userAssignedIdentityResourceId: parts.identity.id },
      },
    },
    scaleAndConcurrency: {
      instanceMemoryMB: functions.memoryMB,
      maximumInstanceCount: functions.maximumInstances,
      alwaysReady: alwaysReady.filter(({ instanceCount }) => instanceCount > 0),
      triggers: { http: { perInstanceConcurrency: functions.httpConcurrency } },
    },
    siteUpdateStrategy: { type: functions.update },
  };
}

/** One container for each digest, so that pointing the app at another digest is a deployment, and back a rollback. */
function packageContainer(release: Config['release'], hostStorage: string): string {
  if (release.digest === undefined) return `https://${hostStorage}.blob.core.windows.net/packages`;
  return `https://${release.registry.account}.blob.core.windows.net/${containerOfDigest(release.digest)}`;
}

function appSettings({
  identity,
  hostStorage,
  serviceBusHost,
  insightsConnection,
  settings,
}: FunctionsParts): Record<string, Input<string>> {
  return {
    AZURE_CLIENT_ID: identity.clientId,
    AzureWebJobsStorage__accountName: hostStorage,
    AzureWebJobsStorage__credential: 'managedidentity',
    AzureWebJobsStorage__clientId: identity.clientId,
    ServiceBus__fullyQualifiedNamespace: serviceBusHost,
    ServiceBus__credential: 'managedidentity',
    ServiceBus__clientId: identity.clientId,
    APPLICATIONINSIGHTS_CONNECTION_STRING: insightsConnection,
    APPLICATIONINSIGHTS_AUTHENTICATION_STRING: identity.clientId.apply((id) => `Authorization=AAD;ClientId=${id}`),
    ...settings,
  };
}

function disablePasswords(
  context: Context,
  app: web.WebApp,
  publishing: 'scm' | 'ftp',
  parent: ReturnType<typeof component>,
): void {
  const { resourceGroupName } = context;
  const arguments_ = { resourceGroupName, name: app.name, allow: false };
  if (publishing === 'scm') new web.WebAppScmAllowed('app-scm', arguments_, parent);
  else new web.WebAppFtpAllowed('app-ftp', arguments_, parent);
}
