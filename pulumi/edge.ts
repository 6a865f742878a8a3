import * as cdn from '@pulumi/azure-native/cdn/index.js';
import * as frontdoor from '@pulumi/azure-native/frontdoor/index.js';
import { type CustomResourceOptions, interpolate, type Output } from '@pulumi/pulumi';
import { component, type Context } from './context.ts';
import type { Gateway } from './gateway.ts';
import type { Observability } from './observability.ts';

/** Requests from one address in a minute beyond which the firewall blocks it; far above any plan's burst limit. */
const requestsPerMinute = 2000;

/** Front Door and its firewall before the gateway; without it, clients come straight to the gateway. */
export function createEdge(
  context: Context,
  gateway: Gateway,
  observability: Observability,
): { url: Output<string> } | undefined {
  const { resourceGroupName, config, names, tags } = context;
  if (config.edge.kind === 'none') return undefined;
  const parent = component('edge');
  const skuName = config.edge.kind === 'premium' ? 'Premium_AzureFrontDoor' : 'Standard_AzureFrontDoor';
  const profile = new cdn.Profile(
    'edge-profile',
    {
      resourceGroupName,
      profileName: names.dashed('edge'),
      location: 'Global',
      tags,
      sku: { name: skuName },
      originResponseTimeoutSeconds: 240,
    },
    parent,
  );
  observability.diagnose('edge', profile.id);
  const profileName = profile.name;
  const endpoint = new cdn.AFDEndpoint(
    'edge-endpoint',
    {
      resourceGroupName,
      profileName,
      endpointName: names.dashed('api'),
      location: 'Global',
      tags,
      enabledState: 'Enabled',
    },
    parent,
  );
  const originGroup = createOrigin(context, gateway, profileName, parent);
  new cdn.Route(
    'edge-route',
    {
      resourceGroupName,
      profileName,
      endpointName: endpoint.name,
      routeName: 'everything',
      originGroup: { id: originGroup.group.id },
      patternsToMatch: ['/*'],
      supportedProtocols: ['Http', 'Https'],
      httpsRedirect: 'Enabled',
      forwardingProtocol: 'HttpsOnly',
      linkToDefaultDomain: 'Enabled',
      enabledState: 'Enabled',
    },
    { ...parent, dependsOn: [originGroup.origin] },
  );
  createFirewall(context, { skuName, profileName, endpointId: endpoint.id }, parent);
  return { url: interpolate`https://${endpoint.hostName}` };
}

function createOrigin(context: Context, gateway: Gateway, profileName: Output<string>, parent: CustomResourceOptions) {
  const { resourceGroupName, config } = context;
  const group = new cdn.AFDOriginGroup(
    'edge-origins',
    {
      resourceGroupName,
      profileName,
      originGroupName: 'gateway',
      healthProbeSettings: {
        probePath: '/v1/health',
        probeProtocol: 'Https',
        probeRequestType: 'GET',
        probeIntervalInSeconds: 30,
      },
      loadBalancingSettings: { sampleSize: 4, successfulSamplesRequired: 2, additionalLatencyInMilliseconds: 0 },
    },
    parent,
  );
  const origin = new cdn.AFDOrigin(
    'edge-origin',
    {
      resourceGroupName,
      profileName,
      originGroupName: group.name,
      originName: 'gateway',
      hostName: gateway.hostName,
      originHostHeader: gateway.hostName,
      httpsPort: 443,
      priority: 1,
      weight: 1000,
      enforceCertificateNameCheck: true,
      enabledState: 'Enabled',
      ...(!config.gateway.publicAccess && {
        sharedPrivateLinkResource: {
          groupId: 'Gateway',
          privateLink: { id: gateway.serviceId },
          privateLinkLocation: config.location,
          requestMessage: 'Front Door of the same stack',
        },
      }),
    },
    parent,
  );
  return { group, origin };
}

interface FirewallSpec {
  skuName: string;
  profileName: Output<string>;
  endpointId: Output<string>;
}

function createFirewall(
  context: Context,
  { skuName, profileName, endpointId }: FirewallSpec,
  parent: CustomResourceOptions,
): void {
  const { resourceGroupName, config, names, tags } = context;
  const policy = new frontdoor.Policy(
    'edge-firewall',
    {
      resourceGroupName,
      policyName: names.compact('waf'),
      location: 'Global',
      tags,
      sku: { name: skuName },
      policySettings: { enabledState: 'Enabled', mode: config.edge.waf, requestBodyCheck: 'Enabled' },
      customRules: {
        rules: [
          {
            name: 'FloodFromOneAddress',
            priority: 100,
            ruleType: 'RateLimitRule',
            action: 'Block',
            enabledState: 'Enabled',
            rateLimitDurationInMinutes: 1,
            rateLimitThreshold: requestsPerMinute,
            matchConditions: [{ matchVariable: 'RequestUri', operator: 'Contains', matchValue: ['/'] }],
          },
        ],
      },
      ...(config.edge.managedRules && {
        managedRules: {
          managedRuleSets: [
            { ruleSetType: 'Microsoft_DefaultRuleSet', ruleSetVersion: '2.1', ruleSetAction: 'Block' },
            { ruleSetType: 'Microsoft_BotManagerRuleSet', ruleSetVersion: '1.1' },
          ],
        },
      }),
    },
    parent,
  );
  new cdn.SecurityPolicy(
    'edge-security',
    {
      resourceGroupName,
      profileName,
      securityPolicyName: 'firewall',
      parameters: {
        type: 'WebApplicationFirewall',
        wafPolicy: { id: policy.id },
        associations: [{ domains: [{ id: endpointId }], patternsToMatch: ['/*'] }],
      },
    },
    parent,
  );
}
