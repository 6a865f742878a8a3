import * as applicationinsights from '@pulumi/azure-native/applicationinsights/index.js';
import { component, type Context } from './context.ts';
import { stableGuid } from './names.ts';
import type { Observability } from './observability.ts';

interface Panel {
  title: string;
  query: string;
  chart: 'timechart' | 'table';
}

const panels: readonly Panel[] = [
  {
    title: 'Requests by arm',
    chart: 'timechart',
    query: 'ApiManagementGatewayLogs | summarize count() by BackendId, bin(TimeGenerated, 5m)',
  },
  {
    title: 'Errors by operation, percent',
    chart: 'timechart',
    query:
      'ApiManagementGatewayLogs | summarize percent = 100.0 * countif(ResponseCode >= 500) / count() by OperationId, bin(TimeGenerated, 5m)',
  },
  {
    title: 'Latency by arm, 50th and 95th percentile in ms',
    chart: 'timechart',
    query:
      'ApiManagementGatewayLogs | summarize p50 = percentile(TotalTime, 50), p95 = percentile(TotalTime, 95) by BackendId, bin(TimeGenerated, 5m)',
  },
  {
    title: 'Streams: delayed, parked, rings lost',
    chart: 'timechart',
    query:
      "AppTraces | where Message startswith 'stream ' or Message startswith 'ring lost' | summarize count() by tostring(split(Message, ':')[0]), bin(TimeGenerated, 5m)",
  },
  {
    title: 'Partners closest to their daily quota',
    chart: 'table',
    query:
      'ApiManagementGatewayLogs | summarize requests = count(), refused = countif(ResponseCode == 429) by ApimSubscriptionId | top 20 by refused',
  },
];

/** One page for an operator: traffic by arm, errors, latency, callbacks, quotas. */
export function createWorkbook(context: Context, observability: Observability): void {
  const { resourceGroupName, config, names, tags, stack } = context;
  const items = panels.map(({ title, query, chart }) => ({
    type: 3,
    name: title,
    content: {
      version: 'KqlItem/1.0',
      query,
      title,
      size: 0,
      timeContext: { durationMs: 14_400_000 },
      queryType: 0,
      resourceType: 'microsoft.operationalinsights/workspaces',
      visualization: chart,
    },
  }));
  new applicationinsights.Workbook(
    'workbook',
    {
      resourceGroupName,
      resourceName: stableGuid(stack, config.nameSuffix, 'workbook'),
      location: config.location,
      tags,
      kind: 'shared',
      category: 'workbook',
      displayName: names.dashed('operations'),
      sourceId: observability.workspaceId,
      serializedData: JSON.stringify({ version: 'Notebook/1.0', items, fallbackResourceIds: [] }),
    },
    component('workbook'),
  );
}
