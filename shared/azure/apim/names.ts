/** The names that policies, resources and tools agree on. Each is used as it is in Azure: a change is a migration. */
export const apiId = 'exchange-v1';
export const versionSetId = 'exchange';
export const loggerId = 'application-insights';

/** The header and query parameter a subscription key comes in. */
export const keyHeader = 'x-api-key';
export const keyQuery = 'api-key';

/** Named values other than the switches of routes. */
export const namedValues = {
  gatewayKey: 'gateway-key',
  salt: 'arm-salt',
  legacyUrl: 'legacy-url',
  functionsUrl: 'functions-url',
  loggerConnection: 'application-insights-connection',
  operatorConfiguration: 'operator-openid-configuration',
  operatorAudience: 'operator-audience',
} as const;

export const fragments = {
  checkSwitch: 'check-switch',
  answerProbe: 'answer-probe',
  chooseArm: 'choose-arm',
  chargeQuota: 'charge-quota',
  describeAnswer: 'describe-answer',
  answerFromLegacy: 'answer-from-legacy',
  describeError: 'describe-error',
  answerProblem: 'answer-problem',
} as const;

/** Variables of a request, by what they hold. */
export const variables = {
  operation: 'operation',
  route: 'route',
  subject: 'subject',
  /** What is being read from the client, while it is: an exception then is the client's mistake. */
  reading: 'reading',
  arm: 'arm',
  correlationId: 'correlation-id',
  quota: 'quota',
  /** Set when the quota was charged by the gateway. */
  charged: 'charged',
  fallback: 'fallback',
  /** Body of a callback that is to be copied. */
  callback: 'callback',
  burstRetryAfter: 'burst-retry-after',
  problem: 'problem',
  problemStatus: 'problem-status',
  problemTitle: 'problem-title',
  problemDetail: 'problem-detail',
  retryAfter: 'retry-after',
} as const;

/** What clients may never say of themselves: removed from every request before anything else reads it. */
export const strippedHeaders = [
  'x-partner-id',
  'x-plan',
  'x-gateway-key',
  'x-quota-limit',
  'x-quota-used',
  'x-quota-remaining',
  'x-quota-reset',
  'x-quota-cost',
  'x-arm',
  'x-served-by',
  'x-route-revision',
  'x-fallback',
] as const;

/** The resource name of an operation: what an import of the OpenAPI document makes of its id. */
export function operationName(operationId: string): string {
  return operationId
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-|-$/g, '')
    .slice(0, 76);
}

/** How a policy names a named value. */
export function namedValue(name: string): string {
  return `{{${name}}}`;
}
