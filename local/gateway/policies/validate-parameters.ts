import type { Exchange } from '../exchange.ts';
import type { ElementShape, Policy } from '../policy.ts';
import type { Getter, PolicyElement } from '../policy-element.ts';
import { actions, type Action } from '../validation/action.ts';
import { countedHeaders } from '../validation/ordinary-headers.ts';
import { parameterFindings, type ParameterPlace } from '../validation/parameter-findings.ts';
import { queryOf } from '../url-template.ts';
import { report, type Reporter } from '../validation/report.ts';

const actionAttributes = {
  'specified-parameter-action': 'required',
  'unspecified-parameter-action': 'required',
} as const;
const place: ElementShape = {
  attributes: actionAttributes,
  children: { parameter: { attributes: { name: 'required', action: 'required' } } },
};
const pathPlace: ElementShape = {
  attributes: { 'specified-parameter-action': 'required' },
  children: place.children ?? {},
};

interface Rules {
  isNamed: (name: string) => boolean;
  actionFor: (exchange: Exchange) => (name: string, isDescribed: boolean) => Action;
}

const inPath: ParameterPlace = { type: 'PathParameter', label: 'path parameter', message: 'Request' };
const inQuery: ParameterPlace = { type: 'QueryParameter', label: 'query parameter', message: 'Request' };
const inHeaders: ParameterPlace = { type: 'RequestHeader', label: 'header', message: 'Request' };

export const validateParameters: Policy = {
  name: 'validate-parameters',
  sections: ['inbound'],
  oncePerSection: true,
  attributes: { ...actionAttributes, 'errors-variable-name': 'optional' },
  children: { headers: place, query: place, path: pathPlace },
  compile(element) {
    const defaults = rulesOf(element);
    const rules = (name: string) => {
      const child = element.child(name);
      return child ? rulesOf(child) : defaults;
    };
    const [headers, query, path] = [rules('headers'), rules('query'), rules('path')];
    const variable = element.constant('errors-variable-name');
    const reporter: Reporter = { policy: 'validate-parameters', variable, onRequest: true };
    return async (exchange) => {
      const { request, api, operation } = exchange;
      if (!operation) return;
      const described = operation.parameters;
      const inTemplate = queryOf(operation);
      const keyQuery = api?.keyQuery.toLowerCase();
      const isKnown = (name: string) => name === keyQuery || inTemplate.has(name);
      const url = request.originalUrl;
      const matched = (name: string) => request.matchedParameters.get(name);
      const inPathSent = { names: [], valuesOf: (name: string) => [matched(name) ?? []].flat() };
      const inQuerySent = {
        // Those are known without being described.
        names: [...new Set(url.parameters.map(([name]) => name))].filter((name) => !isKnown(name.toLowerCase())),
        valuesOf: (name: string) => url.values(name),
      };
      const keyHeader = api?.keyHeader.toLowerCase();
      const inHeadersSent = {
        names: countedHeaders(request.headers.names(), headers.isNamed).filter(
          (name) => name.toLowerCase() !== keyHeader,
        ),
        valuesOf: (name: string) => request.headers.values(name) ?? [],
      };
      const findings = [
        ...(await parameterFindings(exchange, inPath, described.path, inPathSent, path.actionFor(exchange))),
        ...(await parameterFindings(exchange, inQuery, described.query, inQuerySent, query.actionFor(exchange))),
        ...(await parameterFindings(
          exchange,
          inHeaders,
          described.headers,
          inHeadersSent,
          headers.actionFor(exchange),
        )),
      ];
      report(exchange, reporter, findings);
    };
  },
};

function rulesOf(element: PolicyElement): Rules {
  const specified = element.choice('specified-parameter-action', actions, 'prevent');
  const unspecified = element.choice('unspecified-parameter-action', actions, 'ignore');
  const byName = new Map<string, Getter<Action>>(
    element
      .children('parameter')
      .map((one) => [one.constant('name', '').toLowerCase(), one.choice('action', actions, 'prevent')]),
  );
  return {
    isNamed: (name) => byName.has(name.toLowerCase()),
    actionFor: (exchange) => (name, isDescribed) =>
      (byName.get(name.toLowerCase()) ?? (isDescribed ? specified : unspecified))(exchange),
  };
}
