import { runBatch } from './batch.ts';
import type { Container } from './container.ts';
import { badRequest, methodNotAllowed, notFound } from './errors.ts';
import { create, patch, read, remove, replace, upsert, type ItemRequest, type ItemResult } from './items.ts';
import { feedAnswer, listAnswer, queryAnswer } from './feeds.ts';
import { isObject, type Json } from './json.ts';
import { partitionKeyOf } from './partition-key.ts';
import { requestCharge } from './request-charge.ts';
import { flag, header, isQuery, jsonBody, keyOf, type Answer, type CosmosRequest } from './request.ts';
import type { Transaction } from './transaction.ts';

export type Commit = (container: Container, transaction: Transaction) => void;

/** Everything under `.../docs`. `id` is missing for the collection of documents itself. */
export function documentsAnswer(
  request: CosmosRequest,
  container: Container,
  id: string | undefined,
  commit: Commit,
): Answer {
  if (id !== undefined) return itemAnswer(request, container, commit, id);
  if (request.method === 'GET')
    return header(request, 'a-im') ? feedAnswer(request, container) : listAnswer(request, container);
  if (request.method !== 'POST') throw methodNotAllowed();
  if (isQuery(request)) return queryAnswer(request, container);
  if (flag(request, 'x-ms-cosmos-is-batch-request')) return batchAnswer(request, container, commit);
  return itemAnswer(request, container, commit);
}

function itemAnswer(request: CosmosRequest, container: Container, commit: Commit, id?: string): Answer {
  const transaction = container.begin();
  const body = request.method === 'GET' || request.method === 'DELETE' ? null : jsonBody(request);
  const key =
    keyOf(request, container) ??
    (id === undefined && isObject(body) ? partitionKeyOf(body, container.partitionKey) : undefined);
  if (!key || key.length < container.partitionKey.paths.length)
    throw badRequest('PartitionKey value must be supplied for this operation.', { substatus: 1001 });
  const item: ItemRequest = {
    container,
    transaction,
    key,
    ifMatch: header(request, 'if-match'),
    ifNoneMatch: header(request, 'if-none-match'),
  };
  const result = runItem(request, item, id, body);
  commit(container, transaction);
  const { document } = result;
  const silent = header(request, 'prefer') === 'return=minimal' && request.method !== 'GET';
  return {
    status: result.status,
    ...(document && result.status !== 304 && !silent && { body: document.text }),
    headers: document ? { etag: document.body['_etag'] as string } : {},
    charge: requestCharge(container, result),
  };
}

function runItem(request: CosmosRequest, item: ItemRequest, id: string | undefined, body: Json): ItemResult {
  try {
    if (id === undefined) return flag(request, 'x-ms-documentdb-is-upsert') ? upsert(item, body) : create(item, body);
    switch (request.method) {
      case 'GET':
        return read(item, id);
      case 'PUT':
        return replace(item, id, body);
      case 'PATCH':
        return patch(item, id, body);
      case 'DELETE':
        return remove(item, id);
      default:
        throw methodNotAllowed();
    }
  } catch (error) {
    item.transaction.rollBack();
    throw error;
  }
}

function batchAnswer(request: CosmosRequest, container: Container, commit: Commit): Answer {
  return runBatch({
    container,
    operations: jsonBody(request),
    atomic: flag(request, 'x-ms-cosmos-batch-atomic'),
    continueOnError: flag(request, 'x-ms-cosmos-batch-continue-on-error'),
    key: keyOf(request, container),
    minimal: header(request, 'prefer') === 'return=minimal',
    commit: (transaction) => commit(container, transaction),
  });
}

/** Removes everything with one partition key, as one transaction (the service does it in the background). */
export function deletePartitionAnswer(request: CosmosRequest, container: Container, commit: Commit): Answer {
  const key = keyOf(request, container);
  if (!key) throw badRequest('PartitionKey value must be supplied for this operation.', { substatus: 1001 });
  const transaction = container.begin();
  for (const document of [...container.scan(key)]) container.remove(transaction, document);
  commit(container, transaction);
  return { status: 200 };
}

/** A read of what a session has written but this server has not seen: impossible unless its data were dropped. */
export function checkSession(request: CosmosRequest, container: Container): void {
  const tokens = header(request, 'x-ms-session-token');
  if (!tokens || request.method !== 'GET') return;
  for (const token of tokens.split(',')) {
    const lsn = Number(token.split('#')[1]);
    if (lsn > container.lsn)
      throw Object.assign(notFound(), {
        message: 'The read session is not available for the input session token.',
        details: { substatus: 1002 },
      });
  }
}
