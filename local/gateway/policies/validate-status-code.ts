import type { Policy } from '../policy.ts';
import { actions } from '../validation/action.ts';
import { describedResponse } from '../validation/described-response.ts';
import { report, type Reporter } from '../validation/report.ts';

export const validateStatusCode: Policy = {
  name: 'validate-status-code',
  sections: ['outbound', 'on-error'],
  oncePerSection: true,
  attributes: { 'unspecified-status-code-action': 'required', 'errors-variable-name': 'optional' },
  children: { 'status-code': { attributes: { code: 'required', action: 'required' } } },
  compile(element) {
    const unspecified = element.choice('unspecified-status-code-action', actions, 'ignore');
    const variable = element.constant('errors-variable-name');
    const reporter: Reporter = { policy: 'validate-status-code', variable, onRequest: false };
    const byCode = element.children('status-code').map((one) => ({
      code: one.integer('code', { min: 100, max: 999 }, 0),
      action: one.choice('action', actions, 'prevent'),
    }));
    return (exchange) => {
      const { response, operation } = exchange;
      if (!response || !operation || describedResponse(operation, response.status)) return;
      const { status } = response;
      const own = byCode.find(({ code }) => code(exchange) === status);
      const action = (own?.action ?? unspecified)(exchange);
      const details = `Response status code ${status} is not allowed.`;
      const finding = { name: String(status), type: 'StatusCode', rule: 'Unspecified', details, action };
      report(exchange, reporter, [{ ...finding, publicDetails: undefined }]);
    };
  },
};
