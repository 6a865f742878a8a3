/** An invocation went on for longer than host.json's functionTimeout. */
export class FunctionTimeoutError extends Error {
  override name = 'FunctionTimeoutError';
}

/** An invocation that the fault plan made fail. */
export class PlannedFaultError extends Error {
  override name = 'PlannedFaultError';
}

/** The host is draining and starts nothing new. */
export class DrainingError extends Error {
  override name = 'DrainingError';
}
