import { parametersOf } from './document-parameters.ts';
import { problemResponses } from './document-problems.ts';
import type { Operation, ResponseSpec } from './operation.ts';
import { Schemas } from './document-schemas.ts';

/** A JSON object of the document; its shape is OpenAPI's, checked by a validator in the tests. */
export type Json = Record<string, unknown>;

const tags = [
  { name: 'Market', description: 'What can be exchanged, and at which rates.' },
  { name: 'Quotes', description: 'A price for an amount, held for a minute.' },
  { name: 'Exchanges', description: 'The exchanges themselves, from deposit to payout.' },
  { name: 'Webhooks', description: 'Signed events about your exchanges, in order.' },
  { name: 'Service', description: 'The state of the API and of your quota.' },
  { name: 'Callbacks', description: 'How providers report; not for partners.' },
];

const description = `Exchange one currency for another: ask for a quote, make an exchange from it, send the deposit, and
watch the payout.

**Keys.** Send your subscription's key as \`x-api-key\`.

**Amounts** are decimal strings and exact. Rates have 12 significant digits. What is computed is rounded down, to the
precision of the currency.

**Errors** are problem documents (RFC 9457) with a stable \`type\`. When a request is not valid, \`errors\` lists everything
that is wrong with it, not only the first thing.

**Limits.** Every answer says what is left of the daily quota in \`RateLimit\` and \`X-RateLimit-*\` headers. Behind a 429,
\`Retry-After\` says how many seconds to wait.

**Repeating.** \`POST /v1/exchanges\` takes an \`Idempotency-Key\`, so that it is safe to send again.`;

/** The OpenAPI 3.0.3 document of the operations that partners and providers may call. */
export function openApiDocument(operations: readonly Operation[]): Json {
  const schemas = new Schemas();
  const paths: Record<string, Json> = {};
  const published = operations.filter(({ access }) => access !== 'gateway' && access !== 'operator');
  for (const operation of published) {
    paths[operation.path] = {
      ...paths[operation.path],
      [operation.method.toLowerCase()]: describe(operation, schemas),
    };
  }
  const used = new Set(published.map(({ tag }) => tag));
  return {
    openapi: '3.0.3',
    info: {
      title: 'Exchange API',
      version: '1.0.0',
      description,
      license: { name: 'MIT', url: 'https://opensource.org/license/mit' },
    },
    servers: [{ url: 'http://127.0.0.1:8080', description: 'The local stack; the portal shows the real gateway.' }],
    tags: [...tags.filter(({ name }) => used.delete(name)), ...[...used].map((name) => ({ name }))],
    security: [{ apiKey: [] }],
    paths,
    components: {
      securitySchemes: {
        apiKey: {
          type: 'apiKey',
          in: 'header',
          name: 'x-api-key',
          description: "The key of a partner's subscription.",
        },
        signature: {
          type: 'apiKey',
          in: 'header',
          name: 'webhook-signature',
          description: "A provider's signature over the raw body, as its scheme defines it.",
        },
      },
      headers: rateLimitHeaders,
      schemas: schemas.all(),
    },
  };
}

function describe(operation: Operation, schemas: Schemas): Json {
  const { id, tag, summary, body, access } = operation;
  const parameters = parametersOf(operation, schemas);
  const security = access === 'public' ? [] : access === 'signature' ? [{ signature: [] }] : undefined;
  return {
    operationId: id,
    tags: [tag],
    summary,
    description: operation.description,
    ...(security && { security }),
    ...(parameters.length > 0 && { parameters }),
    ...(body && {
      requestBody: {
        required: true,
        ...(body.description && { description: body.description }),
        content: {
          [body.mediaType ?? 'application/json']: {
            schema: schemas.reference(body.schema, 'input'),
            ...(body.examples && { examples: namedExamples(body.examples) }),
          },
        },
      },
    }),
    responses: {
      ...Object.fromEntries(
        Object.entries(operation.responses).map(([status, response]) => [
          status,
          describeResponse(response, access === 'key', schemas),
        ]),
      ),
      ...problemResponses(operation, schemas),
    },
  };
}

function describeResponse(response: ResponseSpec, limited: boolean, schemas: Schemas): Json {
  const own = Object.entries(response.headers ?? {}).map(([name, header]) => [
    name,
    { description: header.description, schema: schemas.reference(header.schema, 'output') },
  ]);
  const shared = limited
    ? Object.keys(rateLimitHeaders).map((name) => [name, { $ref: `#/components/headers/${name}` }])
    : [];
  const headers = [...own, ...shared];
  return {
    description: response.description,
    ...(headers.length > 0 && { headers: Object.fromEntries(headers) as Json }),
    ...(response.schema && {
      content: {
        [response.mediaType ?? 'application/json']: {
          schema: schemas.reference(response.schema, 'output'),
          ...(response.examples && { examples: namedExamples(response.examples) }),
        },
      },
    }),
  };
}

function namedExamples(examples: Record<string, unknown>): Json {
  return Object.fromEntries(Object.entries(examples).map(([name, value]) => [name, { value }]));
}

const text = { type: 'string' };
const rateLimitHeaders: Record<string, Json> = {
  RateLimit: { description: 'What is left: `"daily";r=<requests>;t=<seconds until the reset>`.', schema: text },
  'RateLimit-Policy': { description: 'The quota: `"daily";q=<requests>;w=<seconds>`.', schema: text },
  'X-RateLimit-Limit': { description: 'Requests a day.', schema: { type: 'integer' } },
  'X-RateLimit-Remaining': { description: 'Requests left today.', schema: { type: 'integer' } },
  'X-RateLimit-Reset': { description: 'When the quota resets, in seconds since 1970.', schema: { type: 'integer' } },
};
