import type { Exchange } from '../exchange.ts';
import { sections, type Policy } from '../policy.ts';
import type { PolicyElement } from '../policy-element.ts';

export const identityShape = {
  attributes: {
    resource: 'required',
    'client-id': 'optional',
    'output-token-variable-name': 'optional',
    'ignore-error': 'optional',
  },
  partly: { '@ignore-error': 'taken without effect: the local issuer does not fail' },
} as const;

/** Gets a token for an element's resource. */
export function identityToken(element: PolicyElement): (exchange: Exchange) => string {
  const resource = element.requiredText('resource');
  const client = element.text('client-id', 'system-assigned');
  element.boolean('ignore-error', false);
  return (exchange) => exchange.runtime.identity.token(resource(exchange), client(exchange));
}

export const authenticationManagedIdentity: Policy = {
  name: 'authentication-managed-identity',
  sections: sections.filter((section) => section !== 'on-error'),
  ...identityShape,
  compile(element) {
    const tokenOf = identityToken(element);
    const variable = element.constant('output-token-variable-name');
    return (exchange) => {
      const token = tokenOf(exchange);
      if (variable === undefined) exchange.request.headers.set('Authorization', [`Bearer ${token}`]);
      else exchange.variables.set(variable, token);
    };
  },
};
