import type { Schemas } from './document-schemas.ts';
import type { Json } from './document.ts';
import type { Operation } from './operation.ts';
import { problemBody, problemMediaType, problems, type ProblemName } from './problems.ts';

/** The problem answers of an operation by status: its own, and those that any operation of its kind may give. */
export function problemResponses(operation: Operation, schemas: Schemas): Json {
  const byStatus = new Map<number, ProblemName[]>();
  for (const name of problemsOf(operation)) {
    const { status } = problems[name];
    byStatus.set(status, [...(byStatus.get(status) ?? []), name]);
  }
  const schema = schemas.add('Problem', problemSchema);
  const sorted = [...byStatus].sort(([a], [b]) => a - b);
  return Object.fromEntries(sorted.map(([status, names]) => [String(status), describe(names, schema)]));
}

function problemsOf({ access, body, problems: own = [] }: Operation): Set<ProblemName> {
  return new Set<ProblemName>([
    // Everywhere: a parameter that an operation does not know is refused too.
    'validation-failed',
    ...(body ? (['malformed-body', 'body-too-large', 'unsupported-media-type'] as const) : []),
    ...(access === 'public' ? [] : (['unauthorized'] as const)),
    ...(access === 'key' ? (['rate-limited', 'quota-exceeded'] as const) : []),
    ...(own as readonly ProblemName[]),
    'internal-error',
    'unavailable',
  ]);
}

function describe(names: readonly ProblemName[], schema: Json): Json {
  const retried = names.some((name) => problems[name].status === 429 || retryable.has(name));
  return {
    description: names.map((name) => `\`${name}\`: ${problems[name].description}`).join('\n\n'),
    ...(retried && {
      headers: { 'Retry-After': { description: 'Seconds to wait.', schema: { type: 'integer' } } },
    }),
    content: {
      [problemMediaType]: {
        schema,
        examples: Object.fromEntries(names.map((name) => [name, { value: problemBody(name, exampleParts(name)) }])),
      },
    },
  };
}

/** Problems beside 429 whose answers say when to come back. */
const retryable = new Set<ProblemName>(['unavailable', 'idempotency-key-in-progress']);

function exampleParts(name: ProblemName): Parameters<typeof problemBody>[1] {
  switch (name) {
    case 'validation-failed':
      return {
        detail: problems[name].title,
        errors: [
          { pointer: '/fromAmount', detail: 'must be a positive decimal string such as "0.25"' },
          { pointer: '/colour', detail: 'is not known' },
        ],
      };
    case 'amount-not-accepted':
      return { errors: [{ pointer: '/fromAmount', detail: 'must be at least 0.0001 BTC' }] };
    case 'quota-exceeded':
      return {
        detail: 'The plan free allows 200 requests a day; 200 are used.',
        extensions: { plan: 'free', daily_limit: 200, used_today: 200, remaining: 0, reset_epoch: 1_767_657_600 },
      };
    default:
      return {};
  }
}

const where = 'Exactly one of `pointer`, `parameter` and `header` says where.';
const problemSchema: Json = {
  type: 'object',
  description: 'A problem document (RFC 9457).',
  required: ['type', 'title', 'status'],
  properties: {
    type: {
      type: 'string',
      format: 'uri',
      description: 'What kind of problem it is; stable, made for programs.',
      example: 'https://exchange.example/problems/validation-failed',
    },
    title: { type: 'string', description: 'The kind of problem in words.', example: 'The request is not valid' },
    status: { type: 'integer', description: 'The HTTP status.', example: 400 },
    detail: { type: 'string', description: 'What happened this time.' },
    errors: {
      type: 'array',
      description: `Everything that is wrong with the request. ${where}`,
      items: {
        type: 'object',
        required: ['detail'],
        properties: {
          pointer: { type: 'string', description: 'JSON Pointer into the body.', example: '/fromAmount' },
          parameter: { type: 'string', description: 'Name of a path or query parameter.', example: 'limit' },
          header: { type: 'string', description: 'Name of a header.', example: 'idempotency-key' },
          detail: { type: 'string', description: 'What is wrong.', example: 'is required' },
        },
      },
    },
  },
  additionalProperties: true,
};
