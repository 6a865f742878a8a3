import { sections, type Policy } from '../policy.ts';

export const setBackendService: Policy = {
  name: 'set-backend-service',
  sections: sections.filter((section) => section === 'inbound' || section === 'backend'),
  attributes: { 'base-url': 'optional', 'backend-id': 'optional' },
  refused: {
    ...Object.fromEntries(
      ['resolve-condition', 'service-instance-name', 'partition-key', 'listener-name', 'replica-type'].map((name) => [
        `@sf-${name}`,
        'Service Fabric is not run here',
      ]),
    ),
    ...Object.fromEntries(
      ['app-id', 'method', 'namespace'].map((name) => [`@dapr-${name}`, 'there is no Dapr sidecar here']),
    ),
  },
  compile(element) {
    const url = element.text('base-url');
    const id = element.text('backend-id');
    if (!url === !id) element.fail('<set-backend-service> needs either base-url or backend-id');
    if (url?.constant !== undefined && !/^https?:\/\//i.test(url.constant))
      element.fail('base-url begins with http:// or https://');
    return (exchange) => {
      const { target } = exchange;
      if (id) {
        target.backendId = id(exchange);
        target.url = undefined;
      } else if (url && target.backendId === undefined) target.url = url(exchange).replace(/\/+$/, '');
    };
  },
};
