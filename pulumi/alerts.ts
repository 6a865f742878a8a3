import * as consumption from '@pulumi/azure-native/consumption/index.js';
import * as monitor from '@pulumi/azure-native/monitor/index.js';
import type { CustomResourceOptions, Output } from '@pulumi/pulumi';
import { component, type Context } from './context.ts';
import type { Cosmos } from './cosmos.ts';
import type { Messaging } from './messaging.ts';
import type { Observability } from './observability.ts';

/** Rows of the gateway's own log: clients as they were served, whichever arm answered. */
const requests = 'ApiManagementGatewayLogs';

interface LogAlert {
  name: string;
  description: string;
  query: string;
  /** Column that the query computes, compared with the threshold. */
  measure: string;
  threshold: number;
  severity: 0 | 1 | 2 | 3;
}

/** What wakes somebody. Every alert names the runbook that says what to do. */
export function createAlerts(
  context: Context,
  observability: Observability,
  watched: { messaging: Messaging; cosmos: Cosmos },
): void {
  const parent = component('alerts');
  for (const alert of logAlerts(context)) createLogAlert(context, observability, alert, parent);
  createMetricAlert(context, observability, parent, {
    name: 'dead-letters',
    description: 'A ring was dead-lettered: see docs/azure/day-two.md#dead-letters',
    scope: watched.messaging.namespaceId,
    namespace: 'Microsoft.ServiceBus/namespaces',
    metric: 'DeadletteredMessages',
    aggregation: 'Maximum',
    threshold: 0,
    dimension: { name: 'EntityName', values: ['*'] },
  });
  createMetricAlert(context, observability, parent, {
    name: 'cosmos-throttled',
    description: 'Cosmos DB answers 429: see docs/azure/day-two.md#throughput',
    scope: watched.cosmos.accountId,
    namespace: 'Microsoft.DocumentDB/databaseAccounts',
    metric: 'TotalRequests',
    aggregation: 'Count',
    threshold: 100,
    dimension: { name: 'StatusCode', values: ['429'] },
  });
  createBudget(context, observability, parent);
}

function logAlerts({ config }: Context): LogAlert[] {
  const { errorPercent, latencyMs } = config.observability;
  return [
    {
      name: 'error-rate',
      description: `More than ${errorPercent}% of answers are 5xx: see docs/azure/day-two.md#errors`,
      query: `${requests} | summarize all = count(), failed = countif(ResponseCode >= 500) | where all >= 20 | project percent = 100.0 * failed / all`,
      measure: 'percent',
      threshold: errorPercent,
      severity: 1,
    },
    {
      name: 'latency',
      description: `The 95th percentile is beyond ${latencyMs} ms: see docs/azure/day-two.md#latency`,
      query: `${requests} | summarize all = count(), p95 = percentile(TotalTime, 95) | where all >= 20 | project p95`,
      measure: 'p95',
      threshold: latencyMs,
      severity: 2,
    },
    {
      name: 'quota-exhausted',
      description: 'A partner is refused for most of its requests: see docs/azure/day-two.md#quotas',
      query: `${requests} | summarize all = count(), refused = countif(ResponseCode == 429) by ApimSubscriptionId | where all >= 20 | project percent = 100.0 * refused / all`,
      measure: 'percent',
      threshold: 50,
      severity: 3,
    },
    {
      name: 'parked-streams',
      description: 'A stream is parked and waits for an operator: see docs/azure/day-two.md#parked-streams',
      // The first words of the line that a parked stream logs (shared/streams/report.ts).
      query: "AppTraces | where Message startswith 'stream parked' | summarize parked = count()",
      measure: 'parked',
      threshold: 0,
      severity: 1,
    },
  ];
}

function createLogAlert(
  context: Context,
  observability: Observability,
  alert: LogAlert,
  parent: CustomResourceOptions,
): void {
  const { resourceGroupName, config, names, tags } = context;
  new monitor.ScheduledQueryRule(
    `alert-${alert.name}`,
    {
      resourceGroupName,
      ruleName: names.dashed(alert.name),
      displayName: names.dashed(alert.name),
      description: alert.description,
      location: config.location,
      tags,
      kind: 'LogAlert',
      enabled: true,
      severity: alert.severity,
      scopes: [observability.workspaceId],
      evaluationFrequency: 'PT5M',
      windowSize: 'PT5M',
      // The gateway's table appears with its first row, which is after this deployment.
      skipQueryValidation: true,
      autoMitigate: true,
      criteria: {
        allOf: [
          {
            query: alert.query,
            timeAggregation: 'Maximum',
            metricMeasureColumn: alert.measure,
            operator: 'GreaterThan',
            threshold: alert.threshold,
            failingPeriods: { numberOfEvaluationPeriods: 1, minFailingPeriodsToAlert: 1 },
          },
        ],
      },
      actions: { actionGroups: [observability.actionGroupId] },
    },
    parent,
  );
}

interface MetricAlert {
  name: string;
  description: string;
  scope: Output<string>;
  namespace: string;
  metric: string;
  aggregation: 'Maximum' | 'Count';
  threshold: number;
  dimension: { name: string; values: string[] };
}

function createMetricAlert(
  context: Context,
  observability: Observability,
  parent: CustomResourceOptions,
  alert: MetricAlert,
): void {
  const { resourceGroupName, names, tags } = context;
  new monitor.MetricAlert(
    `alert-${alert.name}`,
    {
      resourceGroupName,
      ruleName: names.dashed(alert.name),
      description: alert.description,
      location: 'global',
      tags,
      enabled: true,
      severity: 1,
      scopes: [alert.scope],
      evaluationFrequency: 'PT1M',
      windowSize: 'PT5M',
      autoMitigate: true,
      criteria: {
        odataType: 'Microsoft.Azure.Monitor.SingleResourceMultipleMetricCriteria',
        allOf: [
          {
            criterionType: 'StaticThresholdCriterion',
            name: alert.name,
            metricName: alert.metric,
            metricNamespace: alert.namespace,
            timeAggregation: alert.aggregation,
            operator: 'GreaterThan',
            threshold: alert.threshold,
            dimensions: [{ ...alert.dimension, operator: 'Include' }],
          },
        ],
      },
      actions: [{ actionGroupId: observability.actionGroupId }],
    },
    parent,
  );
}

function createBudget(context: Context, observability: Observability, parent: CustomResourceOptions): void {
  const { config, names, resourceGroupId } = context;
  const notify = (threshold: number, thresholdType: 'Actual' | 'Forecasted') => ({
    enabled: true,
    operator: 'GreaterThanOrEqualTo',
    threshold,
    thresholdType,
    contactEmails: config.observability.alertEmails,
    contactGroups: [observability.actionGroupId],
  });
  new consumption.Budget(
    'budget',
    {
      scope: resourceGroupId,
      budgetName: names.dashed('budget'),
      amount: config.observability.monthlyBudgetUSD,
      category: 'Cost',
      timeGrain: 'Monthly',
      timePeriod: { startDate: firstOfMonth(context.now) },
      notifications: {
        actual80: notify(80, 'Actual'),
        actual100: notify(100, 'Actual'),
        forecast100: notify(100, 'Forecasted'),
      },
    },
    // Azure takes no start before this month for a new budget, and no other start for one that exists.
    { ...parent, ignoreChanges: ['timePeriod'] },
  );
}

function firstOfMonth(now: Date): string {
  return `${now.toISOString().slice(0, 7)}-01T00:00:00Z`;
}
