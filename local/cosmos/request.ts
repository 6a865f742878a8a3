import type { IncomingHttpHeaders } from 'node:http';
import type { Container } from './container.ts';
import { badRequest } from './errors.ts';
import { isObject, parseJson, textOf, type Json, type JsonObject } from './json.ts';
import { parsePartitionKey, type PartitionKey } from './partition-key.ts';

export interface CosmosRequest {
  method: string;
  /** The decoded parts of the path. */
  segments: readonly string[];
  headers: IncomingHttpHeaders;
  text: string;
}

export interface Answer {
  status: number;
  body?: string;
  headers?: Record<string, string>;
  charge?: number;
}

export function header({ headers }: CosmosRequest, name: string): string | undefined {
  const value = headers[name];
  return Array.isArray(value) ? value[0] : value;
}

export function flag(request: CosmosRequest, name: string): boolean {
  return header(request, name)?.toLowerCase() === 'true';
}

const invalidPayload = 'The request payload is invalid. Ensure to provide a valid request payload.';

export function jsonBody({ text }: CosmosRequest): Json {
  return parseJson(text, invalidPayload);
}

export function objectBody(request: CosmosRequest): JsonObject {
  const body = jsonBody(request);
  if (!isObject(body)) throw badRequest(invalidPayload);
  return body;
}

export function isQuery(request: CosmosRequest): boolean {
  return flag(request, 'x-ms-documentdb-isquery') || header(request, 'content-type') === 'application/query+json';
}

export function definitionAnswer(status: number, definition: JsonObject, headers: Record<string, string> = {}): Answer {
  return { status, body: JSON.stringify(definition), headers: { etag: textOf(definition['_etag']), ...headers } };
}

/** The text and the parameters of a query request. */
export function queryOf(request: CosmosRequest): { text: string; parameters: JsonObject } {
  const { query, parameters } = objectBody(request);
  if (typeof query !== 'string') throw badRequest('The query is missing.');
  const named: JsonObject = {};
  for (const item of Array.isArray(parameters) ? parameters : [])
    if (isObject(item) && item['value'] !== undefined) named[textOf(item['name'])] = item['value'];
  return { text: query, parameters: named };
}

/** The partition key of the header, whole or (for a hierarchical one) its beginning. */
export function keyOf(request: CosmosRequest, { partitionKey }: Container): PartitionKey | undefined {
  const text = header(request, 'x-ms-documentdb-partitionkey');
  return text === undefined ? undefined : parsePartitionKey(text, partitionKey);
}
