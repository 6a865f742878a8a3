import * as apimanagement from '@pulumi/azure-native/apimanagement/index.js';
import { type CustomResourceOptions, interpolate, type Output } from '@pulumi/pulumi';
import { component, type Context, stateful } from './context.ts';
import type { Identity } from './identity.ts';
import type { Network } from './network.ts';

export interface Gateway {
  service: apimanagement.ApiManagementService;
  serviceId: Output<string>;
  name: Output<string>;
  url: Output<string>;
  hostName: Output<string>;
  /** Who reads the vault: see `vaultReader`. */
  vaultReader: { principalId: Output<string>; clientId?: Output<string> };
  parent: CustomResourceOptions;
}

/** The API Management service itself; what it serves comes from the artefacts (`gateway-artefacts.ts`). */
export function createGateway(context: Context, identity: Identity, network: Network): Gateway {
  const parent = component('gateway');
  const { resourceGroupName, config, names, tags } = context;
  const { gateway } = config;
  const serviceName = names.dashed('gateway');
  const classic = !gateway.tier.endsWith('V2');
  const service = new apimanagement.ApiManagementService(
    'gateway-service',
    {
      resourceGroupName,
      serviceName,
      location: config.location,
      tags,
      sku: { name: gateway.tier, capacity: gateway.units },
      publisherName: gateway.publisherName,
      publisherEmail: gateway.publisherEmail,
      identity: {
        type: 'SystemAssigned, UserAssigned',
        userAssignedIdentities: identity.id.apply((id) => ({ [id]: {} })),
      },
      ...(gateway.zoneRedundant && classic && { zones: ['1', '2', '3'] }),
      publicNetworkAccess: gateway.publicAccess ? 'Enabled' : 'Disabled',
      developerPortalStatus: gateway.portal ? 'Enabled' : 'Disabled',
      apiVersionConstraint: { minApiVersion: '2021-08-01' },
      ...(network.gatewaySubnetId !== undefined && {
        virtualNetworkType: 'External',
        virtualNetworkConfiguration: { subnetResourceId: network.gatewaySubnetId },
      }),
      ...(gateway.hostname !== undefined && {
        hostnameConfigurations: [
          {
            type: 'Proxy',
            hostName: gateway.hostname.name,
            keyVaultId: gateway.hostname.certificate,
            identityClientId: identity.clientId,
            defaultSslBinding: true,
          },
        ],
      }),
      ...(classic && { customProperties: oldProtocolsOff }),
    },
    // A classic tier takes most of an hour; the provider's own limit is shorter.
    { ...stateful(context, parent), customTimeouts: { create: '90m', update: '90m', delete: '60m' } },
  );
  const hostName = interpolate`${gateway.hostname?.name ?? interpolate`${service.name}.azure-api.net`}`;
  return {
    service,
    serviceId: service.id,
    name: service.name,
    url: interpolate`https://${hostName}`,
    hostName,
    vaultReader: vaultReader(service, identity, network),
    parent,
  };
}

/**
 * Through a vault's firewall, Azure lets only the service's own (system-assigned) identity pass; where there is no
 * firewall, the stack's identity reads the vault, which exists before the service does.
 */
function vaultReader(
  service: apimanagement.ApiManagementService,
  identity: Identity,
  network: Network,
): Gateway['vaultReader'] {
  if (!network.restricted) return { principalId: identity.principalId, clientId: identity.clientId };
  return { principalId: service.identity.apply((own) => own?.principalId ?? '') };
}

const ciphers = 'Microsoft.WindowsAzure.ApiManagement.Gateway';

/** TLS 1.0, 1.1 and SSL 3.0 off on both sides; v2 tiers have no such switch because they never offer them. */
const oldProtocolsOff: Record<string, string> = Object.fromEntries(
  [`${ciphers}.Security.Protocols`, `${ciphers}.Security.Backend.Protocols`].flatMap((side) =>
    ['Tls10', 'Tls11', 'Ssl30'].map((protocol) => [`${side}.${protocol}`, 'False']),
  ),
);
