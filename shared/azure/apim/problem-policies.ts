import { problemMediaType, problems, problemType, type ProblemName } from '../../contract/problems.ts';
import { fragments, keyHeader, variables } from './names.ts';
import {
  choose,
  csharpString,
  includeFragment,
  returnResponse,
  setHeader,
  setVariable,
  textVariable,
  textVariableOr,
} from './policies.ts';
import { element, expression, statements, type PolicyElement, type PolicyNode, type Value } from './policy-tree.ts';

/** Says which problem it is; `answer-problem` then answers it. */
function describeProblem(name: ProblemName, detail: Value): PolicyElement[] {
  const { status, title } = problems[name];
  return [
    setVariable(variables.problem, problemType(name)),
    setVariable(variables.problemStatus, String(status)),
    setVariable(variables.problemTitle, title),
    setVariable(variables.problemDetail, detail),
  ];
}

/** Ends the request with a problem. */
export function answerProblem(name: ProblemName, detail: Value): PolicyElement[] {
  return [...describeProblem(name, detail), includeFragment(fragments.answerProblem)];
}

/** The headers that tell of the route, on every answer that the gateway makes itself. */
export function ownAnswerHeaders(): PolicyElement[] {
  return [
    setHeader('x-served-by', expression(textVariableOr(variables.arm, '"gateway"'))),
    setHeader('x-route-revision', expression(textVariableOr(variables.route, '"none"'))),
    setHeader('x-correlation-id', expression(textVariableOr(variables.correlationId, 'context.RequestId.ToString()'))),
  ];
}

/** Answers the problem that was described, as RFC 9457 has it. */
export function answerProblemFragment(): PolicyElement {
  const answer = (...extra: PolicyElement[]) =>
    returnResponse({
      status: {
        code: expression(`int.Parse(${textVariable(variables.problemStatus)})`),
        reason: expression(textVariable(variables.problemTitle)),
      },
      headers: [
        setHeader('Content-Type', problemMediaType),
        setHeader('Cache-Control', 'no-store'),
        ...ownAnswerHeaders(),
        ...extra,
      ],
      body: statements(
        `return new JObject(
    new JProperty("type", ${textVariable(variables.problem)}),
    new JProperty("title", ${textVariable(variables.problemTitle)}),
    new JProperty("status", int.Parse(${textVariable(variables.problemStatus)})),
    new JProperty("detail", ${textVariable(variables.problemDetail)})
).ToString();`,
      ),
    });
  return element('fragment', {}, [
    choose(
      [
        {
          condition: `${textVariable(variables.problemStatus)} == "401"`,
          run: [answer(setHeader('WWW-Authenticate', 'ApiKey realm="exchange"'))],
        },
        {
          condition: `context.Variables.ContainsKey("${variables.retryAfter}")`,
          run: [answer(setHeader('Retry-After', expression(textVariable(variables.retryAfter))))],
        },
      ],
      [answer()],
    ),
  ]);
}

/** Says what an error is to the client, from `context.LastError`. */
export function describeErrorFragment(): PolicyElement {
  const when = (condition: string, name: ProblemName, detail: Value, ...more: PolicyNode[]) => ({
    condition,
    run: [...describeProblem(name, detail), ...more],
  });
  const reason = (...names: string[]) => names.map((name) => `context.LastError.Reason == "${name}"`).join(' || ');
  const source = (...names: string[]) => names.map((name) => `context.LastError.Source == "${name}"`).join(' || ');
  return element('fragment', {}, [
    choose(
      [
        when(reason('OperationNotFound'), 'not-found', 'No operation of the API has this path and method.'),
        when(reason('SubscriptionKeyNotFound'), 'unauthorized', missingKeyDetail),
        when(reason('SubscriptionKeyInvalid'), 'unauthorized', wrongKeyDetail),
        when(source('validate-jwt'), 'unauthorized', 'The token is missing, expired or not for this API.'),
        when(
          reason('RateLimitExceeded'),
          'rate-limited',
          'The burst limit of the plan is reached. Wait for Retry-After seconds.',
          setVariable(
            variables.retryAfter,
            expression(
              `context.Variables.ContainsKey("${variables.burstRetryAfter}") ? Convert.ToString(context.Variables["${variables.burstRetryAfter}"]) : "60"`,
            ),
          ),
        ),
        when(source('validate-content'), 'body-too-large', 'The body is larger than the operation takes.'),
        when(
          `context.Variables.ContainsKey("${variables.reading}") ? ${textVariable(variables.reading)} == "body" : false`,
          'malformed-body',
          'The body is no JSON.',
        ),
        when(
          'context.LastError.Section == "backend"',
          'unavailable',
          'The service did not answer in time. Nothing is known to have happened.',
        ),
      ],
      describeProblem('internal-error', 'A fault of ours; it was logged.'),
    ),
  ]);
}

const missingKeyDetail = `Send a subscription key in the header ${keyHeader}.`;
const wrongKeyDetail = `The key in ${keyHeader} is not an active one.`;

/** The detail of an answer to a caller without a subscription, as an expression. */
export const keyDetail = expression(
  `context.Request.Headers.ContainsKey("${keyHeader}") ? ${csharpString(wrongKeyDetail)} : ${csharpString(missingKeyDetail)}`,
);
