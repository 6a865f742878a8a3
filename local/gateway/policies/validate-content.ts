import { Ajv, type ValidateFunction } from 'ajv';
import type { Body } from '../body.ts';
import type { Operation, Representation } from '../configuration/model.ts';
import { PolicyError } from '../errors.ts';
import type { Exchange } from '../exchange.ts';
import type { Headers } from '../headers.ts';
import type { Policy } from '../policy.ts';

const maxSize = 4 * 1024 * 1024;
const actions = ['ignore', 'prevent', 'detect'] as const;
type Action = (typeof actions)[number];

export const validateContent: Policy = {
  name: 'validate-content',
  sections: ['inbound', 'outbound', 'on-error'],
  attributes: {
    'unspecified-content-type-action': 'required',
    'max-size': 'required',
    'size-exceeded-action': 'required',
    'errors-variable-name': 'optional',
  },
  children: {
    content: {
      attributes: {
        type: 'optional',
        'validate-as': 'required',
        action: 'required',
        'schema-id': 'optional',
        'schema-ref': 'optional',
        'allow-additional-properties': 'optional',
        'case-insensitive-property-names': 'optional',
      },
    },
  },
  compile(element) {
    const unspecified = element.choice('unspecified-content-type-action', actions, 'ignore');
    const size = element.integer('max-size', { min: 0, max: maxSize }, maxSize);
    const exceeded = element.choice('size-exceeded-action', actions, 'prevent');
    const variable = element.constant('errors-variable-name');
    const contents = element.children('content').map((content) => {
      content.choice('validate-as', ['json'], 'json');
      if (content.has('schema-id'))
        content.fail("<content> with schema-id is not supported: the schema is the operation's own");
      return { type: content.constant('type'), action: content.choice('action', actions, 'prevent') };
    });
    const onRequest = element.scope.section === 'inbound';
    return async (exchange) => {
      const message = onRequest ? exchange.request : exchange.response;
      if (!message) return;
      const report = reporter(exchange, variable, onRequest);
      const limit = size(exchange);
      if (exceeded(exchange) !== 'ignore' && (await isLarger(message, limit)))
        report(exceeded(exchange), `The body is larger than ${limit} bytes.`, onRequest ? 413 : 502);
      if (message.body.isEmpty) return;
      const type = (message.headers.get('content-type') ?? '').split(';')[0]?.trim().toLowerCase() ?? '';
      const known = representationOf(exchange.operation, exchange, onRequest, type);
      if (!known && unspecified(exchange) !== 'ignore')
        report(unspecified(exchange), `The content type "${type}" is not described.`);
      const rule = contents.find((content) => (content.type ?? 'application/json').toLowerCase() === type);
      if (!rule || rule.action(exchange) === 'ignore') return;
      await message.body.buffer();
      const problem = check(message.body.bytes ?? Buffer.alloc(0), known);
      if (problem !== undefined) report(rule.action(exchange), problem);
    };
  },
};

function reporter(
  exchange: Exchange,
  variable: string | undefined,
  onRequest: boolean,
): (action: Action, problem: string, status?: number) => void {
  return (action, problem, status = onRequest ? 400 : 502) => {
    if (variable !== undefined)
      exchange.variables.set(variable, [
        ...((exchange.variables.get(variable) as unknown[] | undefined) ?? []),
        problem,
      ]);
    if (action !== 'prevent') return;
    throw new PolicyError(problem, {
      source: 'validate-content',
      reason: 'ContentValidationFailed',
      status,
      publicMessage: problem,
    });
  };
}

/** A body that says how long it is need not be read for this. */
async function isLarger(message: { body: Body; headers: Headers }, limit: number): Promise<boolean> {
  const declared = message.headers.get('content-length');
  if (declared !== undefined && !message.body.isBuffered) return Number(declared) > limit;
  await message.body.buffer();
  return (message.body.bytes?.length ?? 0) > limit;
}

function representationOf(
  operation: Operation | undefined,
  exchange: Exchange,
  onRequest: boolean,
  type: string,
): Representation | undefined {
  const { status = 200 } = exchange.response ?? {};
  const list = onRequest
    ? operation?.request
    : operation?.responses.find((response) => response.status === status)?.representations;
  return list?.find(({ contentType }) => contentType.split(';')[0]?.trim().toLowerCase() === type);
}

const validators = new WeakMap<Representation, ValidateFunction>();

function check(bytes: Buffer, representation: Representation | undefined): string | undefined {
  let parsed: unknown;
  try {
    parsed = JSON.parse(bytes.toString('utf8'));
  } catch (error) {
    return `The body is no JSON: ${(error as Error).message}`;
  }
  if (!representation?.schema) return undefined;
  const validate =
    validators.get(representation) ??
    new Ajv({ strict: false, allErrors: true, validateFormats: false }).compile(representation.schema);
  validators.set(representation, validate);
  if (validate(parsed)) return undefined;
  return (validate.errors ?? [])
    .map(({ instancePath, message }) => `${instancePath || '/'} ${message ?? 'is not valid'}`)
    .join('; ');
}
