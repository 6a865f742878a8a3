import { randomUUID } from 'node:crypto';
import { Container, type ContainerDefinition } from './container.ts';
import { conflict, notFound } from './errors.ts';
import { isObject, textOf, type Json, type JsonObject } from './json.ts';
import type { PartitionKey } from './partition-key.ts';
import { containerRid, databaseRid } from './resource-id.ts';

export interface Database {
  definition: JsonObject & { id: string; _rid: string };
  number: number;
  containers: Map<string, Container>;
}

/** Everything there is: databases, their containers, offers. Each change goes to `journal` as one list of records. */
export class Account {
  readonly databases = new Map<string, Database>();
  readonly offers = new Map<string, JsonObject>();
  private readonly byRid = new Map<string, Container>();
  private lastNumber = 0;
  private readonly now: () => number;
  private readonly journal: (records: readonly string[]) => void;

  constructor(now: () => number, journal: (records: readonly string[]) => void) {
    this.now = now;
    this.journal = journal;
  }

  database(id: string): Database {
    return this.databases.get(id) ?? fail();
  }

  createDatabase(id: string, throughput: JsonObject | undefined): Database {
    if (this.databases.has(id)) throw conflict();
    const number = this.lastNumber + 1;
    const _rid = databaseRid(number);
    const definition = this.stamped({ id, _rid, _self: `dbs/${_rid}/`, _colls: 'colls/', _users: 'users/' });
    this.write(['database', number, definition]);
    if (throughput) this.createOffer(definition, throughput);
    return this.database(id);
  }

  deleteDatabase(id: string): void {
    const database = this.database(id);
    for (const name of [...database.containers.keys()]) this.deleteContainer(database, name);
    this.deleteOffers(database.definition._rid);
    this.write(['delete database', id]);
  }

  createContainer(
    { definition, containers }: Database,
    content: JsonObject,
    throughput: JsonObject | undefined,
  ): Container {
    const id = textOf(content['id']);
    if (containers.has(id)) throw conflict();
    const number = this.lastNumber + 1;
    const _rid = containerRid(definition._rid, number);
    const _self = `${textOf(definition['_self'])}colls/${_rid}/`;
    const stamped = this.stamped({ ...content, _rid, _self, ...containerLinks });
    // A container has throughput of its own unless it shares its database's.
    const own = throughput ?? (this.offerOf(definition._rid) ? undefined : { offerThroughput: defaultThroughput });
    const ranges = Math.max(1, Math.ceil(maxThroughput(own) / throughputPerRange));
    this.write(['container', definition.id, number, stamped, ranges]);
    const container = containers.get(id)!;
    if (own) this.createOffer(container.definition, own);
    return container;
  }

  replaceContainer({ definition }: Database, container: Container, content: JsonObject): void {
    const { _rid, _self } = container.definition;
    const stamped = this.stamped({ ...content, _rid, _self, ...containerLinks });
    this.write(['container', definition.id, 0, stamped, container.ranges]);
  }

  deleteContainer({ definition, containers }: Database, id: string): void {
    const container = containers.get(id) ?? fail();
    this.deleteOffers(container.definition._rid);
    this.write(['delete container', definition.id, id]);
  }

  replaceOffer(rid: string, content: JsonObject): JsonObject {
    const offer = this.offers.get(rid) ?? fail();
    this.write(['offer', this.stamped({ ...offer, content: content['content'] ?? offer['content']! })]);
    return this.offers.get(rid)!;
  }

  offerOf(rid: string): JsonObject | undefined {
    for (const offer of this.offers.values()) if (offer['offerResourceId'] === rid) return offer;
    return undefined;
  }

  /** Applies one record of the journal: what just happened, or what is read back at a start. */
  apply(record: readonly Json[]): void {
    const [kind, ...rest] = record;
    switch (kind) {
      case 'database': {
        const [number, definition] = rest as [number, Database['definition']];
        this.databases.set(definition.id, { definition, number, containers: new Map() });
        this.lastNumber = Math.max(this.lastNumber, number);
        return;
      }
      case 'delete database':
        this.databases.delete(rest[0] as string);
        return;
      case 'container':
        return this.applyContainer(...(rest as [string, number, ContainerDefinition, number]));
      case 'delete container': {
        const containers = this.databases.get(rest[0] as string)?.containers;
        const container = containers?.get(rest[1] as string);
        if (container) this.byRid.delete(container.definition._rid);
        containers?.delete(rest[1] as string);
        return;
      }
      case 'offer': {
        const offer = rest[0] as JsonObject;
        this.offers.set(offer['id'] as string, offer);
        return;
      }
      case 'delete offer':
        this.offers.delete(rest[0] as string);
        return;
      case 'put': {
        const [rid, ...put] = rest as [string, PartitionKey & Json[], number, number, number, JsonObject];
        return this.byRid.get(rid)?.recover(...put);
      }
      case 'delete': {
        const [rid, ...deletion] = rest as [string, PartitionKey & Json[], string, number];
        return this.byRid.get(rid)?.recoverDelete(...deletion);
      }
      case 'counters': {
        const [rid, lsn, number] = rest as [string, number, number];
        return this.byRid.get(rid)?.advance(lsn, number);
      }
      default:
        throw new TypeError(`unknown journal record ${JSON.stringify(kind)}`);
    }
  }

  recovered(): void {
    for (const container of this.byRid.values()) container.recovered();
  }

  /** Expired documents leave memory and journal. */
  removeExpired(): void {
    for (const container of this.byRid.values()) {
      const { records } = container.removeExpired();
      if (records.length) this.journal(records);
    }
  }

  /** All records that a journal would need to hold to give this state. */
  *records(): Generator<string> {
    for (const { number, definition } of this.databases.values())
      yield JSON.stringify(['database', number, definition]);
    for (const {
      definition: { id },
      containers,
    } of this.databases.values())
      for (const { definition, ranges } of containers.values())
        yield JSON.stringify(['container', id, this.lastNumber, definition, ranges]);
    for (const offer of this.offers.values()) yield JSON.stringify(['offer', offer]);
    for (const container of [...this.byRid.values()]) yield* container.records();
  }

  private applyContainer(databaseId: string, number: number, definition: ContainerDefinition, ranges: number): void {
    this.lastNumber = Math.max(this.lastNumber, number);
    const existing = this.byRid.get(definition._rid);
    if (existing) {
      existing.definition = definition;
      return;
    }
    const container = new Container(definition, ranges, this.now);
    this.byRid.set(definition._rid, container);
    this.databases.get(databaseId)?.containers.set(definition.id, container);
  }

  private createOffer(resource: JsonObject, content: JsonObject): void {
    const id = `o${textOf(resource['_rid']).replaceAll(/[^A-Za-z0-9]/g, '')}`;
    this.write([
      'offer',
      this.stamped({
        id,
        _rid: id,
        _self: `offers/${id}/`,
        offerVersion: 'V2',
        offerType: 'Invalid',
        resource: resource['_self']!,
        offerResourceId: resource['_rid']!,
        content,
      }),
    ]);
  }

  private deleteOffers(rid: string): void {
    const offer = this.offerOf(rid);
    if (offer) this.write(['delete offer', offer['id']!]);
  }

  private write(record: readonly Json[]): void {
    this.apply(record);
    this.journal([JSON.stringify(record)]);
  }

  private stamped<T extends JsonObject>(content: T): T & { _etag: string; _ts: number } {
    return { ...content, _etag: `"${randomUUID()}"`, _ts: Math.floor(this.now()) };
  }
}

const defaultThroughput = 400;
/** Request units a second for which a new container gets one partition range (a range can serve up to 10,000 later). */
const throughputPerRange = 6000;

function maxThroughput(content: JsonObject | undefined): number {
  const autoscale = content?.['offerAutopilotSettings'];
  return Number((isObject(autoscale) ? autoscale['maxThroughput'] : undefined) ?? content?.['offerThroughput'] ?? 0);
}

const containerLinks = {
  _docs: 'docs/',
  _sprocs: 'sprocs/',
  _triggers: 'triggers/',
  _udfs: 'udfs/',
  _conflicts: 'conflicts/',
};

function fail(): never {
  throw notFound();
}
