import { runBatch } from './batch.ts';
import { changeFeedPage } from './change-feed.ts';
import type { Container, HashRange } from './container.ts';
import { badRequest, CosmosError, notFound } from './errors.ts';
import { create, patch, read, remove, replace, upsert, type ItemRequest, type ItemResult } from './items.ts';
import { parsePartitionKey, partitionKeyOf } from './partition-key.ts';
import { rangeById } from './partition-ranges.ts';
import { queryPage } from './query-page.ts';
import { queryCharge, requestCharge } from './request-charge.ts';
import { flag, header, isQuery, jsonBody, objectBody, type Answer, type CosmosRequest } from './request.ts';
import { needsPlan, parametersOf, queryPlan } from './sql/plan.ts';
import { compileText } from './sql/query.ts';
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
  if (request.method !== 'POST')
    throw new CosmosError(405, 'MethodNotAllowed', 'The request method is not allowed here.');
  if (isQuery(request)) return queryAnswer(request, container);
  if (flag(request, 'x-ms-cosmos-is-batch-request')) return batchAnswer(request, container, commit);
  return itemAnswer(request, container, commit);
}

function keyOf(request: CosmosRequest, { partitionKey }: Container) {
  const text = header(request, 'x-ms-documentdb-partitionkey');
  return text === undefined ? undefined : parsePartitionKey(text, partitionKey);
}

function itemAnswer(request: CosmosRequest, container: Container, commit: Commit, id?: string): Answer {
  const transaction = container.begin();
  const body = request.method === 'GET' || request.method === 'DELETE' ? null : jsonBody(request);
  const key =
    keyOf(request, container) ??
    (id === undefined ? partitionKeyOf(objectBody(request), container.partitionKey) : undefined);
  if (!key || key.length < container.partitionKey.paths.length)
    throw badRequest('PartitionKey value must be supplied for this operation.', { substatus: 1001 });
  const item: ItemRequest = {
    container,
    transaction,
    key,
    ifMatch: header(request, 'if-match'),
    ifNoneMatch: header(request, 'if-none-match'),
  };
  const result = runItem(request, item, id, body, transaction);
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

function runItem(
  request: CosmosRequest,
  item: ItemRequest,
  id: string | undefined,
  body: Parameters<typeof create>[1],
  transaction: Transaction,
): ItemResult {
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
        throw new CosmosError(405, 'MethodNotAllowed', 'The request method is not allowed here.');
    }
  } catch (error) {
    transaction.rollBack();
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

/** The part of the hash space that the request is about: a partition range, or a stretch of one. */
function rangeOf(request: CosmosRequest, container: Container): HashRange | undefined {
  const id = header(request, 'x-ms-documentdb-partitionkeyrangeid');
  const [min, max] = [header(request, 'x-ms-start-epk'), header(request, 'x-ms-end-epk')];
  const whole = id === undefined ? undefined : rangeById(container, id);
  if (min === undefined || max === undefined) return whole;
  return { min, max };
}

function pageSize(request: CosmosRequest): number | undefined {
  const size = header(request, 'x-ms-max-item-count');
  return size === undefined ? undefined : Number(size);
}

function listed(
  container: Container,
  rows: readonly string[],
  headers: Record<string, string>,
  charge: number,
): Answer {
  return {
    status: 200,
    body: `{"_rid":"${container.definition._rid}","Documents":[${rows.join(',')}],"_count":${rows.length}}`,
    headers: { 'x-ms-item-count': String(rows.length), ...headers },
    charge,
  };
}

function queryAnswer(request: CosmosRequest, container: Container): Answer {
  const { query: text, parameters: list } = objectBody(request);
  if (typeof text !== 'string') throw badRequest('The query is missing.');
  const query = compileText(text);
  const parameters = parametersOf(list);
  const plan = () => ({
    partitionedQueryExecutionInfoVersion: 2,
    queryInfo: queryPlan(query, parameters),
    queryRanges: [{ min: '', max: 'FF', isMinInclusive: true, isMaxInclusive: false }],
  });
  if (flag(request, 'x-ms-cosmos-is-query-plan-request')) return { status: 200, body: JSON.stringify(plan()) };
  const key = keyOf(request, container);
  const range = rangeOf(request, container);
  if (!key && !range && needsPlan(query))
    throw badRequest(
      "Cross partition query only supports 'VALUE <AggregateFunc>' for aggregates, and needs the client to merge ORDER BY, TOP, OFFSET, DISTINCT and GROUP BY.",
      { substatus: 1004, additionalErrorInfo: JSON.stringify(plan()) },
    );
  return pageAnswer(request, container, { query, parameters, key, range });
}

function listAnswer(request: CosmosRequest, container: Container): Answer {
  const query = compileText('SELECT * FROM c');
  return pageAnswer(request, container, {
    query,
    parameters: {},
    key: keyOf(request, container),
    range: rangeOf(request, container),
  });
}

function pageAnswer(
  request: CosmosRequest,
  container: Container,
  query: Pick<Parameters<typeof queryPage>[1], 'query' | 'parameters' | 'key' | 'range'>,
): Answer {
  const page = queryPage(container, {
    ...query,
    continuation: header(request, 'x-ms-continuation'),
    maxItems: pageSize(request),
  });
  const headers: Record<string, string> = page.continuation ? { 'x-ms-continuation': page.continuation } : {};
  return listed(container, page.rows, headers, queryCharge(page.bytes, page.scanned));
}

function feedAnswer(request: CosmosRequest, container: Container): Answer {
  if (!/^incremental feed$/i.test(header(request, 'a-im') ?? ''))
    throw new CosmosError(
      501,
      'NotImplemented',
      'The change feed gives latest versions only; all versions and deletes are not supported by the local Cosmos DB server.',
    );
  const size = pageSize(request) ?? 100;
  const page = changeFeedPage(container, {
    key: keyOf(request, container),
    range: rangeOf(request, container),
    ifNoneMatch: header(request, 'if-none-match'),
    ifModifiedSince: header(request, 'if-modified-since'),
    maxItems: size > 0 ? size : 1000,
  });
  const headers = { etag: page.etag, 'x-ms-continuation': page.etag };
  if (!page.documents.length) return { status: 304, headers: { etag: page.etag }, charge: 1 };
  const rows = page.documents.map(({ text, lsn }) => `${text.slice(0, -1)},"_lsn":${lsn}}`);
  return listed(container, rows, { etag: headers.etag }, 1 + rows.length * 0.1);
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
