interface Details {
  substatus?: number;
  /** Sent as a body property of its own: the query plan that a client must run itself. */
  additionalErrorInfo?: string;
  retryAfterMs?: number;
}

/** An answer other than success, as the service words it. */
export class CosmosError extends Error {
  override name = 'CosmosError';
  readonly status: number;
  readonly code: string;
  readonly details: Details;
  constructor(status: number, code: string, message: string, details: Details = {}) {
    super(message);
    this.status = status;
    this.code = code;
    this.details = details;
  }
}

export const badRequest = (message: string, details?: Details) => new CosmosError(400, 'BadRequest', message, details);

export const notFound = () =>
  new CosmosError(404, 'NotFound', 'Entity with the specified id does not exist in the system.');

export const conflict = () =>
  new CosmosError(409, 'Conflict', 'Entity with the specified id already exists in the system.');

export const preconditionFailed = () =>
  new CosmosError(412, 'PreconditionFailed', 'One of the specified pre-condition is not met');

export const tooLarge = () =>
  new CosmosError(413, 'RequestEntityTooLarge', 'Message: {"Errors":["Request size is too large"]}\r\n');

export const methodNotAllowed = () =>
  new CosmosError(405, 'MethodNotAllowed', 'The request method is not allowed here.');

export const unauthorized = (message: string) => new CosmosError(401, 'Unauthorized', message);

/** Refused by name rather than answered wrongly. */
export const notSupported = (feature: string) =>
  new CosmosError(501, 'NotImplemented', `${feature}: not supported by the local Cosmos DB server.`);
