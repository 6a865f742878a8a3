import { PolicyError } from '../errors.ts';
import type { Exchange } from '../exchange.ts';
import type { Headers } from '../headers.ts';
import { sections, type ElementShape, type Policy } from '../policy.ts';
import type { PolicyElement } from '../policy-element.ts';

export const identityShape: ElementShape = {
  attributes: {
    resource: 'required',
    'client-id': 'optional',
    'output-token-variable-name': 'optional',
    'ignore-error': 'optional',
  },
  constants: ['client-id', 'output-token-variable-name'],
};

/** Gets a token for an element's resource, and puts it into a variable or into the headers of a request. */
export function identification(element: PolicyElement): (exchange: Exchange, headers: Headers) => void {
  const resource = element.requiredText('resource');
  const client = element.constant('client-id');
  const ignoresErrors = element.boolean('ignore-error', false);
  const variable = element.constant('output-token-variable-name');
  return (exchange, headers) => {
    const token = exchange.runtime.identity.token(resource(exchange), client);
    if (token === undefined) {
      if (ignoresErrors(exchange)) return;
      throw new PolicyError(`The instance has no identity with the client id "${client}".`, {
        source: 'authentication-managed-identity',
        reason: 'ManagedIdentityNotFound',
      });
    }
    if (variable === undefined) headers.set('Authorization', [`Bearer ${token}`]);
    else exchange.variables.set(variable, token);
  };
}

export const authenticationManagedIdentity: Policy = {
  name: 'authentication-managed-identity',
  sections: sections.filter((section) => section !== 'on-error'),
  ...identityShape,
  compile(element) {
    const identify = identification(element);
    return (exchange) => identify(exchange, exchange.request.headers);
  },
};
