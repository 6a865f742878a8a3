import { requestCharge } from './request-charge.ts';
import type { Container } from './container.ts';
import { badRequest, CosmosError } from './errors.ts';
import { create, patch, read, remove, replace, upsert, type ItemRequest, type ItemResult } from './items.ts';
import { isObject, textOf, type Json, type JsonObject, type Value } from './json.ts';
import { parsePartitionKey, type PartitionKey } from './partition-key.ts';
import type { Transaction } from './transaction.ts';

const maxOperations = 100;

export interface BatchRequest {
  container: Container;
  operations: Value;
  atomic: boolean;
  continueOnError: boolean;
  /** The header's; each operation of a bulk request brings its own. */
  key: PartitionKey | undefined;
  /** `Prefer: return=minimal`. */
  minimal: boolean;
  commit(transaction: Transaction): void;
}

export interface BatchAnswer {
  status: number;
  /** A JSON array with the result of each operation. */
  body: string;
  charge: number;
}

const kinds: Record<string, (request: ItemRequest, id: string, body: Json) => ItemResult> = {
  Create: (request, _, body) => create(request, body),
  Upsert: (request, _, body) => upsert(request, body),
  Read: (request, id) => read(request, id),
  Replace: replace,
  Delete: (request, id) => remove(request, id),
  Patch: patch,
};

/** Runs a transactional batch (all or nothing, one partition), or a bulk request (each operation by itself). */
export function runBatch(request: BatchRequest): BatchAnswer {
  const { container, operations, atomic, continueOnError } = request;
  if (!Array.isArray(operations) || !operations.length)
    throw badRequest('A batch request must hold at least one operation.');
  if (operations.length > maxOperations)
    throw badRequest(
      `Batch request has more operations than what is supported: ${operations.length} of ${maxOperations}.`,
    );
  if (atomic && operations.some((operation) => isObject(operation) && !sameKey(request, operation)))
    throw badRequest(
      'One or more operations within the batch request have a different partition key value than the request.',
    );
  const results: Result[] = [];
  let shared = atomic ? container.begin() : undefined;
  let failed = false;
  for (const operation of operations) {
    if (failed && (atomic || !continueOnError)) {
      results.push({ status: 424 });
      continue;
    }
    const transaction = shared ?? container.begin();
    const result = runOne(request, transaction, operation);
    results.push(result);
    if (result.status < 400) {
      if (!atomic) request.commit(transaction);
      continue;
    }
    failed = true;
    transaction.rollBack();
    if (!atomic) continue;
    shared = undefined;
    for (const earlier of results.slice(0, -1)) Object.assign(earlier, { status: 424, item: undefined });
  }
  if (shared) request.commit(shared);
  const charges = results.map((result) => (result.status === 424 ? 0 : requestCharge(container, result.item)));
  return {
    status: failed ? 207 : 200,
    body: `[${results.map((result, at) => written(result, charges[at]!, request.minimal)).join(',')}]`,
    charge: charges.reduce((sum, charge) => sum + charge, 0),
  };
}

interface Result {
  status: number;
  item?: ItemResult | undefined;
  error?: CosmosError;
}

function runOne(request: BatchRequest, transaction: Transaction, operation: Json): Result {
  const { container } = request;
  try {
    if (!isObject(operation)) throw badRequest('An operation of a batch must be an object.');
    const { operationType, resourceBody, id, ifMatch, ifNoneMatch } = operation;
    const run = kinds[textOf(operationType)];
    if (!run) throw badRequest(`The operation type '${textOf(operationType)}' is not supported in a batch.`);
    const item: ItemRequest = {
      container,
      transaction,
      key: keyOf(request, operation),
      ...(typeof ifMatch === 'string' && { ifMatch }),
      ...(typeof ifNoneMatch === 'string' && { ifNoneMatch }),
    };
    const result = run(item, textOf(id), resourceBody ?? null);
    return { status: result.status, item: result };
  } catch (error) {
    if (error instanceof CosmosError) return { status: error.status, error };
    transaction.rollBack();
    throw error;
  }
}

function ownKey({ container }: BatchRequest, { partitionKey }: JsonObject): PartitionKey | undefined {
  return typeof partitionKey === 'string' ? parsePartitionKey(partitionKey, container.partitionKey) : undefined;
}

function sameKey(request: BatchRequest, operation: JsonObject): boolean {
  const own = ownKey(request, operation);
  return !own || JSON.stringify(own) === JSON.stringify(request.key);
}

function keyOf(request: BatchRequest, operation: JsonObject): PartitionKey {
  const key = ownKey(request, operation) ?? request.key;
  if (!key) throw badRequest('The operation has no partition key.', { substatus: 1001 });
  return key;
}

function written({ status, item, error }: Result, charge: number, minimal: boolean): string {
  const document = item?.document;
  const fields = {
    statusCode: status,
    requestCharge: charge,
    ...(document && { eTag: document.body['_etag'] }),
    ...(error && { subStatusCode: error.details.substatus ?? 0, message: error.message }),
  };
  const text = JSON.stringify(fields);
  return document && !minimal && status !== 304 ? `${text.slice(0, -1)},"resourceBody":${document.text}}` : text;
}
