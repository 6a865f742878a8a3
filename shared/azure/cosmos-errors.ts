import { StoreUnavailableError } from '../streams/errors.ts';

/** The HTTP status of an error of Cosmos DB's client, also where the client wraps it. */
export function statusOf(error: unknown): number | undefined {
  const { code, cause } = error as { code?: unknown; cause?: { code?: unknown } };
  const status = code ?? cause?.code;
  return typeof status === 'number' ? status : undefined;
}

// What trying again does not change. Everything else (throttled, conflicts inside, gone, no connection) may heal.
const lasting = new Set([400, 401, 403, 404, 409, 412, 413]);

/** Throws what a store throws for an error of the client. @throws {StoreUnavailableError} when it may heal */
export function unavailable(error: Error): never {
  const status = statusOf(error);
  if (status !== undefined && lasting.has(status)) throw error;
  throw new StoreUnavailableError(`Cosmos DB is not available: ${error.message}`, { cause: error });
}
