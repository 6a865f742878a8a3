import * as network from '@pulumi/azure-native/network/index.js';
import * as privatedns from '@pulumi/azure-native/privatedns/index.js';
import type { CustomResourceOptions, Input, Output } from '@pulumi/pulumi';
import { component, type Context } from './context.ts';

/** The sub-resource of a service that a private endpoint stands for, and the zone that resolves to it. */
const zones = {
  blob: 'privatelink.blob.core.windows.net',
  queue: 'privatelink.queue.core.windows.net',
  table: 'privatelink.table.core.windows.net',
  vault: 'privatelink.vaultcore.azure.net',
  namespace: 'privatelink.servicebus.windows.net',
  Sql: 'privatelink.documents.azure.com',
  sites: 'privatelink.azurewebsites.net',
  postgresqlServer: 'privatelink.postgres.database.azure.com',
  redisEnterprise: 'privatelink.redis.azure.net',
} as const;

export type PrivateGroup = keyof typeof zones;

/** Services that a subnet cannot be let in to: short of a private endpoint they are open to all of Azure. */
const withoutServiceEndpoints: readonly PrivateGroup[] = ['postgresqlServer', 'redisEnterprise'];

export interface Network {
  /** Subnet the functions call from; absent on the public level. */
  functionsSubnetId?: Output<string>;
  /** Subnet the gateway calls from. */
  gatewaySubnetId?: Output<string>;
  /** Whether services let in the stack's own subnets only. */
  restricted: boolean;
  /** A service with a private endpoint is closed to everything else. */
  publicAccess(group: PrivateGroup): 'Enabled' | 'Disabled';
  /** A private endpoint, where the level has one for such a service; nothing where it has none. */
  connect(name: string, targetId: Input<string>, group: PrivateGroup): void;
}

/** The setting `network.level`: nothing, a virtual network with service endpoints, or private endpoints. */
export function createNetwork(context: Context, used: readonly PrivateGroup[]): Network {
  const { level } = context.config.network;
  if (level === 'public') return { restricted: false, publicAccess: () => 'Enabled', connect: () => undefined };
  const parent = component('network');
  const virtualNetwork = createVirtualNetwork(context, parent);
  const connected = used.filter((group) => level === 'private-endpoints' || withoutServiceEndpoints.includes(group));
  const zoneIds = createZones(context, virtualNetwork.id, connected, parent);
  return {
    functionsSubnetId: virtualNetwork.subnet('functions'),
    gatewaySubnetId: virtualNetwork.subnet('gateway'),
    restricted: true,
    publicAccess: (group) => (connected.includes(group) ? 'Disabled' : 'Enabled'),
    connect: (name, targetId, group) => {
      const zoneId = zoneIds.get(group);
      if (zoneId === undefined) return;
      createEndpoint(context, { name, targetId, group, zoneId, subnetId: virtualNetwork.subnet('endpoints') }, parent);
    },
  };
}

function createVirtualNetwork(
  context: Context,
  parent: CustomResourceOptions,
): { id: Output<string>; subnet(name: string): Output<string> } {
  const { resourceGroupName, config, names, tags } = context;
  const [functionsRange, gatewayRange, endpointsRange] = slices(config.network.addressSpace);
  const serviceEndpoints = [
    'Microsoft.Storage',
    'Microsoft.KeyVault',
    'Microsoft.AzureCosmosDB',
    'Microsoft.ServiceBus',
  ];
  // The classic tiers are injected into a subnet of their own; v2 tiers only call out through a delegated one.
  const delegated = config.gateway.tier.endsWith('V2')
    ? [{ name: 'gateway', serviceName: 'Microsoft.Web/serverFarms' }]
    : [];
  const securityGroup = new network.NetworkSecurityGroup(
    'gateway-rules',
    {
      resourceGroupName,
      networkSecurityGroupName: names.dashed('gateway-nsg'),
      location: config.location,
      tags,
      securityRules: [
        allow('management', 100, 'Inbound', 'ApiManagement', 'VirtualNetwork', '3443'),
        allow(
          'clients',
          110,
          'Inbound',
          config.edge.kind === 'none' ? 'Internet' : 'AzureFrontDoor.Backend',
          'VirtualNetwork',
          '443',
        ),
        allow('balancer', 120, 'Inbound', 'AzureLoadBalancer', 'VirtualNetwork', '6390'),
      ],
    },
    parent,
  );
  const created = new network.VirtualNetwork(
    'virtual-network',
    {
      resourceGroupName,
      virtualNetworkName: names.dashed('vnet'),
      location: config.location,
      tags,
      addressSpace: { addressPrefixes: [config.network.addressSpace] },
      // Inline: as resources of their own, Azure would refuse to make two at once.
      subnets: [
        {
          name: 'functions',
          addressPrefix: functionsRange,
          delegations: [{ name: 'functions', serviceName: 'Microsoft.App/environments' }],
          serviceEndpoints: serviceEndpoints.map((service) => ({ service })),
        },
        {
          name: 'gateway',
          addressPrefix: gatewayRange,
          delegations: delegated,
          networkSecurityGroup: { id: securityGroup.id },
          serviceEndpoints: [{ service: 'Microsoft.Web' }],
        },
        { name: 'endpoints', addressPrefix: endpointsRange, privateEndpointNetworkPolicies: 'Disabled' },
      ],
    },
    parent,
  );
  return { id: created.id, subnet: (name) => created.id.apply((id) => `${id}/subnets/${name}`) };
}

function allow(name: string, priority: number, direction: string, source: string, destination: string, port: string) {
  return {
    name,
    priority,
    direction,
    access: 'Allow',
    protocol: 'Tcp',
    sourceAddressPrefix: source,
    sourcePortRange: '*',
    destinationAddressPrefix: destination,
    destinationPortRange: port,
  };
}

function createZones(
  context: Context,
  networkId: Output<string>,
  used: readonly PrivateGroup[],
  parent: CustomResourceOptions,
): Map<PrivateGroup, Output<string>> {
  const { resourceGroupName, tags } = context;
  return new Map(
    used.map((group) => {
      const zone = new privatedns.PrivateZone(
        `zone-${group}`,
        { resourceGroupName, privateZoneName: zones[group], location: 'Global', tags },
        parent,
      );
      new privatedns.VirtualNetworkLink(
        `zone-link-${group}`,
        {
          resourceGroupName,
          privateZoneName: zone.name,
          virtualNetworkLinkName: 'stack',
          location: 'Global',
          registrationEnabled: false,
          virtualNetwork: { id: networkId },
          tags,
        },
        parent,
      );
      return [group, zone.id];
    }),
  );
}

interface EndpointSpec {
  name: string;
  targetId: Input<string>;
  group: PrivateGroup;
  zoneId: Output<string>;
  subnetId: Output<string>;
}

function createEndpoint(
  context: Context,
  { name, targetId, group, zoneId, subnetId }: EndpointSpec,
  parent: CustomResourceOptions,
): void {
  const { resourceGroupName, config, names, tags } = context;
  const endpoint = new network.PrivateEndpoint(
    `endpoint-${name}`,
    {
      resourceGroupName,
      privateEndpointName: names.dashed(`${name}-pe`),
      location: config.location,
      tags,
      subnet: { id: subnetId },
      privateLinkServiceConnections: [{ name, groupIds: [group], privateLinkServiceId: targetId }],
    },
    parent,
  );
  new network.PrivateDnsZoneGroup(
    `endpoint-dns-${name}`,
    {
      resourceGroupName,
      privateEndpointName: endpoint.name,
      privateDnsZoneGroupName: 'default',
      privateDnsZoneConfigs: [{ name: group, privateDnsZoneId: zoneId }],
    },
    parent,
  );
}

/** Quarters of the range for functions, gateway and endpoints; the fourth is kept free. */
function slices(range: string): [string, string, string] {
  const [address = '', bits = ''] = range.split('/');
  const size = Number(bits) + 2;
  const start = address.split('.').reduce((sum, octet) => sum * 256 + Number(octet), 0);
  const slice = (index: number): string => {
    const value = start + index * 2 ** (32 - size);
    return `${[24, 16, 8, 0].map((shift) => Math.floor(value / 2 ** shift) % 256).join('.')}/${size}`;
  };
  return [slice(0), slice(1), slice(2)];
}
