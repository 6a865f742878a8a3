import { changeFeedPage } from './change-feed.ts';
import type { Container, HashRange } from './container.ts';
import { badRequest, notSupported } from './errors.ts';
import type { JsonObject } from './json.ts';
import { rangeById, rangesOf } from './partition-ranges.ts';
import { queryPage, type Page, type PageRequest } from './query-page.ts';
import { queryCharge } from './request-charge.ts';
import { flag, header, keyOf, queryOf, type Answer, type CosmosRequest } from './request.ts';
import { needsPlan, queryPlan } from './sql/plan.ts';
import { compileText, type CompiledQuery } from './sql/query.ts';

const rangeHeader = 'x-ms-documentdb-partitionkeyrangeid';

/** A query, or the plan that a client asks for when it has to merge what several ranges answer. */
export function queryAnswer(request: CosmosRequest, container: Container): Answer {
  const { text, parameters } = queryOf(request);
  const query = compileText(text);
  const plan = () => ({
    partitionedQueryExecutionInfoVersion: 2,
    queryInfo: queryPlan(query, parameters),
    queryRanges: [{ min: '', max: 'FF', isMinInclusive: true, isMaxInclusive: false }],
  });
  if (flag(request, 'x-ms-cosmos-is-query-plan-request')) return { status: 200, body: JSON.stringify(plan()) };
  checkCompositeIndex(container, query);
  const key = keyOf(request, container);
  if (!key && header(request, rangeHeader) === undefined && needsPlan(query))
    throw badRequest(
      "Cross partition query only supports 'VALUE <AggregateFunc>' for aggregates, and needs the client to merge ORDER BY, TOP, OFFSET, DISTINCT and GROUP BY.",
      { substatus: 1004, additionalErrorInfo: JSON.stringify(plan()) },
    );
  return pageAnswer(request, container, query, parameters);
}

/** The documents of a container or of a partition key, page by page. */
export function listAnswer(request: CosmosRequest, container: Container): Answer {
  return pageAnswer(request, container, compileText('SELECT * FROM c'), {});
}

export function feedAnswer(request: CosmosRequest, container: Container): Answer {
  if (!/^incremental feed$/i.test(header(request, 'a-im') ?? ''))
    throw notSupported('The change feed with all versions and deletes');
  const size = pageSize(request) ?? 100;
  const { documents, etag } = changeFeedPage(container, {
    key: keyOf(request, container),
    range: rangeOf(request, container),
    ifNoneMatch: header(request, 'if-none-match'),
    ifModifiedSince: header(request, 'if-modified-since'),
    maxItems: size > 0 ? size : 1000,
  });
  const headers = { etag, [rangeHeader]: header(request, rangeHeader) ?? '0' };
  if (!documents.length) return { status: 304, headers };
  const rows = documents.map(({ text, lsn }) => `${text.slice(0, -1)},"_lsn":${lsn}}`);
  return listed(container, rows, headers, 1 + rows.length * 0.1);
}

/** The part of the hash space that the request is about: a partition range, or a stretch of one. */
function rangeOf(request: CosmosRequest, container: Container): HashRange | undefined {
  const id = header(request, rangeHeader);
  const [min, max] = [header(request, 'x-ms-start-epk'), header(request, 'x-ms-end-epk')];
  const range = id === undefined ? undefined : rangeById(container, id);
  if (min !== undefined && max !== undefined) return { min, max };
  // One range is everything, which needs no hashing.
  return container.ranges === 1 ? undefined : range;
}

function pageSize(request: CosmosRequest): number | undefined {
  const size = header(request, 'x-ms-max-item-count');
  return size === undefined ? undefined : Number(size);
}

function pageAnswer(
  request: CosmosRequest,
  container: Container,
  query: CompiledQuery,
  parameters: PageRequest['parameters'],
): Answer {
  const page = pageOverRanges(container, {
    query,
    parameters,
    key: keyOf(request, container),
    range: rangeOf(request, container),
    continuation: header(request, 'x-ms-continuation'),
    maxItems: pageSize(request),
  });
  const headers: Record<string, string> = {
    [rangeHeader]: header(request, rangeHeader) ?? '0',
    ...(page.continuation && { 'x-ms-continuation': page.continuation }),
    ...(flag(request, 'x-ms-documentdb-populatequerymetrics') && { 'x-ms-documentdb-query-metrics': metrics(page) }),
    ...(flag(request, 'x-ms-cosmos-populateindexmetrics-v2') && {
      'x-ms-cosmos-index-utilization': indexUtilization(query),
    }),
  };
  return listed(container, page.rows, headers, queryCharge(page.bytes, page.scanned));
}

/** A query that names no partition goes through the ranges one after the other, and no page is of two of them. */
function pageOverRanges(container: Container, request: PageRequest): Page {
  const { key, range, query, continuation = '0.' } = request;
  if (key || range || container.ranges === 1 || !query.syntax.from.length) return queryPage(container, request);
  const ranges = rangesOf(container);
  let [at, token] = [Number(continuation.split('.')[0]), continuation.split('.')[1]];
  for (let scanned = 0; ; at++, token = undefined) {
    const current = ranges[at];
    if (!current) throw badRequest('Invalid Continuation Token');
    const page = queryPage(container, { ...request, range: current, continuation: token });
    scanned += page.scanned;
    const isLast = at === ranges.length - 1;
    if (page.continuation) return { ...page, scanned, continuation: `${at}.${page.continuation}` };
    if (isLast) return { ...page, scanned };
    if (page.rows.length) return { ...page, scanned, continuation: `${at + 1}.` };
  }
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

/** Counts are real; times are not measured. */
function metrics({ rows, bytes, scanned }: Page): string {
  const values = {
    totalExecutionTimeInMs: 0,
    queryCompileTimeInMs: 0,
    queryLogicalPlanBuildTimeInMs: 0,
    queryPhysicalPlanBuildTimeInMs: 0,
    queryOptimizationTimeInMs: 0,
    VMExecutionTimeInMs: 0,
    indexLookupTimeInMs: 0,
    documentLoadTimeInMs: 0,
    systemFunctionExecuteTimeInMs: 0,
    userFunctionExecuteTimeInMs: 0,
    retrievedDocumentCount: scanned,
    retrievedDocumentSize: bytes,
    outputDocumentCount: rows.length,
    outputDocumentSize: bytes,
    writeOutputTimeInMs: 0,
    indexUtilizationRatio: scanned ? rows.length / scanned : 1,
  };
  return Object.entries(values)
    .map(([name, value]) => `${name}=${value.toFixed(2)}`)
    .join(';');
}

function indexUtilization({ equalities, orderPaths }: CompiledQuery): string {
  const paths = [...equalities.map(({ path }) => `/${path.join('/')}`), ...orderPaths];
  const single = paths.map((path) => ({ IndexSpec: `${path}/?`, IndexImpactScore: 'High' }));
  const utilization = {
    UtilizedIndexes: { SingleIndexes: single, CompositeIndexes: [] },
    PotentialIndexes: { SingleIndexes: [], CompositeIndexes: [] },
  };
  return encodeURIComponent(JSON.stringify(utilization));
}

/** Where a container has composite indexes, sorting by several keys needs the one with just these keys. */
function checkCompositeIndex({ definition }: Container, { syntax, orderPaths }: CompiledQuery): void {
  const { compositeIndexes } = definition['indexingPolicy'] as JsonObject;
  const indexes = (compositeIndexes ?? []) as { path: string; order?: string }[][];
  if (syntax.orderBy.length < 2 || syntax.aggregates || !indexes.length) return;
  const serves = (index: { path: string; order?: string }[], reversed: boolean) =>
    index.length === orderPaths.length &&
    index.every(
      ({ path, order }, at) =>
        path === orderPaths[at] && ((order === 'descending') !== reversed) === syntax.orderBy[at]!.descending,
    );
  if (!indexes.some((index) => serves(index, false) || serves(index, true)))
    throw badRequest('The order by query does not have a corresponding composite index that it can be served from.');
}
