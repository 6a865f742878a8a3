import type { Exchange, GatewayRequest, GatewayResponse } from '../exchange.ts';
import type { Step } from '../policy.ts';
import type { PolicyElement } from '../policy-element.ts';
import { ExpressionError, PolicyError } from '../errors.ts';
import { replaceBody } from './set-body.ts';

interface Conversion {
  /** The value of `apply` that asks for bodies of this kind only, and what their Content-Type says. */
  onlyFor: { apply: string; contentType: RegExp };
  /** What the client's Accept asks for where it is considered. */
  accepts: RegExp;
  /** What the converted body is. */
  contentType: string;
  convert(text: string, exchange: Exchange): string;
}

/** What `xml-to-json` and `json-to-xml` have in common. A body that cannot be read fails the request. */
export function bodyConversion(element: PolicyElement, conversion: Conversion): Step {
  const { onlyFor, accepts } = conversion;
  const apply = element.choice('apply', ['always', onlyFor.apply], 'always');
  const considersAccept = element.boolean('consider-accept-header', true);
  const onRequest = element.scope.section === 'inbound';
  return async (exchange) => {
    const message: GatewayRequest | GatewayResponse | undefined = onRequest ? exchange.request : exchange.response;
    if (!message || message.body.isEmpty) return;
    if (apply(exchange) !== 'always' && !onlyFor.contentType.test(message.headers.get('content-type') ?? '')) return;
    if (considersAccept(exchange) && !accepts.test(exchange.request.headers.get('accept') ?? '')) return;
    await message.body.buffer();
    const text = message.body.bytes?.toString('utf8') ?? '';
    replaceBody(message, Buffer.from(converted(text, exchange, element.name, conversion)));
    message.headers.set('Content-Type', [conversion.contentType]);
  };
}

function converted(text: string, exchange: Exchange, source: string, { convert }: Conversion): string {
  try {
    return convert(text, exchange);
  } catch (error) {
    if (!(error instanceof ExpressionError)) throw error;
    throw new PolicyError(error.message, { source, reason: 'ConversionFailed', cause: error });
  }
}
