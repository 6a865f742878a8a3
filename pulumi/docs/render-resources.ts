import type { Captured, CapturedStack } from '../testing/capture.ts';
import { page, table } from './markdown.ts';

/** What is worth reading of a resource, by type: paths into its inputs. */
const salient: Record<string, readonly string[]> = {
  'apimanagement:ApiManagementService': ['sku.name', 'sku.capacity', 'publicNetworkAccess', 'virtualNetworkType'],
  'applicationinsights:Component': ['disableLocalAuth'],
  'apimanagement:Diagnostic': ['sampling.percentage'],
  'cdn:Profile': ['sku.name'],
  'consumption:Budget': ['amount'],
  'cosmosdb:DatabaseAccount': [
    'capabilities[0].name',
    'locations[0].locationName',
    'locations[1].locationName',
    'locations[0].isZoneRedundant',
    'backupPolicy.continuousModeProperties.tier',
    'publicNetworkAccess',
  ],
  'cosmosdb:SqlResourceSqlDatabase': ['options.autoscaleSettings.maxThroughput'],
  'dbforpostgresql:Server': [
    'sku.name',
    'storage.storageSizeGB',
    'highAvailability.mode',
    'backup.backupRetentionDays',
    'backup.geoRedundantBackup',
    'network.publicNetworkAccess',
  ],
  'frontdoor:Policy': ['policySettings.mode'],
  'keyvault:Vault': [
    'properties.softDeleteRetentionInDays',
    'properties.enablePurgeProtection',
    'properties.publicNetworkAccess',
  ],
  'operationalinsights:Workspace': ['retentionInDays', 'workspaceCapping.dailyQuotaGb'],
  'servicebus:Namespace': ['sku.name', 'sku.capacity', 'publicNetworkAccess'],
  'servicebus:Queue': ['lockDuration', 'maxDeliveryCount', 'requiresSession', 'requiresDuplicateDetection'],
  'storage:StorageAccount': [
    'sku.name',
    'publicNetworkAccess',
    'immutableStorageWithVersioning.immutabilityPolicy.state',
    'immutableStorageWithVersioning.immutabilityPolicy.immutabilityPeriodSinceCreationInDays',
  ],
  'web:AppServicePlan': ['sku.name', 'zoneRedundant'],
  'web:WebApp': [
    'functionAppConfig.scaleAndConcurrency.instanceMemoryMB',
    'functionAppConfig.scaleAndConcurrency.maximumInstanceCount',
    'functionAppConfig.scaleAndConcurrency.alwaysReady',
    'functionAppConfig.siteUpdateStrategy.type',
    'publicNetworkAccess',
  ],
};

/** Types of which a stack has many that differ in nothing but their names. */
const many = 3;

/** Every resource of every stack, side by side. */
export function renderResources(stacks: ReadonlyMap<string, CapturedStack>): string {
  const keys = [...new Set([...stacks.values()].flatMap(({ resources }) => resources.map(keyOf)))].toSorted();
  const rows = keys.map((key) => {
    const [component = '', type = ''] = key.split(' ');
    return [
      component,
      `\`${type}\``,
      ...[...stacks.values()].map(({ resources }) =>
        cell(
          type,
          resources.filter((resource) => keyOf(resource) === key),
        ),
      ),
    ];
  });
  const totals = [...stacks].map(([stack, { resources }]) => `${stack} ${resources.length}`).join(', ');
  return page(
    'Resources of each stack',
    `What the program makes, from the program itself: ${totals} resources. A cell shows the settings that decide cost, reach and safety; \`protected\` ones cannot be deleted before that is taken off. Where the cells of a row differ, \`Pulumi.<stack>.yaml\` says so: the stack's name decides nothing.`,
    table(['Component', 'Type', ...stacks.keys()], rows),
  );
}

function keyOf({ component, type }: Captured): string {
  return `${component.startsWith('exchange-api-') ? 'stack' : component} ${type.replace('azure-native:', '')}`;
}

function cell(type: string, resources: readonly Captured[]): string {
  if (resources.length === 0) return '–';
  const paths = salient[type] ?? [];
  if (resources.length > many || paths.length === 0)
    return resources.length === 1 ? mark(resources[0]!, 'yes') : mark(resources[0]!, `${resources.length}`);
  return resources
    .map(
      (resource) =>
        `${resources.length > 1 ? `${resource.name}: ` : ''}${mark(resource, settings(resource, paths) || 'yes')}`,
    )
    .join('<br>');
}

function settings({ inputs }: Captured, paths: readonly string[]): string {
  const shown = paths.map((path) => [path, valueAt(inputs, path)] as const).filter(([, value]) => value !== undefined);
  return shown.map(([path, value]) => `${label(path)} ${text(value)}`).join(', ');
}

function mark({ protect }: Captured, shown: string): string {
  return protect ? `${shown}, protected` : shown;
}

function valueAt(inputs: Record<string, unknown>, path: string): unknown {
  return path
    .split(/[.[\]]+/)
    .filter(Boolean)
    .reduce<unknown>((at, key) => (at as Record<string, unknown> | undefined)?.[key], inputs);
}

function text(value: unknown): string {
  if (!Array.isArray(value)) return String(value);
  return value.length === 0
    ? 'none'
    : (value as { name: string; instanceCount: number }[])
        .map(({ name, instanceCount }) => `${name}=${instanceCount}`)
        .join(' ');
}

/** `sku.name` is read as `sku`, `network.publicNetworkAccess` as `publicNetworkAccess`. */
function label(path: string): string {
  const [last = '', before = ''] = path.split('.').toReversed();
  return last === 'name' || last === 'mode' || last === 'tier' ? before.replace('[0]', '') : last.replace('[0]', '');
}
