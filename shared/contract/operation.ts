import type * as z from 'zod';

/**
 * Who may call an operation.
 * - `public`: anyone.
 * - `key`: a partner, by a subscription key in `x-api-key`, checked by the gateway.
 * - `signature`: a provider, by its signature over the raw body; no key.
 * - `operator`: an operator, by a JWT.
 * - `gateway`: the gateway's own policies only, by the gateway's key; never exposed to clients.
 */
export type Access = 'public' | 'key' | 'signature' | 'operator' | 'gateway';

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

export interface ResponseSpec {
  description: string;
  /** Body schema; without one the response has no body. */
  schema?: z.ZodType;
  mediaType?: string;
  headers?: Record<string, { description: string; schema: z.ZodType }>;
  /** Named, complete bodies; the first is the portal's. */
  examples?: Record<string, unknown>;
}

/** One operation of the API: the single source of its document, trigger, validation, gateway entry and contract tests. */
export interface Operation {
  /** Stable id, `group.verb`: also the key of the route in `routes.yaml`. */
  id: string;
  method: Method;
  /** OpenAPI path template, from the root: `/v1/quotes/{quoteId}`. */
  path: string;
  access: Access;
  tag: string;
  summary: string;
  description: string;
  /** Path parameters; every key stands in `path`. */
  params?: z.ZodObject;
  query?: z.ZodObject;
  /** Request headers beyond the standard ones, keys in lower case. */
  headers?: z.ZodObject;
  body?: { schema: z.ZodType; description?: string; mediaType?: string; examples?: Record<string, unknown> };
  /** By status code. Problem responses every operation shares (400, 401, 404 of the route, 429, 5xx) are added by the document. */
  responses: Record<number, ResponseSpec>;
  /** Ids of problem types this operation answers beside the shared ones. */
  problems?: readonly string[];
}

/** The name of an operation's switch in the gateway: `quotes.create` -> `route-quotes-create`. */
export function routeSwitchName(operationId: string): string {
  return `route-${operationId.replaceAll('.', '-')}`;
}

/** Checks an operation's shape while keeping the exact types of its schemas for the handlers. */
export function defineOperation<const O extends Operation>(operation: O): O {
  return operation;
}
