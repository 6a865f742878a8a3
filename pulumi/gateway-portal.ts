import * as apimanagement from '@pulumi/azure-native/apimanagement/index.js';
import * as resources from '@pulumi/azure-native/resources/index.js';
import type { CustomResourceOptions, Input } from '@pulumi/pulumi';
import type { Context } from './context.ts';
import type { Gateway } from './gateway.ts';

interface Target {
  resourceGroupName: Input<string>;
  serviceName: Input<string>;
  options: CustomResourceOptions;
}

/** The page beside an API or product in the developer portal; nothing where there is no text. */
export function createWiki(
  { options, ...target }: Target,
  of: 'api' | 'product',
  name: string,
  content: string | undefined,
): void {
  if (content === undefined) return;
  const documentationId = `${of}-${name}`;
  const title = /^# (.+)$/m.exec(content)?.[1] ?? name;
  const page = new apimanagement.Documentation(
    `documentation-${documentationId}`,
    { ...target, documentationId, title, content },
    options,
  );
  const documents = [{ documentationId: page.name }];
  if (of === 'api')
    new apimanagement.ApiWiki(`wiki-${documentationId}`, { ...target, apiId: name, documents }, options);
  else new apimanagement.ProductWiki(`wiki-${documentationId}`, { ...target, productId: name, documents }, options);
}

const terms =
  'Keys are personal. Do not share them, and replace one at once when it may have leaked. Requests beyond the plan are refused with 429.';

/**
 * Sign-up with terms. The SDK has no resource for portal settings, and they exist from the start, so creating one as a
 * generic resource would fail: a template writes them, as often as it changes.
 */
export function createSignUp(context: Context, gateway: Gateway): void {
  if (!context.config.gateway.portal) return;
  const serviceName = context.names.dashed('gateway');
  new resources.Deployment(
    'portal-sign-up',
    {
      resourceGroupName: context.resourceGroupName,
      deploymentName: context.names.dashed('portal'),
      properties: {
        mode: 'Incremental',
        template: {
          $schema: 'https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#',
          contentVersion: '1.0.0.0',
          resources: [
            {
              type: 'Microsoft.ApiManagement/service/portalsettings',
              apiVersion: '2024-05-01',
              name: `${serviceName}/signup`,
              properties: { enabled: true, termsOfService: { enabled: true, consentRequired: true, text: terms } },
            },
          ],
        },
      },
    },
    { ...gateway.parent, dependsOn: [gateway.service] },
  );
}
