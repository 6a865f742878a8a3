import { badRequest } from './errors.ts';
import { equalValues, parseJson, pathSteps, valueAt, type Json, type JsonObject } from './json.ts';
import { effectivePartitionKey } from './partition-hash.ts';

/** As the REST surface writes it: `{}` stands for a value that is missing. */
export type PartitionKey = readonly Json[];

export interface PartitionKeyDefinition {
  paths: string[];
  kind: 'Hash' | 'MultiHash';
  version: 2;
}

export function partitionKeyOf(document: JsonObject, { paths }: PartitionKeyDefinition): PartitionKey {
  return paths.map((path) => {
    const value = valueAt(document, pathSteps(path));
    return value === undefined || (typeof value === 'object' && value !== null) ? {} : value;
  });
}

/** Reads the partition key header. An empty list is what old clients send for a document without a key. */
export function parsePartitionKey(header: string, { paths }: PartitionKeyDefinition): PartitionKey {
  const key = parseJson(header, `Partition key ${header} is invalid.`);
  if (!Array.isArray(key) || key.length > paths.length)
    throw badRequest(
      `Partition key provided either doesn't correspond to definition in the collection or doesn't match partition key field values specified in the document.`,
      { substatus: 1001 },
    );
  return key.length ? key : paths.map(() => ({}));
}

/** Every document with one full partition key: the scope of transactions and of unique keys. */
export class Partition<Document> {
  readonly key: PartitionKey;
  /** Order of creation, which is the order in which queries go through partitions. */
  readonly ordinal: number;
  readonly documents = new Map<string, Document>();
  /** Values of a unique key policy to the id that holds them. */
  readonly unique = new Map<string, string>();
  private hash: string | undefined;

  constructor(key: PartitionKey, ordinal: number) {
    this.key = key;
    this.ordinal = ordinal;
  }

  /** Where this partition lies in the hash space that partition ranges divide. */
  get effectiveKey(): string {
    return (this.hash ??= effectivePartitionKey(this.key, this.key.length > 1));
  }

  startsWith(prefix: PartitionKey): boolean {
    return prefix.every((value, at) => equalValues(value, this.key[at]));
  }
}
