import type { Container, HashRange, StoredDocument } from './container.ts';
import { badRequest } from './errors.ts';
import { isObject, parseJson, type JsonObject, type Value } from './json.ts';
import type { PartitionKey } from './partition-key.ts';
import type { Frame } from './sql/compile.ts';
import { compareKeys, results, type CompiledQuery } from './sql/query.ts';

const maxPageBytes = 4 * 1024 * 1024;
const defaultPageSize = 100;

export interface PageRequest {
  query: CompiledQuery;
  parameters: JsonObject;
  /** Missing for a query across partitions. */
  key: PartitionKey | undefined;
  range: HashRange | undefined;
  continuation: string | undefined;
  /** -1 leaves the size to the server. */
  maxItems: number | undefined;
}

export interface Page {
  /** Each result as JSON. */
  rows: string[];
  continuation?: string;
  bytes: number;
  scanned: number;
}

/** Partition, document, and row within the document: where a row lies whatever is written in the meantime. */
type Position = [ordinal: number, number: number, row: number];
interface Token {
  at?: Position;
  /** The sort keys of the last row; a missing value is an empty list. */
  keys?: Value[][];
  /** Rows given so far, OFFSET's included. */
  count: number;
}
interface Located {
  frame: Frame;
  document: StoredDocument | undefined;
  position: Position;
  keys?: Value[];
}

/** One page of a query. Continuations are positions, so they stay right when documents come and go. */
export function queryPage(container: Container, request: PageRequest): Page {
  const { query, parameters } = request;
  const token = readToken(request.continuation);
  const limits = { size: pageSize(request.maxItems), ...query.bounds({ slots: [], parameters }) };
  const counter = { scanned: 0 };
  const rows = located(container, request, token, counter);
  const { syntax } = query;
  if (query.streaming) return { ...collect(rows, query, token, limits), ...counter };
  if (!syntax.distinct && !syntax.groupBy.length && !syntax.aggregates) {
    const sorted = [...rows].map((row) => ({ ...row, keys: query.orderKeys(row.frame) }));
    sorted.sort((a, b) => compareKeys(syntax, a.keys, b.keys) || compareTies(syntax, a.position, b.position));
    return { ...collect(after(sorted, query, token), query, token, limits), ...counter };
  }
  const values = results(
    query,
    [...rows].map(({ frame }) => frame),
    { slots: [], parameters },
  );
  const given = values.slice(token.count, token.count + limits.size).map((value) => JSON.stringify(value));
  const count = token.count + given.length;
  const page = { rows: given, bytes: given.reduce((sum, row) => sum + row.length, 0), ...counter };
  return count < values.length ? { ...page, continuation: writeToken({ count }) } : page;
}

function pageSize(maxItems: number | undefined): number {
  return maxItems === undefined ? defaultPageSize : maxItems > 0 ? maxItems : 1000;
}

/** Every row that passes the filter, in order of position; streaming queries go on after the token's position. */
function* located(
  container: Container,
  { query, parameters, key, range }: PageRequest,
  token: Token,
  counter: { scanned: number },
): Generator<Located> {
  const from = query.streaming ? token.at : undefined;
  if (!query.syntax.from.length) {
    for (const [row, frame] of query.rows({ slots: [], parameters }).entries())
      yield { frame, document: undefined, position: [0, 0, row] };
    return;
  }
  for (const document of candidates(container, query, parameters, key, range)) {
    counter.scanned++;
    const { ordinal } = document.partition;
    if (from && (ordinal < from[0] || (ordinal === from[0] && document.number < from[1]))) continue;
    const frames = query.rows({ slots: [document.body], parameters });
    for (const [row, frame] of frames.entries()) {
      const position: Position = [ordinal, document.number, row];
      if (!from || comparePositions(position, from) > 0) yield { frame, document, position };
    }
  }
}

/** The smallest set that an index gives, where a query across partitions asks for equality; else everything in reach. */
function candidates(
  container: Container,
  query: CompiledQuery,
  parameters: JsonObject,
  key: PartitionKey | undefined,
  range: HashRange | undefined,
): Iterable<StoredDocument> {
  if (key) return container.scan(key, range);
  let best: StoredDocument[] | undefined;
  for (const { path, value } of query.equalities) {
    const found = container.lookUp(path, value({ slots: [], parameters }));
    if (found && (!best || found.length < best.length)) best = found;
  }
  if (!best || !range) return best ?? container.scan(undefined, range);
  return best.filter(({ partition: { effectiveKey } }) => effectiveKey >= range.min && effectiveKey < range.max);
}

function* after(rows: Iterable<Located>, { syntax }: CompiledQuery, { at, keys }: Token): Generator<Located> {
  const last = keys?.map(([value]) => value);
  for (const row of rows) {
    const order = last && row.keys ? compareKeys(syntax, row.keys, last) : 1;
    if (order > 0 || (order === 0 && at && compareTies(syntax, row.position, at) > 0)) yield row;
  }
}

function collect(
  rows: Iterable<Located>,
  query: CompiledQuery,
  token: Token,
  { size, skip, take }: { size: number; skip: number; take: number },
): Pick<Page, 'rows' | 'continuation' | 'bytes'> {
  const given: string[] = [];
  let [count, bytes] = [token.count, 0];
  for (const row of rows) {
    if (count >= skip + take) break;
    const value = query.project(row.frame);
    if (value === undefined) continue;
    if (count < skip) {
      count++;
      continue;
    }
    const text = value === row.document?.body ? row.document.text : JSON.stringify(value);
    given.push(text);
    bytes += text.length;
    count++;
    if (given.length < size && bytes < maxPageBytes) continue;
    const keys = row.keys?.map((key) => (key === undefined ? [] : [key]));
    // As the service: a full page goes with a continuation, though the next page may turn out to be empty.
    if (count < skip + take)
      return { rows: given, bytes, continuation: writeToken({ at: row.position, count, ...(keys && { keys }) }) };
  }
  return { rows: given, bytes };
}

function comparePositions(a: Position, b: Position): number {
  return a[0] - b[0] || a[1] - b[1] || a[2] - b[2];
}

/** Rows with equal sort keys come in the order of their resource ids, backwards as soon as one key descends. */
function compareTies({ orderBy }: CompiledQuery['syntax'], a: Position, b: Position): number {
  const difference = a[1] - b[1] || a[2] - b[2];
  return orderBy.some(({ descending }) => descending) ? -difference : difference;
}

const writeToken = (token: Token) => Buffer.from(JSON.stringify(token)).toString('base64url');

function readToken(text: string | undefined): Token {
  if (!text) return { count: 0 };
  const token = parseJson(Buffer.from(text, 'base64url').toString(), 'Invalid Continuation Token');
  if (!isObject(token) || typeof token['count'] !== 'number') throw badRequest('Invalid Continuation Token');
  return token as unknown as Token;
}
