import type { Exchange } from '../exchange.ts';
import type { Policy } from '../policy.ts';
import { replaceBody } from './set-body.ts';

export const redirectContentUrls: Policy = {
  name: 'redirect-content-urls',
  sections: ['inbound', 'outbound'],
  oncePerSection: true,
  compile(element) {
    const onRequest = element.scope.section === 'inbound';
    return async (exchange) => {
      const message = onRequest ? exchange.request : exchange.response;
      const backend = backendAddress(exchange);
      if (!message || backend === undefined) return;
      const gateway = `${exchange.request.originalUrl.scheme}://${exchange.request.originalUrl.authority}${apiPath(exchange)}`;
      const [from, to] = onRequest ? [gateway, backend] : [backend, gateway];
      const location = message.headers.get('location');
      if (location?.startsWith(from)) message.headers.set('Location', [to + location.slice(from.length)]);
      const type = message.headers.get('content-type') ?? '';
      if (message.body.isEmpty || !/text|json|xml|javascript/i.test(type)) return;
      await message.body.buffer();
      const text = message.body.bytes?.toString('utf8') ?? '';
      if (text.includes(from)) replaceBody(message, Buffer.from(text.replaceAll(from, () => to)));
    };
  },
};

function backendAddress({ target, program, api }: Exchange): string | undefined {
  const named = target.backendId === undefined ? undefined : program.backends.get(target.backendId)?.url;
  return (named ?? target.url ?? api?.serviceUrl)?.replace(/\/+$/, '');
}

function apiPath({ api }: Exchange): string {
  if (!api) return '';
  const parts = [api.path, api.versionScheme === 'Segment' ? api.version : ''];
  return parts
    .filter((part) => part !== '')
    .map((part) => `/${part}`)
    .join('');
}
