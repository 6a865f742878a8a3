import * as applicationinsights from '@pulumi/azure-native/applicationinsights/index.js';
import * as monitor from '@pulumi/azure-native/monitor/index.js';
import * as operationalinsights from '@pulumi/azure-native/operationalinsights/index.js';
import type { CustomResourceOptions, Input, Output } from '@pulumi/pulumi';
import { component, type Context } from './context.ts';

export interface Observability {
  workspaceId: Output<string>;
  insightsId: Output<string>;
  connectionString: Output<string>;
  actionGroupId: Output<string>;
  /**
   * Sends every log of a resource to the workspace; metrics Azure keeps by itself, and names by other categories for
   * each service.
   * @param tables `own` for services whose logs have tables of their own, where queries look for them
   */
  diagnose(name: string, resourceUri: Input<string>, tables?: 'own'): void;
}

/** Where telemetry goes and who hears of it; the alerts stand in `alerts.ts`, once there is something to watch. */
export function createObservability(context: Context): Observability {
  const parent = component('observability');
  const { resourceGroupName, config, names, tags } = context;
  const { location } = config;
  const workspace = new operationalinsights.Workspace(
    'workspace',
    {
      resourceGroupName,
      workspaceName: names.dashed('logs'),
      location,
      tags,
      sku: { name: 'PerGB2018' },
      retentionInDays: config.observability.retentionDays,
      workspaceCapping: { dailyQuotaGb: config.observability.dailyCapGB },
      features: { disableLocalAuth: true },
    },
    parent,
  );
  const insights = new applicationinsights.Component(
    'insights',
    {
      resourceGroupName,
      resourceName: names.dashed('insights'),
      location,
      tags,
      applicationType: 'web',
      kind: 'web',
      ingestionMode: 'LogAnalytics',
      workspaceResourceId: workspace.id,
      disableLocalAuth: true,
    },
    parent,
  );
  return {
    workspaceId: workspace.id,
    insightsId: insights.id,
    connectionString: insights.connectionString,
    actionGroupId: createActionGroup(context, parent),
    diagnose: (name, resourceUri, tables) => {
      new monitor.DiagnosticSetting(
        `diagnostics-${name}`,
        {
          resourceUri,
          name: 'workspace',
          workspaceId: workspace.id,
          ...(tables === 'own' && { logAnalyticsDestinationType: 'Dedicated' }),
          logs: [{ categoryGroup: 'allLogs', enabled: true }],
        },
        parent,
      );
    },
  };
}

function createActionGroup(context: Context, parent: CustomResourceOptions): Output<string> {
  const { resourceGroupName, config, names, tags } = context;
  const group = new monitor.ActionGroup(
    'action-group',
    {
      resourceGroupName,
      actionGroupName: names.dashed('alerts'),
      location: 'Global',
      tags,
      enabled: true,
      groupShortName: 'exchange',
      emailReceivers: config.observability.alertEmails.map((emailAddress, index) => ({
        name: `email-${index + 1}`,
        emailAddress,
        useCommonAlertSchema: true,
      })),
    },
    parent,
  );
  return group.id;
}
