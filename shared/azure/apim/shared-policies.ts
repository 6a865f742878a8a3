import type { Operation } from '../../contract/operation.ts';
import type { Manifest } from '../../migration/manifest.ts';
import {
  fragments,
  keyHeader,
  keyQuery,
  namedValue,
  namedValues,
  operationName,
  strippedHeaders,
  variables,
} from './names.ts';
import { choose, deleteHeader, includeFragment, setHeader, setVariable, textVariable } from './policies.ts';
import { base, element, expression, policyDocument, statements, type PolicyElement } from './policy-tree.ts';
import { answerProblem, keyDetail } from './problem-policies.ts';
import { limitsOf, type Tier } from './tiers.ts';

/** For every API: nobody says who they are by a header, and every error is a problem. */
export function servicePolicy(): PolicyElement {
  const sent = 'context.Request.Headers.GetValueOrDefault("x-correlation-id", "")';
  return policyDocument({
    inbound: [
      ...strippedHeaders.map(deleteHeader),
      setVariable(
        variables.correlationId,
        statements(`var sent = ${sent};
return Regex.IsMatch(sent, "^[A-Za-z0-9._-]{1,64}$") ? sent : context.RequestId.ToString();`),
      ),
      setHeader('x-correlation-id', expression(textVariable(variables.correlationId))),
    ],
    backend: [element('forward-request')],
    outbound: [],
    onError: [includeFragment(fragments.describeError), includeFragment(fragments.answerProblem)],
  });
}

/** For every operation of the API: who is calling, proved to the arms; without a key only where none is needed. */
export function apiPolicy(operations: readonly Operation[], manifest: Manifest): PolicyElement {
  const open = operations.filter(({ access }) => access !== 'key').map(({ id }) => operationName(id));
  return policyDocument({
    inbound: [
      ...(manifest.cors ? [allowOrigins(manifest.cors.origins)] : []),
      base,
      setHeader('x-gateway-key', namedValue(namedValues.gatewayKey)),
      choose([
        {
          condition: 'context.Subscription != null',
          run: [
            setHeader('x-partner-id', expression('context.Subscription.Id')),
            // A key of the whole API belongs to no product: it has the smallest plan.
            setHeader('x-plan', expression('context.Product != null ? context.Product.Id : "free"')),
          ],
        },
        {
          condition: `!",${open.join(',')},".Contains("," + context.Operation.Id + ",")`,
          run: answerProblem('unauthorized', keyDetail),
        },
      ]),
      deleteHeader(keyHeader),
      element('set-query-parameter', { name: keyQuery, 'exists-action': 'delete' }),
    ],
    backend: [base],
    outbound: [base, includeFragment(fragments.describeAnswer)],
    onError: [base],
  });
}

function allowOrigins(origins: readonly string[]): PolicyElement {
  const list = (name: string, item: string, values: readonly string[]) =>
    element(
      name,
      {},
      values.map((value) => element(item, {}, [{ text: value }])),
    );
  return element('cors', { 'allow-credentials': 'false' }, [
    list('allowed-origins', 'origin', origins),
    element('allowed-methods', { 'preflight-result-max-age': '300' }, [element('method', {}, [{ text: '*' }])]),
    list('allowed-headers', 'header', ['*']),
    list('expose-headers', 'header', ['*']),
  ]);
}

/** The burst limit of a plan, for each of its subscriptions. */
export function productPolicy({ calls, per }: { calls: number; per: number }, tier: Tier): PolicyElement {
  const limit = { calls: String(calls), 'renewal-period': String(per) };
  const told = { 'retry-after-variable-name': variables.burstRetryAfter };
  return policyDocument({
    inbound: [
      base,
      limitsOf(tier).byKey
        ? element('rate-limit-by-key', { ...limit, 'counter-key': expression('context.Subscription.Id'), ...told })
        : element('rate-limit', { ...limit, ...told }),
    ],
    backend: [base],
    outbound: [base],
    onError: [base],
  });
}
