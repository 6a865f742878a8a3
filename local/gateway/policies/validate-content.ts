import type { Operation, Representation } from '../configuration/model.ts';
import type { Exchange, GatewayRequest, GatewayResponse } from '../exchange.ts';
import type { Policy } from '../policy.ts';
import { actions, type Action } from '../validation/action.ts';
import { shortened } from '../validation/check.ts';
import { contentFindings, kindOf, type CheckedBody } from '../validation/content-findings.ts';
import { contentRule, contentShape, type ContentRule } from '../validation/content-rule.ts';
import { contentTypeMap, contentTypeMapShape } from '../validation/content-type-map.ts';
import { describedResponse } from '../validation/described-response.ts';
import { contentSize, maxContent, mediaType } from '../validation/message-content.ts';
import { report, type Reporter } from '../validation/report.ts';
import type { Finding } from '../validation/validation-error.ts';

type Message = GatewayRequest | GatewayResponse;

export const validateContent: Policy = {
  name: 'validate-content',
  sections: ['inbound', 'outbound', 'on-error'],
  attributes: {
    'unspecified-content-type-action': 'required',
    'max-size': 'required',
    'size-exceeded-action': 'required',
    'errors-variable-name': 'optional',
  },
  children: { 'content-type-map': contentTypeMapShape, content: contentShape },
  compile(element) {
    const unspecified = element.choice('unspecified-content-type-action', actions, 'ignore');
    const limit = element.integer('max-size', { min: 0, max: maxContent }, maxContent);
    const exceeded = element.choice('size-exceeded-action', actions, 'prevent');
    const mapped = contentTypeMap(element.child('content-type-map'));
    const rules = element.children('content').map(contentRule);
    const onRequest = element.scope.section === 'inbound';
    const reporter: Reporter = {
      policy: 'validate-content',
      variable: element.constant('errors-variable-name'),
      onRequest,
    };
    return async (exchange) => {
      const message = onRequest ? exchange.request : exchange.response;
      if (!message) return;
      const tell = (finding: Finding | undefined) => finding && report(exchange, reporter, [finding]);
      tell(await sizeFinding(message, limit(exchange), exceeded(exchange), onRequest));
      if (message.body.isEmpty) return;
      const type = mapped(exchange, mediaType(message.headers.get('content-type') ?? ''));
      const body = { onRequest, type, representation: described(exchange, onRequest, type) };
      const matching = rulesFor(rules, body);
      if (!body.representation && !matching.some(({ definition }) => definition !== undefined))
        tell(unspecifiedFinding(body, unspecified(exchange)));
      for (const rule of matching) report(exchange, reporter, await contentFindings(exchange, message, rule, body));
    };
  },
};

async function sizeFinding(
  message: Message,
  limit: number,
  action: Action,
  onRequest: boolean,
): Promise<Finding | undefined> {
  if (action === 'ignore' || message.body.isEmpty) return undefined;
  const size = await contentSize(message);
  if (typeof size === 'number' && size <= limit) return undefined;
  const text = (of: string) =>
    `${onRequest ? 'Request' : 'Response'}'s body is ${size} bytes long and it exceeds the ${of} of ${limit} bytes.`;
  const details = text('configured limit');
  return { name: '', type: kindOf(onRequest), rule: 'SizeLimit', details, publicDetails: text('limit'), action };
}

function unspecifiedFinding({ type, onRequest }: CheckedBody, action: Action): Finding {
  const details = `Unspecified content type ${shortened(type)} is not allowed.`;
  return { name: type, type: kindOf(onRequest), rule: 'Unspecified', details, publicDetails: details, action };
}

function described(exchange: Exchange, onRequest: boolean, type: string): Representation | undefined {
  const operation: Operation | undefined = exchange.operation;
  const list = onRequest
    ? operation?.request
    : describedResponse(operation, exchange.response?.status ?? 200)?.representations;
  // OpenAPI describes ranges of types, too: the narrowest that has this one in it counts.
  for (const range of [type, type.replace(/\/.*/, '/*'), '*/*']) {
    const found = list?.find(({ contentType }) => mediaType(contentType) === range);
    if (found) return found;
  }
  return undefined;
}

/** Rules for the very type come before those for every type that the API describes. */
function rulesFor(rules: readonly ContentRule[], { type, representation }: CheckedBody): ContentRule[] {
  const exact = rules.filter((rule) => rule.type === type);
  if (exact.length > 0) return exact.filter(({ definition }) => representation || definition !== undefined);
  return representation ? rules.filter((rule) => rule.type === undefined) : [];
}
