import * as keyvault from '@pulumi/azure-native/keyvault/index.js';
import * as resources from '@pulumi/azure-native/resources/index.js';
import { type CustomResourceOptions, interpolate, type Output } from '@pulumi/pulumi';
import { component, type Context, stateful } from './context.ts';
import type { Network } from './network.ts';

/** Secrets of the stack. None of their values ever passes through this program or its state. */
const secretNames = { gatewayKey: 'gateway-key', providers: 'providers', checkpointKey: 'checkpoint-key' } as const;

export interface Secrets {
  vaultId: Output<string>;
  /** URI without a version, so that a rotation needs no deployment. */
  uris: Record<keyof typeof secretNames, string>;
  /** Resource ids, for roles on one secret only. */
  ids: Record<keyof typeof secretNames, Output<string>>;
}

/** The vault, the gateway's key (made inside Azure) and a place for the providers' secrets (put there by hand). */
export function createSecrets(context: Context, network: Network): Secrets {
  const parent = component('secrets');
  const { resourceGroupName, config, names, tags } = context;
  const vaultName = names.dashed('kv');
  const vault = new keyvault.Vault(
    'vault',
    {
      resourceGroupName,
      vaultName,
      location: config.location,
      tags,
      properties: {
        tenantId: context.tenantId,
        sku: { family: 'A', name: 'standard' },
        enableRbacAuthorization: true,
        enableSoftDelete: true,
        softDeleteRetentionInDays: config.environment === 'dev' ? 7 : 90,
        // Azure refuses an explicit false; without it a dev vault can be purged, so its name can be used again.
        ...(config.environment !== 'dev' && { enablePurgeProtection: true }),
        publicNetworkAccess: network.publicAccess('vault'),
        networkAcls: {
          // The gateway and this deployment come in as trusted services of Azure.
          bypass: 'AzureServices',
          defaultAction: network.restricted ? 'Deny' : 'Allow',
          virtualNetworkRules:
            network.publicAccess('vault') === 'Enabled' && network.restricted
              ? [{ id: network.functionsSubnetId! }]
              : [],
        },
      },
    },
    stateful(context, parent),
  );
  network.connect('vault', vault.id, 'vault');
  const ids = {
    gatewayKey: generateSecret(context, vault, 'gatewayKey', '[concat(newGuid(), newGuid())]', parent),
    providers: generateSecret(context, vault, 'providers', '{}', parent),
    // An Ed25519 key, which no template can draw: put there by hand before `audit.signing` is turned on.
    checkpointKey: interpolate`${vault.id}/secrets/${secretNames.checkpointKey}`,
  };
  const uri = (name: string): string => `https://${vaultName}.vault.azure.net/secrets/${name}`;
  return {
    vaultId: vault.id,
    uris: {
      gatewayKey: uri(secretNames.gatewayKey),
      providers: uri(secretNames.providers),
      checkpointKey: uri(secretNames.checkpointKey),
    },
    ids,
  };
}

/**
 * Puts a first value into the vault by a template, because a template can draw it inside Azure: a value made here
 * would stand in Pulumi's state. The template runs again only when it changes, so later values are left alone.
 */
function generateSecret(
  context: Context,
  vault: keyvault.Vault,
  secret: keyof typeof secretNames,
  value: string,
  parent: CustomResourceOptions,
): Output<string> {
  const name = secretNames[secret];
  const deployment = new resources.Deployment(
    `secret-${name}`,
    {
      resourceGroupName: context.resourceGroupName,
      deploymentName: context.names.dashed(`secret-${name}`),
      properties: {
        mode: 'Incremental',
        template: {
          $schema: 'https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#',
          contentVersion: '1.0.0.0',
          parameters: { value: { type: 'securestring', defaultValue: value } },
          resources: [
            {
              type: 'Microsoft.KeyVault/vaults/secrets',
              apiVersion: '2023-07-01',
              name: `${context.names.dashed('kv')}/${name}`,
              properties: { value: "[parameters('value')]" },
            },
          ],
        },
      },
    },
    { ...parent, dependsOn: [vault] },
  );
  // Waits for the deployment: a role or a reference to a secret that does not exist yet would fail.
  return deployment.id.apply(() => interpolate`${vault.id}/secrets/${name}`);
}

/** The value of an app setting that the platform reads from the vault. */
export function vaultReference(uri: string): string {
  return `@Microsoft.KeyVault(SecretUri=${uri})`;
}
