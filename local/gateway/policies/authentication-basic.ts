import type { Policy } from '../policy.ts';

export const authenticationBasic: Policy = {
  name: 'authentication-basic',
  sections: ['inbound'],
  oncePerSection: true,
  attributes: { username: 'required', password: 'required' },
  compile(element) {
    const user = element.requiredText('username');
    const password = element.requiredText('password');
    return (exchange) => {
      const credentials = Buffer.from(`${user(exchange)}:${password(exchange)}`).toString('base64');
      exchange.request.headers.set('Authorization', [`Basic ${credentials}`]);
    };
  },
};
