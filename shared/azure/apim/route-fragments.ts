import { invalidRevision, splitPattern } from '../../migration/route-state.ts';
import { fragments, namedValue, namedValues, variables } from './names.ts';
import {
  choose,
  includeFragment,
  responseVariable,
  returnResponse,
  sendRequest,
  setBackend,
  setHeader,
  setVariable,
  textVariable,
  textVariableOr,
} from './policies.ts';
import { element, expression, statements, type PolicyElement } from './policy-tree.ts';
import { ownAnswerHeaders } from './problem-policies.ts';

const isLegacy = `${textVariable(variables.arm)} == "legacy"`;

/** Long enough for a burst of charges on a cold instance, short enough that legacy stays usable while functions hang. */
const chargeSeconds = 3;

/** Headers of a charge that the client sees, as functions names them. */
const rateHeaders = [
  'RateLimit-Policy',
  'RateLimit',
  'X-RateLimit-Limit',
  'X-RateLimit-Remaining',
  'X-RateLimit-Reset',
] as const;

/**
 * Answers a probe with the state of the route and nothing else: before keys, limits and quotas, without a back end.
 * It needs no credential because every answer of the route says the same.
 */
export function answerProbeFragment(): PolicyElement {
  return element('fragment', {}, [
    choose([
      {
        condition: 'context.Request.Headers.ContainsKey("x-route-probe")',
        run: [
          returnResponse({
            status: { code: '204', reason: 'No Content' },
            headers: [
              setHeader('x-route-revision', expression(textVariable(variables.route))),
              setHeader('Cache-Control', 'no-store'),
            ],
          }),
        ],
      },
    ]),
  ]);
}

/**
 * Legacy answers while a switch holds no state of a route: nobody may be sent to functions by a slip of the pen. The
 * answer, a probe and the trace say so.
 */
export function checkSwitchFragment(): PolicyElement {
  const state = `legacy|shadow|functions|${splitPattern}`;
  return element('fragment', {}, [
    choose([
      {
        condition: `!Regex.IsMatch(${textVariable(variables.route)}, "^(?:${state})\\\\z")`,
        run: [
          element('trace', { source: 'route-switch', severity: 'error' }, [
            element('message', {}, [
              {
                text: expression(
                  `"The switch of " + ${textVariable(variables.operation)} + " holds " + ${textVariable(variables.route)} + ", which is no state of a route: legacy answers."`,
                ),
              },
            ]),
          ]),
          setVariable(variables.route, invalidRevision),
        ],
      },
    ]),
  ]);
}

/** C#: the arm of the request. Twin of shared/migration/arms.ts. Text that is no state of a route means legacy. */
export const armExpression = statements(`var route = ${textVariable(variables.route)};
if (route == "functions") { return "functions"; }
if (!Regex.IsMatch(route, "^${splitPattern}\\\\z")) { return "legacy"; }
var subject = context.Variables.ContainsKey("${variables.subject}") ? ${textVariable(variables.subject)} : "";
if (subject == "") { subject = context.Subscription != null ? context.Subscription.Id : context.Request.IpAddress; }
var text = "${namedValue(namedValues.salt)}/" + ${textVariable(variables.operation)} + ":" + subject;
var bucket = BitConverter.ToUInt32(SHA256.Create().ComputeHash(Encoding.UTF8.GetBytes(text)), 0) % 10000;
return int.Parse(route.Substring(6)) > bucket ? "functions" : "legacy";`);

export function chooseArmFragment(): PolicyElement {
  return element('fragment', {}, [
    setVariable(variables.arm, armExpression),
    choose([{ condition: isLegacy, run: [setBackend('legacy')] }], [setBackend('functions')]),
  ]);
}

/**
 * Charges what legacy is about to answer, where functions keeps the count: one quota for both arms. When that cannot
 * be done in time the request goes on uncharged: legacy must not depend on functions being up.
 */
export function chargeQuotaFragment(): PolicyElement {
  const quota = responseVariable(variables.quota);
  const answered = (status: number) =>
    `context.Variables["${variables.quota}"] == null ? false : ${quota}.StatusCode == ${status}`;
  const told = (name: string) => `${quota}.Headers.GetValueOrDefault("X-RateLimit-${name}", "0")`;
  const request = (name: string) =>
    setHeader(name, expression(`context.Request.Headers.GetValueOrDefault("${name}", "")`));
  return element('fragment', {}, [
    choose([
      {
        condition: isLegacy,
        run: [
          sendRequest({
            mode: 'new',
            into: variables.quota,
            timeoutSeconds: chargeSeconds,
            url: `${namedValue(namedValues.functionsUrl)}/internal/quotas/consume`,
            method: 'POST',
            headers: [
              setHeader('Content-Type', 'application/json'),
              setHeader('x-gateway-key', namedValue(namedValues.gatewayKey)),
              request('x-partner-id'),
              request('x-plan'),
              request('x-correlation-id'),
            ],
            body: statements(`return new JObject(
    new JProperty("operation", ${textVariable(variables.operation)}),
    new JProperty("cost", int.Parse(context.Request.Headers.GetValueOrDefault("x-quota-cost", "1")))
).ToString();`),
          }),
          choose([
            {
              condition: answered(429),
              run: [returnResponse({ from: variables.quota, headers: ownAnswerHeaders() })],
            },
            {
              condition: answered(200),
              run: [
                setVariable(variables.charged, 'yes'),
                setHeader('x-quota-limit', expression(told('Limit'))),
                setHeader(
                  'x-quota-used',
                  expression(`(int.Parse(${told('Limit')}) - int.Parse(${told('Remaining')})).ToString()`),
                ),
                setHeader('x-quota-remaining', expression(told('Remaining'))),
                setHeader('x-quota-reset', expression(told('Reset'))),
              ],
            },
          ]),
        ],
      },
    ]),
  ]);
}

/** What every answer of an arm says of how it came about. */
export function describeAnswerFragment(): PolicyElement {
  const quota = responseVariable(variables.quota);
  return element('fragment', {}, [
    setHeader('x-served-by', expression(textVariable(variables.arm))),
    setHeader('x-route-revision', expression(textVariable(variables.route))),
    setHeader('x-correlation-id', expression(textVariable(variables.correlationId))),
    choose([
      {
        condition: `context.Variables.ContainsKey("${variables.charged}")`,
        run: rateHeaders.map((name) =>
          setHeader(name, expression(`${quota}.Headers.GetValueOrDefault("${name}", "")`)),
        ),
      },
    ]),
  ]);
}

/** Asks legacy what functions failed to answer; when legacy fails too, the request goes on as it was. */
export function answerFromLegacyFragment(timeoutSeconds: number): PolicyElement {
  return element('fragment', {}, [
    sendRequest({
      mode: 'copy',
      into: variables.fallback,
      timeoutSeconds,
      // The path as the client sent it, whatever path a back end has; the query without the key.
      url: statements(`var query = context.Request.Url.QueryString;
if (query != "") { query = "?" + query.TrimStart('?'); }
return "${namedValue(namedValues.legacyUrl)}" + context.Request.OriginalUrl.Path + query;`),
    }),
    choose([
      {
        condition: `context.Variables["${variables.fallback}"] != null`,
        run: [
          element('emit-metric', { name: 'route-fallback', namespace: 'exchange', value: '1' }, [
            element('dimension', { name: 'operation', value: expression(textVariable(variables.operation)) }),
          ]),
          setVariable(variables.arm, 'legacy'),
          returnResponse({
            from: variables.fallback,
            headers: [...ownAnswerHeaders(), setHeader('x-fallback', 'legacy')],
          }),
        ],
      },
    ]),
  ]);
}

/** Where a GET may be answered by legacy after functions failed: `failed` is C# that says it did. */
export function fallBackWhen(failed: string): PolicyElement {
  return choose([
    {
      condition: `(${textVariableOr(variables.arm, '""')}) == "functions" ? ${failed} : false`,
      run: [includeFragment(fragments.answerFromLegacy)],
    },
  ]);
}
