import { createHash } from 'node:crypto';
import type { Container, OperationInput, OperationResponse } from '@azure/cosmos';
import { ConflictError, StoreUnavailableError } from '../streams/errors.ts';
import { forever, inlineLimit, newHead, ringGraceMs, type Entry, type Head } from '../streams/head.ts';
import type { Appended, Move, StreamStore, VersionedHead } from '../streams/stream-store.ts';
import { unavailable } from './cosmos-errors.ts';

type HeadDocument = Head & { id: string; _etag: string };

/** How long a sender's duplicate is recognised. */
const keyTtlSeconds = 35 * 24 * 3600;
const appendAttempts = 8;

/**
 * Streams in Cosmos DB: one logical partition a stream, holding its head, one document for each entry's key, entries
 * beyond the head's room, and the audit chain.
 */
export function cosmosStreamStore(open: () => Promise<Container>): StreamStore {
  async function append(queue: string, stream: string, entry: Entry): Promise<Appended> {
    for (let attempt = 0; attempt < appendAttempts; attempt++) {
      const [key, head] = await batch(stream, [keyOf(stream, entry), headWith(entry)]);
      if (isOk(key) && isOk(head)) return { status: 'appended', head: toHead(head?.resourceBody) };
      if (key?.statusCode === 409) return { status: 'duplicate' };
      const done = head?.statusCode === 404 ? await start(queue, stream, entry) : await appendOutside(stream, entry);
      if (done) return done;
    }
    throw new StoreUnavailableError(`too many writers on stream ${stream}`);
  }

  /** The stream's first entry. Undefined when another writer made the stream in between. */
  async function start(queue: string, stream: string, entry: Entry): Promise<Appended | undefined> {
    const head: Head = {
      ...newHead(stream, queue),
      pending: [entry],
      room: inlineLimit - 1,
      dueAt: entry.at + ringGraceMs,
    };
    const results = await batch(stream, [keyOf(stream, entry), create('head', head)]);
    return results.every(isOk) ? { status: 'appended', head } : undefined;
  }

  /** The head is full: the entry waits in a document of its own. Undefined when the head moved in between. */
  async function appendOutside(stream: string, entry: Entry): Promise<Appended | undefined> {
    const found = await read(stream);
    if (!found || found.head.room > 0) return undefined;
    const last = found.head.overflow.last + 1;
    const head = { ...found.head, overflow: { ...found.head.overflow, last }, dueAt: entry.at + ringGraceMs };
    const results = await batch(stream, [
      keyOf(stream, entry),
      create(outsideId(last), { stream, entry }),
      replaceHead(head, found.version),
    ]);
    if (results[0]?.statusCode === 409) return { status: 'duplicate' };
    return results.every(isOk) ? { status: 'appended', head } : undefined;
  }

  async function read(stream: string): Promise<VersionedHead | undefined> {
    const container = await open();
    const { resource, statusCode } = await container.item('head', stream).read<HeadDocument>().catch(unavailable);
    if (statusCode === 404 || !resource) return undefined;
    return { head: toHead(resource), version: resource._etag };
  }

  async function move({ head, events, taken }: Move, version: string | undefined): Promise<VersionedHead> {
    const { stream } = head;
    const operations: OperationInput[] = [version === undefined ? create('head', head) : replaceHead(head, version)];
    for (const event of events) operations.push(create(eventId(event.sequence), { stream, event }));
    for (let number = taken?.first ?? 1; number <= (taken?.last ?? 0); number++) {
      operations.push({ operationType: 'Delete', id: outsideId(number) });
    }
    const [moved, ...others] = await batch(stream, operations);
    if (moved && isOk(moved)) return { head, version: moved.eTag ?? (moved.resourceBody as { _etag: string })._etag };
    const failed = [moved, ...others].find((result) => result && !isOk(result) && result.statusCode !== 424);
    if (failed && [404, 409, 412].includes(failed.statusCode)) {
      throw new ConflictError(`the head of ${stream} has moved`);
    }
    throw new Error(`moving the head of ${stream} failed with status ${failed?.statusCode}`);
  }

  async function readOverflow(stream: string, first: number, last: number): Promise<Entry[]> {
    const container = await open();
    const query = {
      query: 'SELECT VALUE c.entry FROM c WHERE c.id >= @first AND c.id <= @last ORDER BY c.id',
      parameters: [
        { name: '@first', value: outsideId(first) },
        { name: '@last', value: outsideId(last) },
      ],
    };
    const { resources } = await container.items
      .query<Entry>(query, { partitionKey: stream })
      .fetchAll()
      .catch(unavailable);
    return resources;
  }

  async function due(now: number, limit: number): Promise<{ stream: string; queue: string }[]> {
    const container = await open();
    const query = {
      query:
        'SELECT TOP @limit c.stream, c.queue FROM c WHERE c.dueAt <= @now AND c.blockedUntil <= @now ORDER BY c.dueAt',
      parameters: [
        { name: '@limit', value: limit },
        { name: '@now', value: now },
      ],
    };
    const { resources } = await container.items
      .query<{ stream: string; queue: string }>(query)
      .fetchAll()
      .catch(unavailable);
    return resources;
  }

  async function parked(limit: number): Promise<Head[]> {
    const container = await open();
    const query = {
      query: 'SELECT TOP @limit * FROM c WHERE c.blockedUntil = @forever',
      parameters: [
        { name: '@limit', value: limit },
        { name: '@forever', value: forever },
      ],
    };
    const { resources } = await container.items.query<HeadDocument>(query).fetchAll().catch(unavailable);
    return resources.map(toHead);
  }

  async function batch(stream: string, operations: OperationInput[]): Promise<OperationResponse[]> {
    const container = await open();
    const { result = [] } = await container.items.batch(operations, stream).catch(unavailable);
    const busy = result.find(({ statusCode }) => statusCode === 429 || statusCode === 449 || statusCode >= 500);
    if (busy) throw new StoreUnavailableError(`Cosmos DB answered ${busy.statusCode}`);
    return result;
  }

  return { append, read, move, readOverflow, due, parked };
}

function keyOf(stream: string, entry: Entry): OperationInput {
  // Ids may not hold every character that a sender's key may.
  const id = `key:${createHash('sha256').update(entry.key).digest('base64url')}`;
  const { key, type, at } = entry;
  return create(id, { stream, key, type, at, ttl: keyTtlSeconds });
}

function create(id: string, document: object): OperationInput {
  return { operationType: 'Create', resourceBody: { ...document, id } };
}

// Patched, not replaced: an append needs no read, and appends conflict with nobody.
function headWith(entry: Entry): OperationInput {
  return {
    operationType: 'Patch',
    id: 'head',
    resourceBody: {
      condition: 'from c where c.room > 0',
      operations: [
        { op: 'add', path: '/pending/-', value: entry },
        { op: 'incr', path: '/room', value: -1 },
        { op: 'set', path: '/dueAt', value: entry.at + ringGraceMs },
      ],
    },
  };
}

function replaceHead(head: Head, version: string): OperationInput {
  return { operationType: 'Replace', id: 'head', ifMatch: version, resourceBody: { ...(head as object), id: 'head' } };
}

function toHead(document: unknown): Head {
  const { stream, queue, number, pending, room, overflow, held, outbox, attempts, blockedUntil, parked, dueAt, tip } =
    document as Head;
  return { stream, queue, number, pending, room, overflow, held, outbox, attempts, blockedUntil, parked, dueAt, tip };
}

function isOk(result: OperationResponse | undefined): boolean {
  return result !== undefined && result.statusCode >= 200 && result.statusCode < 300;
}

export function eventId(sequence: number): string {
  return `event:${String(sequence).padStart(12, '0')}`;
}

function outsideId(number: number): string {
  return `entry:${String(number).padStart(12, '0')}`;
}
