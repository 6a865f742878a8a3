import * as authorization from '@pulumi/azure-native/authorization/index.js';
import * as cosmosdb from '@pulumi/azure-native/cosmosdb/index.js';
import { type Input, interpolate, type Output } from '@pulumi/pulumi';
import { component, type Context } from './context.ts';
import type { Cosmos } from './cosmos.ts';
import { stableGuid } from './names.ts';

/** Azure's built-in roles that the stack hands out, by their fixed ids. */
const builtin = {
  'API Management Service Contributor': '312a565d-c81f-4fd8-895a-4e21e48d571c',
  'Azure Service Bus Data Receiver': '4f6d3b9b-027b-4f4c-9142-0e5a2a2247e0',
  'Azure Service Bus Data Sender': '69a216fc-b8fb-44d8-bc22-1f3c2cd27a39',
  'Key Vault Secrets User': '4633458b-17de-408a-b874-0445c86b69e6',
  'Monitoring Metrics Publisher': '3913510d-42f4-4e42-8a64-420c390055eb',
  'Monitoring Reader': '43d0d8ad-25c7-4714-9337-8ba259a9fe05',
  'Storage Blob Data Contributor': 'ba92f5b4-2d11-453d-a403-e96b0029c9fe',
  'Storage Blob Data Owner': 'b7e6dc6d-f1e8-4753-8033-0f276bb0955b',
  'Storage Blob Data Reader': '2a2b9908-6ea1-4ae2-8e65-a410df84e7d1',
  'Storage Queue Data Contributor': '974c5e8b-45b9-4653-ba55-5f855dd0fb88',
  'Storage Table Data Contributor': '0a9a7e1f-b9d0-4cc4-a60d-0319b160aaa3',
} as const;

/** One line of the table of roles. */
export interface Grant {
  /** Who: the short name that the resource carries. */
  to: string;
  principalId: Input<string>;
  principalType: 'ServicePrincipal' | 'Group';
  role: keyof typeof builtin;
  /** On what: short name for the resource, and its id. */
  on: string;
  scope: Input<string>;
}

/** Roles of one part, assigned as narrowly as Azure allows: on a queue, a secret, one account. */
export function createRoles(context: Context, part: string, grants: readonly Grant[]): authorization.RoleAssignment[] {
  const parent = component(`roles-of-${part}`);
  return grants.map(({ to, principalId, principalType, role, on, scope }) => {
    const label = `${to}-${role.toLowerCase().replaceAll(' ', '-')}-on-${on}`;
    return new authorization.RoleAssignment(
      `role-${label}`,
      {
        roleAssignmentName: stableGuid(context.stack, context.config.nameSuffix, label),
        principalId,
        principalType,
        roleDefinitionId: interpolate`/subscriptions/${context.subscriptionId}/providers/Microsoft.Authorization/roleDefinitions/${builtin[role]}`,
        scope,
        description: `${to}: ${role} on ${on}`,
      },
      parent,
    );
  });
}

/** Cosmos has roles of its own for data. Its fixed id means "Data Contributor": read and write items, nothing else. */
const cosmosDataContributor = '00000000-0000-0000-0000-000000000002';

/** Lets a principal read and write items of the database; it can change neither containers nor throughput. */
export function grantCosmosData(
  context: Context,
  cosmos: Cosmos,
  to: string,
  principalId: Output<string> | string,
): void {
  new cosmosdb.SqlResourceSqlRoleAssignment(
    `cosmos-role-${to}`,
    {
      resourceGroupName: context.resourceGroupName,
      accountName: cosmos.accountName,
      roleAssignmentId: stableGuid(context.stack, context.config.nameSuffix, 'cosmos', to),
      principalId,
      roleDefinitionId: interpolate`${cosmos.accountId}/sqlRoleDefinitions/${cosmosDataContributor}`,
      scope: cosmos.accountId,
    },
    component(`cosmos-roles-${to}`),
  );
}
