/** One kind of RFC 9457 problem: what `type` ends with, and what never varies with it. */
export interface ProblemKind {
  status: number;
  title: string;
  description: string;
}

/** Every problem the API answers. A name, once released, keeps its meaning and its status. */
export const problems = {
  'validation-failed': {
    status: 400,
    title: 'The request is not valid',
    description: 'One or more parts of the request break the contract; `errors` lists every one of them.',
  },
  'malformed-body': {
    status: 400,
    title: 'The body cannot be read',
    description: 'The body is no UTF-8 JSON of a reasonable depth.',
  },
  unauthorized: {
    status: 401,
    title: 'Not authenticated',
    description: 'The key, token or signature is missing or wrong.',
  },
  forbidden: { status: 403, title: 'Not allowed', description: 'The caller is known but may not do this.' },
  'not-found': {
    status: 404,
    title: 'Not found',
    description: 'There is no such thing, or it belongs to another partner.',
  },
  'method-not-allowed': {
    status: 405,
    title: 'Method not allowed',
    description: 'The path exists, but not with this method; `Allow` lists those it has.',
  },
  'idempotency-key-in-progress': {
    status: 409,
    title: 'A request with this Idempotency-Key is still running',
    description: 'Wait for the first request, then send this one again.',
  },
  'quote-expired': { status: 409, title: 'The quote has expired', description: 'Ask for a new quote.' },
  'quote-used': {
    status: 409,
    title: 'The quote is used',
    description: 'A quote makes one exchange. Ask for a new quote.',
  },
  'exchange-not-cancelable': {
    status: 409,
    title: 'The exchange can no longer be canceled',
    description: 'Only an exchange that awaits its deposit can be canceled.',
  },
  'too-many-endpoints': {
    status: 409,
    title: 'There are too many endpoints',
    description: 'A partner has up to 20 webhook endpoints. Remove one first.',
  },
  'body-too-large': { status: 413, title: 'The body is too large', description: 'Bodies are limited to 64 KiB.' },
  'unsupported-media-type': {
    status: 415,
    title: 'The content type is not supported',
    description: 'Send application/json in UTF-8, without a content encoding.',
  },
  'idempotency-key-reused': {
    status: 422,
    title: 'The Idempotency-Key was used with another body',
    description: 'A key stands for one request. Use a new key for a new request.',
  },
  'unknown-quote': { status: 422, title: 'There is no such quote', description: 'Ask for a quote first.' },
  'pair-not-available': {
    status: 422,
    title: 'The pair is not traded',
    description: '`GET /v1/pairs` lists the pairs.',
  },
  'amount-not-accepted': {
    status: 422,
    title: 'The amount is not accepted',
    description: 'It is below the minimum, above the maximum, or finer than the currency allows; `errors` says which.',
  },
  'rate-limited': {
    status: 429,
    title: 'Too many requests',
    description: 'The burst limit of the plan is reached. Wait for `Retry-After` seconds.',
  },
  'quota-exceeded': {
    status: 429,
    title: 'The daily quota is used up',
    description: 'The allowance of the plan for today (UTC) is spent. It resets at midnight UTC.',
  },
  'internal-error': { status: 500, title: 'Something went wrong', description: 'A fault of ours; it was logged.' },
  unavailable: {
    status: 503,
    title: 'Temporarily not available',
    description: 'Something the API depends on is away. Nothing is known to have happened; try again.',
  },
} as const satisfies Record<string, ProblemKind>;

export type ProblemName = keyof typeof problems;

/** One broken rule of a request: exactly one of the first three says where. */
export interface BrokenRule {
  /** JSON Pointer into the body; empty for the body itself. */
  pointer?: string;
  /** Name of a path or query parameter. */
  parameter?: string;
  /** Name of a header. */
  header?: string;
  detail: string;
}

export interface ProblemBody {
  type: string;
  title: string;
  status: number;
  detail?: string;
  instance?: string;
  errors?: BrokenRule[];
  [extension: string]: unknown;
}

export const problemMediaType = 'application/problem+json';

/** The stable identifier of a problem. */
export function problemType(name: ProblemName): string {
  return `https://exchange.example/problems/${name}`;
}

/** A complete problem body. */
export function problemBody(
  name: ProblemName,
  parts: { detail?: string; errors?: BrokenRule[]; extensions?: Record<string, unknown> } = {},
): ProblemBody {
  const { status, title } = problems[name];
  const { detail, errors, extensions } = parts;
  return {
    type: problemType(name),
    title,
    status,
    ...(detail && { detail }),
    ...(errors && { errors }),
    ...extensions,
  };
}
