import type { Operation } from '../../contract/operation.ts';
import { routeSwitchName } from '../../contract/operation.ts';
import type { Route } from '../../migration/manifest.ts';
import { formatRouteState } from '../../migration/route-state.ts';
import { copyCallback, keepCallback } from './copy-callback.ts';
import { fragments, namedValue, namedValues, variables } from './names.ts';
import { choose, includeFragment, setHeader, setVariable, textVariable } from './policies.ts';
import { base, element, expression, policyDocument, statements, type PolicyElement } from './policy-tree.ts';
import { answerProblem } from './problem-policies.ts';
import { fallBackWhen } from './route-fragments.ts';

/** C#: the arm gave no answer, and there is still a client to answer. */
const armFailed =
  'context.LastError.Section == "backend" ? context.LastError.Reason != "ClientConnectionFailure" : false';

/** What one operation does: everything that is the same for all of them is in fragments. */
export function operationPolicy(operation: Operation, route: Route): PolicyElement {
  const identify = [
    setVariable(variables.operation, operation.id),
    ...(route.fixed
      ? [setVariable(variables.route, formatRouteState(route.state))]
      : [
          setVariable(variables.route, namedValue(routeSwitchName(operation.id))),
          includeFragment(fragments.checkSwitch),
        ]),
  ];
  const fallsBack = operation.method === 'GET' && route.fallback === 'safe-methods' && !route.fixed;
  return policyDocument({
    inbound: [
      ...identify,
      includeFragment(fragments.answerProbe),
      base,
      ...(operation.access === 'operator' ? [checkToken()] : []),
      ...(operation.method === 'GET' ? [] : [limitBody(route.maxBody)]),
      ...findSubject(route.stickBy),
      includeFragment(fragments.chooseArm),
      ...(operation.access === 'signature' ? [keepCallback()] : []),
      ...(operation.access === 'key' ? [setHeader('x-quota-cost', String(route.quota))] : []),
      ...(route.cache
        ? lookUp(route.cache)
        : operation.access === 'key'
          ? [includeFragment(fragments.chargeQuota)]
          : []),
    ],
    backend: [element('forward-request', { timeout: String(route.timeout) })],
    outbound: [
      ...(fallsBack ? [fallBackWhen('context.Response.StatusCode >= 500')] : []),
      ...(operation.access === 'signature' ? [copyCallback()] : []),
      // Kept before the headers of this one answer are set on it.
      ...(route.cache ? [element('cache-store', { duration: String(route.cache.for) })] : []),
      ...(route.deprecation ? announceEnd(route.deprecation) : []),
      base,
    ],
    onError: [
      // Set again: a request without a valid key fails before inbound.
      ...identify,
      ...(fallsBack ? [fallBackWhen(armFailed)] : []),
      base,
    ],
  });
}

function checkToken(): PolicyElement {
  return element(
    'validate-jwt',
    { 'header-name': 'Authorization', 'require-scheme': 'Bearer', 'failed-validation-httpcode': '401' },
    [
      element('openid-config', { url: namedValue(namedValues.operatorConfiguration) }),
      element('audiences', {}, [element('audience', {}, [{ text: namedValue(namedValues.operatorAudience) }])]),
    ],
  );
}

/** Only a body that does not tell its length has to be read to be measured: all others stream. */
function limitBody(bytes: number): PolicyElement {
  const length = 'context.Request.Headers.GetValueOrDefault("Content-Length", "")';
  return choose([
    {
      condition: `${length} == "" ? context.Request.Body != null : false`,
      run: [
        element('validate-content', {
          'unspecified-content-type-action': 'ignore',
          'max-size': String(bytes),
          'size-exceeded-action': 'prevent',
        }),
      ],
    },
    {
      condition: `${length} == "" ? false : long.Parse(${length}) > ${bytes}`,
      run: answerProblem('body-too-large', `Bodies of this operation are limited to ${bytes} bytes.`),
    },
  ]);
}

function findSubject(stickBy: string): PolicyElement[] {
  const [kind, name = ''] = stickBy.split(/:(.*)/s);
  if (kind === 'header')
    return [setVariable(variables.subject, expression(`context.Request.Headers.GetValueOrDefault("${name}", "")`))];
  if (kind === 'query')
    return [setVariable(variables.subject, expression(`context.Request.Url.Query.GetValueOrDefault("${name}", "")`))];
  if (kind === 'body') return [subjectFromBody(name)];
  return [];
}

/** The body is read only while there is a split to decide. */
function subjectFromBody(pointer: string): PolicyElement {
  return choose([
    {
      condition: `(${textVariable(variables.route)}).StartsWith("split:")`,
      run: [
        setVariable(variables.reading, 'body'),
        setVariable(
          variables.subject,
          statements(`if (context.Request.Body == null) { return ""; }
var field = context.Request.Body.As<JToken>(preserveContent: true).SelectToken("${jsonPath(pointer)}");
return field == null ? "" : field.ToString();`),
        ),
        setVariable(variables.reading, 'done'),
      ],
    },
  ]);
}

/** `/data/ids/0` as the JSONPath `$.data.ids[0]`. */
function jsonPath(pointer: string): string {
  const steps = pointer
    .slice(1)
    .split('/')
    .map((token) => token.replaceAll('~1', '/').replaceAll('~0', '~'))
    .map((token) => (/^\d+$/.test(token) ? `[${token}]` : /^\w+$/.test(token) ? `.${token}` : `['${token}']`));
  return `$${steps.join('')}`;
}

function lookUp(cache: NonNullable<Route['cache']>): PolicyElement[] {
  const partner = cache.scope === 'partner' ? ['x-partner-id'] : [];
  const vary = (name: string, value: string) => element(name, {}, [{ text: value }]);
  return [
    // An answer is repeated only to callers on the arm that made it.
    setHeader('x-arm', expression(textVariable(variables.arm))),
    element(
      'cache-lookup',
      { 'vary-by-developer': 'false', 'vary-by-developer-groups': 'false', 'downstream-caching-type': 'none' },
      [
        ...['Accept', 'x-arm', ...partner, ...cache.varyByHeader].map((name) => vary('vary-by-header', name)),
        ...cache.varyByQuery.map((name) => vary('vary-by-query-parameter', name)),
      ],
    ),
  ];
}

function announceEnd({ since, sunset, link }: NonNullable<Route['deprecation']>): PolicyElement[] {
  return [
    setHeader('Deprecation', expression(`"@${Date.parse(since) / 1000}"`)),
    ...(sunset ? [setHeader('Sunset', new Date(sunset).toUTCString())] : []),
    ...(link ? [setHeader('Link', `<${link}>; rel="deprecation"; type="text/html"`)] : []),
  ];
}
