import type { PolicyResource, ReportViolation, StackValidationArgs, StackValidationPolicy } from '@pulumi/policy';

type Environment = 'dev' | 'staging' | 'production';

const europe = ['swedencentral', 'northeurope', 'westeurope', 'germanywestcentral', 'francecentral', 'norwayeast'];
const like = {
  gateway: ['StandardV2', 'PremiumV2', 'Premium'],
  messaging: ['Standard', 'Premium'],
  database: ['GeneralPurpose', 'MemoryOptimized'],
};

/** Where a stack may be, and in which tiers. Customers' data stays in Europe. */
const allowed: Record<
  Environment,
  {
    locations: readonly string[];
    gateway: readonly string[];
    messaging: readonly string[];
    database: readonly string[];
  }
> = {
  dev: {
    locations: europe,
    gateway: ['Developer', 'BasicV2', 'StandardV2'],
    messaging: ['Standard', 'Premium'],
    database: ['Burstable', 'GeneralPurpose'],
  },
  staging: { locations: europe, ...like },
  production: { locations: europe, ...like },
};

const stateful = [
  'apimanagement:ApiManagementService',
  'cosmosdb:DatabaseAccount',
  'cosmosdb:SqlResourceSqlContainer',
  'cosmosdb:SqlResourceSqlDatabase',
  'dbforpostgresql:Database',
  'dbforpostgresql:Server',
  'keyvault:Vault',
];

const logged = [
  'apimanagement:ApiManagementService',
  'cdn:Profile',
  'cosmosdb:DatabaseAccount',
  'dbforpostgresql:Server',
  'keyvault:Vault',
  'servicebus:Namespace',
  'storage:StorageAccount',
  'web:WebApp',
];

const requiredTags = ['application', 'environment', 'owner', 'costCenter'];

/** Guardrails that need to see the whole stack: which environment it is, and what belongs to what. */
export const stackGuardrails: readonly StackValidationPolicy[] = [
  guardrail('protect-stateful', 'What holds data is protected from deletion, outside dev.', (stack, report) => {
    if (stack.environment === 'dev') return;
    for (const resource of stack.of(stateful)) {
      if (!resource.opts.protect) report(`${resource.name} holds data and is not protected`, resource.urn);
    }
  }),
  guardrail('diagnostics-on', 'Every service sends its logs to the workspace.', (stack, report) => {
    const watched = new Set(
      stack
        .of(['monitor:DiagnosticSetting'])
        .flatMap(({ propertyDependencies }) => propertyDependencies['resourceUri'] ?? [])
        .map(({ urn }) => urn),
    );
    for (const resource of stack.of(logged)) {
      if (!watched.has(resource.urn)) report(`${resource.name} has no diagnostic setting`, resource.urn);
    }
  }),
  guardrail('tags', `Everything that can carry tags has ${requiredTags.join(', ')}.`, (stack, report) => {
    for (const resource of stack.resources.filter(({ props }) => 'tags' in props && !Array.isArray(props['tags']))) {
      const tags = (resource.props['tags'] ?? {}) as Record<string, unknown>;
      const missing = requiredTags.filter((tag) => tags[tag] === undefined || tags[tag] === '');
      if (missing.length > 0) report(`${resource.name} has no ${missing.join(', ')}`, resource.urn);
    }
    for (const resource of stack.of(logged).filter(({ props }) => !('tags' in props)))
      report(`${resource.name} has no tags`, resource.urn);
  }),
  guardrail('allowed-locations', 'A stack lies where its environment may.', (stack, report) => {
    const places = [...allowed[stack.environment].locations, 'Global', 'global', undefined];
    for (const { name, urn, props } of stack.resources) {
      const location = props['location'] as string | undefined;
      if (!places.includes(location)) report(`${name} lies in ${location}, which ${stack.environment} may not`, urn);
    }
    for (const { name, urn, props } of stack.of(['cosmosdb:DatabaseAccount'])) {
      for (const { locationName } of props['locations'] as { locationName: string }[]) {
        if (!places.includes(locationName))
          report(`${name} replicates to ${locationName}, which ${stack.environment} may not`, urn);
      }
    }
  }),
  guardrail('allowed-tiers', 'A stack uses the tiers of its environment.', (stack, report) => {
    const tiers = allowed[stack.environment];
    const check = (type: string, property: 'name' | 'tier', permitted: readonly string[]): void => {
      for (const { name, urn, props } of stack.of([type])) {
        const value = (props['sku'] as Record<string, string>)[property]!;
        if (!permitted.includes(value))
          report(`${name} is ${value}; ${stack.environment} may have ${permitted.join(', ')}`, urn);
      }
    };
    check('apimanagement:ApiManagementService', 'name', tiers.gateway);
    check('servicebus:Namespace', 'name', tiers.messaging);
    check('dbforpostgresql:Server', 'tier', tiers.database);
  }),
];

interface Stack {
  environment: Environment;
  resources: readonly PolicyResource[];
  of(types: readonly string[]): PolicyResource[];
}

function guardrail(
  name: string,
  description: string,
  check: (stack: Stack, report: ReportViolation) => void,
): StackValidationPolicy {
  return {
    name,
    description,
    enforcementLevel: 'mandatory',
    validateStack: (args, report) => check(stackOf(args), report),
  };
}

/** The resource group's tag says the environment; a stack that does not say is held to the strictest. */
function stackOf({ resources }: StackValidationArgs): Stack {
  const group = resources.find(({ type }) => type === 'azure-native:resources:ResourceGroup');
  const tag = (group?.props['tags'] as Record<string, string> | undefined)?.['environment'];
  return {
    environment: tag === 'dev' || tag === 'staging' ? tag : 'production',
    resources,
    of: (types) => resources.filter(({ type }) => types.some((known) => type === `azure-native:${known}`)),
  };
}
