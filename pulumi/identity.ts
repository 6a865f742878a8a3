import * as managedidentity from '@pulumi/azure-native/managedidentity/index.js';
import type { Output } from '@pulumi/pulumi';
import { component, type Context } from './context.ts';

export interface Identity {
  name: string;
  id: Output<string>;
  clientId: Output<string>;
  principalId: Output<string>;
}

/** One identity for each part that calls another: what one may do, the other may not. */
export function createIdentities(context: Context): { functions: Identity; gateway: Identity } {
  const parent = component('identity');
  const create = (part: string): Identity => {
    const name = context.names.dashed(`${part}-id`);
    const { resourceGroupName, tags } = context;
    const identity = new managedidentity.UserAssignedIdentity(
      `${part}-identity`,
      { resourceGroupName, resourceName: name, location: context.config.location, tags },
      parent,
    );
    return { name, id: identity.id, clientId: identity.clientId, principalId: identity.principalId };
  };
  return { functions: create('functions'), gateway: create('gateway') };
}
