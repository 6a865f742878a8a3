/** An error as Service Bus sends it: an AMQP condition the clients map to their codes, and a text for people. */
export class ServiceBusError extends Error {
  override name = 'ServiceBusError';
  readonly condition: string;
  constructor(condition: string, message: string) {
    super(message);
    this.condition = condition;
  }
}

/** The entities file has something this server cannot take: the message names the property and the queue. */
export class ConfigError extends Error {
  override name = 'ConfigError';
}

/** The fault plan has something this server cannot take. */
export class FaultPlanError extends Error {
  override name = 'FaultPlanError';
}

export const entityNotFound = (path: string) =>
  new ServiceBusError('amqp:not-found', `The messaging entity '${path}' could not be found.`);

export const notAllowed = (why: string) => new ServiceBusError('amqp:not-allowed', why);

export const noSessionId = () =>
  notAllowed(
    'The SessionId was not set on a message, and it cannot be sent to the entity. Entities that have session support enabled can only receive messages that have the SessionId set to a valid value.',
  );

export const notImplemented = (what: string) =>
  new ServiceBusError('amqp:not-implemented', `${what} is not supported by the local Service Bus.`);

export const messageLockLost = () =>
  new ServiceBusError(
    'com.microsoft:message-lock-lost',
    'The lock supplied is invalid. Either the lock expired, or the message has already been removed from the queue.',
  );

export const sessionLockLost = (id: string) =>
  new ServiceBusError(
    'com.microsoft:session-lock-lost',
    `The session lock has expired on the session '${id}'. Accept the session again.`,
  );

export const sessionCannotBeLocked = (id: string) =>
  new ServiceBusError(
    'com.microsoft:session-cannot-be-locked',
    `The requested session '${id}' cannot be accepted. It may be locked by another receiver.`,
  );

export const noSessionInTime = () =>
  new ServiceBusError(
    'com.microsoft:timeout',
    'The operation did not complete within the allotted time: no unlocked session has messages.',
  );

export const messageNotFound = (sequence: number) =>
  new ServiceBusError(
    'com.microsoft:message-not-found',
    `The message with sequence number ${sequence} was not found, or is not in the state this operation needs.`,
  );

export const messageTooLarge = (bytes: number, limit: number) =>
  new ServiceBusError(
    'amqp:link:message-size-exceeded',
    `The message is ${bytes} bytes, which is more than the limit of ${limit} bytes.`,
  );

export const malformed = (why: string) => new ServiceBusError('amqp:decode-error', why);

/** Does the work; returns the error it is to be refused with, if any. Any other error passes on. */
export function refusalOf(work: () => void): ServiceBusError | undefined {
  try {
    work();
    return undefined;
  } catch (error) {
    if (error instanceof ServiceBusError) return error;
    throw error;
  }
}
