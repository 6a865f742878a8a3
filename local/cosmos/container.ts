import { randomUUID } from 'node:crypto';
import { CosmosError, tooLarge } from './errors.ts';
import { EqualityIndex } from './equality-index.ts';
import { pathSteps, valueAt, type Json, type JsonObject, type Value } from './json.ts';
import { Partition, type PartitionKey, type PartitionKeyDefinition } from './partition-key.ts';
import { documentRid } from './resource-id.ts';
import { Transaction } from './transaction.ts';

export interface StoredDocument {
  readonly id: string;
  readonly partition: Partition<StoredDocument>;
  /** Order of creation in the container. */
  readonly number: number;
  /** Sequence number of the last write: the change feed's order. */
  readonly lsn: number;
  readonly body: JsonObject;
  /** `body` as it is sent and journalled. */
  readonly text: string;
}

export interface ContainerDefinition extends JsonObject {
  id: string;
  _rid: string;
  _self: string;
  _etag: string;
}

/** Bounds of a stretch of the hash space: from `min`, up to but without `max`. */
export interface HashRange {
  min: string;
  max: string;
}

const maxDocumentBytes = 2 * 1024 * 1024;

/** One container: its documents by partition, unique keys, change feed and indexes. All times are seconds. */
export class Container {
  definition: ContainerDefinition;
  lsn = 0;
  private documentCount = 0;
  private readonly partitions = new Map<string, Partition<StoredDocument>>();
  /** Writes in the order of their sequence numbers; superseded ones stay until the next clean-up. */
  private log: StoredDocument[] = [];
  private live = 0;
  private readonly index = new EqualityIndex();
  /** How many partition ranges divide the hash space. */
  readonly ranges: number;
  private readonly now: () => number;

  constructor(definition: ContainerDefinition, ranges: number, now: () => number) {
    this.definition = definition;
    this.ranges = ranges;
    this.now = now;
  }

  get partitionKey(): PartitionKeyDefinition {
    return this.definition['partitionKey'] as unknown as PartitionKeyDefinition;
  }

  get size(): number {
    return this.live;
  }

  private get uniqueKeys(): string[][] {
    const policy = this.definition['uniqueKeyPolicy'] as { uniqueKeys?: { paths: string[] }[] } | undefined;
    return policy?.uniqueKeys?.map(({ paths }) => paths) ?? [];
  }

  begin(): Transaction {
    return new Transaction(this.lsn + 1);
  }

  commit(transaction: Transaction): void {
    if (!transaction.records.length) return;
    this.lsn = transaction.lsn;
    for (const document of transaction.written) if (this.isCurrent(document)) this.log.push(document);
    if (this.log.length > 2 * this.live + 1000) this.log = this.log.filter((document) => this.isCurrent(document));
  }

  find(key: PartitionKey, id: string): StoredDocument | undefined {
    const document = this.partitions.get(JSON.stringify(key))?.documents.get(id);
    return document && !this.isExpired(document) ? document : undefined;
  }

  /** Writes a new document, or a new version of `previous`. @throws CosmosError 409 on a unique key, 413 when too large. */
  put(transaction: Transaction, key: PartitionKey, content: JsonObject, previous?: StoredDocument): StoredDocument {
    const partition = this.partition(key);
    const number = previous?.number ?? this.documentCount + 1;
    const rid = previous ? (previous.body['_rid'] as string) : documentRid(this.definition._rid, number);
    const body: JsonObject = {
      ...content,
      _rid: rid,
      _self: `${this.definition._self}docs/${rid}/`,
      _etag: `"${randomUUID()}"`,
      _attachments: 'attachments/',
      _ts: Math.floor(this.now()),
    };
    const text = JSON.stringify(body);
    if (text.length > maxDocumentBytes && Buffer.byteLength(text) > maxDocumentBytes) throw tooLarge();
    const id = content['id'] as string;
    // An expired document still holds its place until something needs it.
    const stale = previous ?? partition.documents.get(id);
    this.checkUnique(partition, body, stale);
    const document: StoredDocument = { id, partition, number, lsn: transaction.lsn, body, text };
    this.documentCount = Math.max(this.documentCount, number);
    if (stale) this.detach(stale, stale !== previous);
    this.attach(document);
    transaction.written.push(document);
    transaction.change(putRecord(this.definition._rid, document), () => {
      this.detach(document);
      if (stale) this.restore(stale);
    });
    return document;
  }

  remove(transaction: Transaction, document: StoredDocument): void {
    this.detach(document);
    const { _rid } = this.definition;
    transaction.change(JSON.stringify(['delete', _rid, document.partition.key, document.id, transaction.lsn]), () =>
      this.restore(document),
    );
  }

  /** Documents in order of their partitions and of their creation; `at` names one full key, or the start of a hierarchical one. */
  *scan(at?: PartitionKey, range?: HashRange): Generator<StoredDocument> {
    for (const partition of this.partitionsAt(at)) {
      if (range && (partition.effectiveKey < range.min || partition.effectiveKey >= range.max)) continue;
      for (const document of partition.documents.values()) if (!this.isExpired(document)) yield document;
    }
  }

  /** The documents that may meet `path = value`, from an index made when it is first asked for. */
  lookUp(path: readonly string[], value: Value): StoredDocument[] | undefined {
    const found = this.index.find(path, value, () => this.scan());
    return found?.filter((document) => !this.isExpired(document));
  }

  /** Current documents written after `lsn`, in the order of their last write. */
  *changes(lsn: number): Generator<StoredDocument> {
    let [low, high] = [0, this.log.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.log[middle]!.lsn <= lsn) low = middle + 1;
      else high = middle;
    }
    for (; low < this.log.length; low++) {
      const document = this.log[low]!;
      if (this.isCurrent(document) && !this.isExpired(document)) yield document;
    }
  }

  removeExpired(): Transaction {
    const transaction = this.begin();
    if (this.definition['defaultTtl'] !== undefined)
      for (const partition of this.partitions.values())
        for (const document of partition.documents.values())
          if (this.isExpired(document)) this.remove(transaction, document);
    this.commit(transaction);
    return transaction;
  }

  /** Puts a journalled version in place. Call `recovered` when the last one is in. */
  recover(key: PartitionKey, ordinal: number, number: number, lsn: number, body: JsonObject): void {
    const partition = this.partition(key, ordinal);
    const id = body['id'] as string;
    const old = partition.documents.get(id);
    if (old) this.detach(old);
    this.attach({ id, partition, number, lsn, body, text: JSON.stringify(body) });
    this.advance(lsn, Math.max(number, ordinal));
  }

  recoverDelete(key: PartitionKey, id: string, lsn: number): void {
    const document = this.partitions.get(JSON.stringify(key))?.documents.get(id);
    if (document) this.detach(document);
    this.advance(lsn, 0);
  }

  advance(lsn: number, number: number): void {
    this.lsn = Math.max(this.lsn, lsn);
    this.documentCount = Math.max(this.documentCount, number);
  }

  recovered(): void {
    this.sortPartitions();
    const partitions = [...this.partitions.values()];
    for (const partition of partitions) sortDocuments(partition);
    this.log = partitions.flatMap(({ documents }) => [...documents.values()]).sort((a, b) => a.lsn - b.lsn);
  }

  /** What a snapshot has to hold besides the definition. */
  *records(): Generator<string> {
    yield JSON.stringify(['counters', this.definition._rid, this.lsn, this.documentCount]);
    for (const document of this.scan()) yield putRecord(this.definition._rid, document);
  }

  private *partitionsAt(at?: PartitionKey): Generator<Partition<StoredDocument>> {
    if (!at) yield* this.partitions.values();
    else if (at.length === this.partitionKey.paths.length) {
      const partition = this.partitions.get(JSON.stringify(at));
      if (partition) yield partition;
    } else for (const partition of this.partitions.values()) if (partition.startsWith(at)) yield partition;
  }

  /** The partition of a key; a new one enters the map with its first document. */
  private partition(key: PartitionKey, ordinal = this.documentCount + 1): Partition<StoredDocument> {
    return this.partitions.get(JSON.stringify(key)) ?? new Partition<StoredDocument>(key, ordinal);
  }

  private isCurrent(document: StoredDocument): boolean {
    return document.partition.documents.get(document.id) === document;
  }

  private isExpired({ body }: StoredDocument): boolean {
    const { defaultTtl } = this.definition;
    if (defaultTtl === undefined || defaultTtl === null) return false;
    const ttl = Number(body['ttl'] ?? defaultTtl);
    return ttl > 0 && (body['_ts'] as number) + ttl <= this.now();
  }

  private checkUnique(partition: Partition<StoredDocument>, body: JsonObject, previous?: StoredDocument): void {
    for (const value of this.uniqueValues(body)) {
      const holder = partition.documents.get(partition.unique.get(value) ?? '');
      if (!holder || holder === previous) continue;
      if (this.isExpired(holder)) this.detach(holder);
      else throw new CosmosError(409, 'Conflict', 'Unique index constraint violation.');
    }
  }

  private uniqueValues(body: JsonObject): string[] {
    return this.uniqueKeys.map(
      (paths, at) => `${at}${JSON.stringify(paths.map((path): Json => valueAt(body, pathSteps(path)) ?? null))}`,
    );
  }

  private attach(document: StoredDocument): void {
    const { partition, id, body } = document;
    // A new partition, and one whose last document was removed, is not in the map.
    this.partitions.set(JSON.stringify(partition.key), partition);
    partition.documents.set(id, document);
    for (const value of this.uniqueValues(body)) partition.unique.set(value, id);
    this.index.add(document);
    this.live++;
  }

  /** With `moves` false the next version takes this one's place in the order. */
  private detach(document: StoredDocument, moves = true): void {
    const { partition, id, body } = document;
    if (moves) partition.documents.delete(id);
    if (moves && !partition.documents.size) this.partitions.delete(JSON.stringify(partition.key));
    for (const value of this.uniqueValues(body)) if (partition.unique.get(value) === id) partition.unique.delete(value);
    this.index.remove(document);
    this.live--;
  }

  private restore(document: StoredDocument): void {
    const known = this.partitions.has(JSON.stringify(document.partition.key));
    this.attach(document);
    sortDocuments(document.partition);
    if (!known) this.sortPartitions();
  }

  private sortPartitions(): void {
    const sorted = [...this.partitions].sort(([, a], [, b]) => a.ordinal - b.ordinal);
    this.partitions.clear();
    for (const [key, partition] of sorted) this.partitions.set(key, partition);
  }
}

function sortDocuments({ documents }: Partition<StoredDocument>): void {
  const sorted = [...documents].sort(([, a], [, b]) => a.number - b.number);
  documents.clear();
  for (const [id, document] of sorted) documents.set(id, document);
}

function putRecord(rid: string, { partition, number, lsn, text }: StoredDocument): string {
  return `["put","${rid}",${JSON.stringify(partition.key)},${partition.ordinal},${number},${lsn},${text}]`;
}
