import type {
  ApiContract,
  ApiVersionSetContract,
  BackendContract,
  DiagnosticContract,
  LoggerContract,
  NamedValueContract,
  OperationContract,
  ProductContract,
} from '@azure/arm-apimanagement';
import { routeSwitchName, type Operation } from '../../contract/operation.ts';
import type { Manifest } from '../../migration/manifest.ts';
import { formatRouteState } from '../../migration/route-state.ts';
import { dailyLimit } from '../../quotas/plans.ts';
import { parametersOf } from './check-operations.ts';
import { keyHeader, keyQuery, loggerId, namedValue, namedValues, versionSetId } from './names.ts';
import { limitsOf, type Tier } from './tiers.ts';

/** Properties of a resource as the resource manager takes them; the SDK's types know their names. */
export type Properties = object;

/**
 * Values that policies name. A secret has none here, and addresses none that exists: whoever deploys gives them, and
 * what is forgotten fails instead of reaching somebody else.
 */
export function namedValueResources(
  operations: readonly Operation[],
  manifest: Manifest,
): Record<string, NamedValueContract> {
  const secret = (name: string) => ({ displayName: name, secret: true });
  const plain = (name: string, value: string, tag: string) => ({
    displayName: name,
    value,
    secret: false,
    tags: [tag],
  });
  const switches = Object.entries(manifest.routes)
    .filter(([, { fixed }]) => !fixed)
    .map(([id, { state }]): [string, NamedValueContract] => {
      const name = routeSwitchName(id);
      return [name, plain(name, formatRouteState(state), 'route')];
    });
  const operators = operations.some(({ access }) => access === 'operator');
  return {
    ...Object.fromEntries(switches),
    [namedValues.gatewayKey]: secret(namedValues.gatewayKey),
    [namedValues.loggerConnection]: secret(namedValues.loggerConnection),
    [namedValues.salt]: plain(namedValues.salt, manifest.salt, 'split'),
    [namedValues.legacyUrl]: plain(namedValues.legacyUrl, 'https://legacy.invalid', 'address'),
    [namedValues.functionsUrl]: plain(namedValues.functionsUrl, 'https://functions.invalid', 'address'),
    ...(operators && {
      [namedValues.operatorConfiguration]: plain(
        namedValues.operatorConfiguration,
        'https://login.invalid/.well-known/openid-configuration',
        'operators',
      ),
      [namedValues.operatorAudience]: plain(namedValues.operatorAudience, 'exchange-operators', 'operators'),
    }),
  };
}

/** The two arms. */
export function backendResources({ backends }: Manifest, tier: Tier): Record<'legacy' | 'functions', BackendContract> {
  const breaks = limitsOf(tier).circuitBreaker;
  const backend = (name: 'legacy' | 'functions', title: string) => {
    const { breaker } = backends[name];
    return {
      title,
      url: `https://${name}.invalid`,
      protocol: 'http',
      ...(breaker &&
        breaks && {
          circuitBreaker: {
            rules: [
              {
                name: `${name}-failing`,
                failureCondition: {
                  count: breaker.failures,
                  interval: `PT${breaker.within}S`,
                  statusCodeRanges: [{ min: 500, max: 599 }],
                  errorReasons: ['Server errors'],
                },
                tripDuration: `PT${breaker.open}S`,
                acceptRetryAfter: true,
              },
            ],
          },
        }),
    };
  };
  return { legacy: backend('legacy', 'The legacy API'), functions: backend('functions', 'Azure Functions') };
}

export function apiResource(): Omit<ApiContract, 'type'> & { type: 'http' } {
  return {
    displayName: 'Exchange API',
    description: 'Quotes, exchanges and webhooks.',
    path: '',
    protocols: ['https'],
    // Operations without a key stand beside those with one; the API's policy turns away who needs one and has none.
    subscriptionRequired: false,
    subscriptionKeyParameterNames: { header: keyHeader, query: keyQuery },
    type: 'http',
    apiRevision: '1',
    isCurrent: true,
    // In the set as what a caller gets who names no version segment.
    apiVersion: '',
    apiVersionSetId: `/apiVersionSets/${versionSetId}`,
    apiVersionDescription: 'Version 1: its paths begin with /v1.',
  };
}

/** Paths carry the version, so that arms, document and gateway agree on them; a next version joins the set as v2. */
export function versionSetResource(): ApiVersionSetContract {
  return {
    displayName: 'Exchange API',
    description: 'The first version is the one whose paths carry /v1; later ones are segments.',
    versioningScheme: 'Segment',
  };
}

export function operationResource({ id, method, path, summary, description }: Operation): OperationContract {
  return {
    displayName: summary,
    method,
    urlTemplate: path,
    templateParameters: parametersOf(path).map((name) => ({ name, type: 'string', required: true, values: [] })),
    description: `${description}\n\nOperation \`${id}\`.`,
  };
}

const planTexts = {
  free: { title: 'Free', text: 'For trying the API out.', approval: false },
  pro: { title: 'Pro', text: 'For services in production.', approval: true },
  enterprise: { title: 'Enterprise', text: 'For high volumes, with a contract.', approval: true },
} as const;

export type Plan = keyof typeof planTexts;

export const plans = Object.keys(planTexts) as Plan[];

export function productResource(plan: Plan, { calls, per }: { calls: number; per: number }): ProductContract {
  const { title, text, approval } = planTexts[plan];
  return {
    displayName: title,
    description: `${text} ${dailyLimit(plan)} requests a day, at most ${calls} of them in ${per} seconds.`,
    terms:
      'Keys are personal to the subscriber and must be kept secret. Requests above the limits are refused with 429. ' +
      'Operations are deprecated with notice, by the headers Deprecation and Sunset.',
    subscriptionRequired: true,
    approvalRequired: approval,
    subscriptionsLimit: approval ? 5 : 1,
    state: 'published',
  };
}

export function loggerResource(): LoggerContract {
  return {
    loggerType: 'applicationInsights',
    description: 'Requests, failures and metrics of the gateway.',
    credentials: { connectionString: namedValue(namedValues.loggerConnection), identityClientId: 'SystemAssigned' },
    isBuffered: true,
  };
}

export function diagnosticResource(): DiagnosticContract {
  const noBodies = (headers: string[]) => ({ headers, body: { bytes: 0 } });
  const answered = noBodies(['x-served-by', 'x-route-revision', 'x-correlation-id', 'x-fallback']);
  const asked = noBodies(['x-correlation-id', 'traceparent']);
  return {
    loggerId: `/loggers/${loggerId}`,
    alwaysLog: 'allErrors',
    sampling: { samplingType: 'fixed', percentage: 10 },
    httpCorrelationProtocol: 'W3C',
    operationNameFormat: 'Name',
    verbosity: 'information',
    logClientIp: false,
    // What emit-metric needs to reach the logger.
    metrics: true,
    frontend: { request: asked, response: answered },
    backend: { request: asked, response: answered },
  };
}
