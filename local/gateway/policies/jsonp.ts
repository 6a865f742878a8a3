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
      const callback = request.originalUrl.values(parameter(exchange))[0];
      // Anything but a name would let the caller write script of his own into the answer.
      if (!response || callback === undefined || !/^[\w$.]{1,100}$/.test(callback)) return;
      await response.body.buffer();
      replaceBody(response, Buffer.from(`${callback}(${response.body.bytes?.toString('utf8') ?? ''});`));
      response.headers.set('Content-Type', ['application/javascript; charset=utf-8']);
    };
  },
};
