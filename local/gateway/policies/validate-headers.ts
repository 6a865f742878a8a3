import type { Policy } from '../policy.ts';
import type { Getter } from '../policy-element.ts';
import { actions, type Action } from '../validation/action.ts';
import { describedResponse } from '../validation/described-response.ts';
import { countedHeaders } from '../validation/ordinary-headers.ts';
import { parameterFindings, type ParameterPlace } from '../validation/parameter-findings.ts';
import { report, type Reporter } from '../validation/report.ts';

const place: ParameterPlace = { type: 'ResponseHeader', label: 'header', message: 'Response' };

export const validateHeaders: Policy = {
  name: 'validate-headers',
  sections: ['outbound', 'on-error'],
  oncePerSection: true,
  attributes: {
    'specified-header-action': 'required',
    'unspecified-header-action': 'required',
    'errors-variable-name': 'optional',
  },
  children: { header: { attributes: { name: 'required', action: 'required' } } },
  compile(element) {
    const specified = element.choice('specified-header-action', actions, 'ignore');
    const unspecified = element.choice('unspecified-header-action', actions, 'ignore');
    const variable = element.constant('errors-variable-name');
    const reporter: Reporter = { policy: 'validate-headers', variable, onRequest: false };
    const byName = new Map<string, Getter<Action>>(
      element
        .children('header')
        .map((one) => [one.constant('name', '').toLowerCase(), one.choice('action', actions, 'prevent')]),
    );
    return async (exchange) => {
      const { response, operation } = exchange;
      if (!response || !operation) return;
      const described = describedResponse(operation, response.status)?.headers ?? [];
      const sent = {
        names: countedHeaders(response.headers.names(), (name) => byName.has(name.toLowerCase())),
        valuesOf: (name: string) => response.headers.values(name) ?? [],
      };
      const actionFor = (name: string, isDescribed: boolean) =>
        (byName.get(name.toLowerCase()) ?? (isDescribed ? specified : unspecified))(exchange);
      report(exchange, reporter, await parameterFindings(exchange, place, described, sent, actionFor));
    };
  },
};
