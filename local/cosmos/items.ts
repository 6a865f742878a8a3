import type { Container, StoredDocument } from './container.ts';
import { badRequest, conflict, notFound, preconditionFailed } from './errors.ts';
import { isObject, type Json, type JsonObject, type Value } from './json.ts';
import { partitionKeyOf, type PartitionKey } from './partition-key.ts';
import { applyPatch } from './patch.ts';
import { runQuery } from './sql/query.ts';
import type { Transaction } from './transaction.ts';

interface Conditions {
  ifMatch?: string | undefined;
  ifNoneMatch?: string | undefined;
}

/** One operation on one item, as a request by itself or as part of a batch. */
export interface ItemRequest extends Conditions {
  container: Container;
  transaction: Transaction;
  key: PartitionKey;
}

export interface ItemResult {
  status: number;
  document?: StoredDocument;
  /** What the operation replaced or removed: writes over a document cost more than new ones. */
  previous?: StoredDocument;
}

export function create(request: ItemRequest, body: Json): ItemResult {
  const content = checked(request, body);
  if (request.container.find(request.key, content.id)) throw conflict();
  return { status: 201, document: request.container.put(request.transaction, request.key, content) };
}

export function upsert(request: ItemRequest, body: Json): ItemResult {
  const content = checked(request, body);
  const previous = request.container.find(request.key, content.id);
  if (previous) checkConditions(previous, request);
  const document = request.container.put(request.transaction, request.key, content, previous);
  return { status: previous ? 200 : 201, document, ...(previous && { previous }) };
}

export function read(request: ItemRequest, id: string): ItemResult {
  const document = request.container.find(request.key, id);
  if (!document) throw notFound();
  return { status: request.ifNoneMatch === document.body['_etag'] ? 304 : 200, document };
}

export function replace(request: ItemRequest, id: string, body: Json): ItemResult {
  const previous = existing(request, id);
  const content = checked(request, body);
  if (content.id !== id) throw badRequest('The id of an item cannot be changed.');
  return {
    status: 200,
    document: request.container.put(request.transaction, request.key, content, previous),
    previous,
  };
}

export function remove(request: ItemRequest, id: string): ItemResult {
  const previous = existing(request, id);
  request.container.remove(request.transaction, previous);
  return { status: 204, previous };
}

/** `body` is a list of operations, or that list with a condition: the FROM and WHERE clauses of a query. */
export function patch(request: ItemRequest, id: string, body: Json): ItemResult {
  const previous = existing(request, id);
  const operations = isObject(body) ? body['operations'] : body;
  const condition = isObject(body) ? body['condition'] : undefined;
  if (typeof condition === 'string' && !runQuery(`SELECT VALUE 1 ${condition}`, [previous.body]).length)
    throw preconditionFailed();
  const patched = applyPatch(previous, operations, request.container.partitionKey.paths);
  const content = checked(request, patched);
  return {
    status: 200,
    document: request.container.put(request.transaction, request.key, content, previous),
    previous,
  };
}

function existing(request: ItemRequest, id: string): StoredDocument {
  const document = request.container.find(request.key, id);
  if (!document) throw notFound();
  checkConditions(document, request);
  return document;
}

function checkConditions({ body }: StoredDocument, { ifMatch, ifNoneMatch }: Conditions): void {
  const etag = body['_etag'];
  if (ifMatch !== undefined && ifMatch !== '*' && ifMatch !== etag) throw preconditionFailed();
  if (ifNoneMatch !== undefined && (ifNoneMatch === '*' || ifNoneMatch === etag)) throw preconditionFailed();
}

function checked({ container, key }: ItemRequest, body: Value): JsonObject & { id: string } {
  if (!isObject(body)) throw badRequest('The request payload is invalid. Ensure to provide a valid request payload.');
  const { id, ttl } = body;
  if (typeof id !== 'string' || !id)
    throw badRequest("The input content is invalid because the required properties - 'id; ' - are missing");
  if (id.length > 1023 || /[/\\]/.test(id))
    throw badRequest(`Id '${id}' is not valid: at most 1,023 characters, no / or \\.`);
  if (ttl !== undefined && (!Number.isInteger(ttl) || Number(ttl) < -1 || ttl === 0))
    throw badRequest(
      `The input ttl '${JSON.stringify(ttl)}' is invalid. Ensure to provide a nonzero positive integer or -1 (never expire).`,
    );
  if (JSON.stringify(partitionKeyOf(body, container.partitionKey)) !== JSON.stringify(key))
    throw badRequest(
      "PartitionKey extracted from document doesn't match the one specified in the header. Learn more: https://aka.ms/CosmosDB/sql/errors/wrong-pk-value",
      { substatus: 1001 },
    );
  return body as JsonObject & { id: string };
}
