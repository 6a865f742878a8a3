import { PolicyError } from '../errors.ts';
import type { Policy } from '../policy.ts';
import { replaceBody } from './set-body.ts';

export const jsonp: Policy = {
  name: 'jsonp',
  sections: ['outbound'],
  oncePerSection: true,
  attributes: { 'callback-parameter-name': 'required' },
  compile(element) {
    const parameter = element.requiredText('callback-parameter-name');
    return async (exchange) => {
      const { request, response } = exchange;
      const name = parameter(exchange);
      const callback = request.originalUrl.values(name)[0];
      if (!response || callback === undefined) return;
      // Anything but a name would let the caller write script of his own into the answer.
      if (!/^[\w$.]{1,100}$/.test(callback))
        throw new PolicyError(`Value of callback parameter ${name} is not a valid JavaScript identifier.`, {
          source: 'jsonp',
          reason: 'CallbackParameterInvalid',
          status: 400,
        });
      await response.body.buffer();
      replaceBody(response, Buffer.from(`${callback}(${response.body.bytes?.toString('utf8') ?? ''});`));
      response.headers.set('Content-Type', ['application/javascript; charset=utf-8']);
    };
  },
};
