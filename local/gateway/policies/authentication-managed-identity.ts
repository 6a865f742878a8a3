import { sections, type Policy } from '../policy.ts';

export const authenticationManagedIdentity: Policy = {
  name: 'authentication-managed-identity',
  sections: sections.filter((section) => section !== 'on-error'),
  attributes: {
    resource: 'required',
    'client-id': 'optional',
    'output-token-variable-name': 'optional',
    'ignore-error': 'optional',
  },
  compile(element) {
    const resource = element.requiredText('resource');
    const client = element.text('client-id', 'system-assigned');
    const variable = element.constant('output-token-variable-name');
    element.boolean('ignore-error', false);
    return (exchange) => {
      const token = exchange.runtime.identity.token(resource(exchange), client(exchange));
      if (variable === undefined) exchange.request.headers.set('Authorization', [`Bearer ${token}`]);
      else exchange.variables.set(variable, token);
    };
  },
};
