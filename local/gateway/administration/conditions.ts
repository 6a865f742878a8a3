import { AdministrationError, invalid } from './errors.ts';

export interface Conditions {
  ifMatch: string | undefined;
  ifNoneMatch: string | undefined;
}

/**
 * Holds a change against `If-Match` and `If-None-Match`; `etag` is undefined when there is no such resource.
 * Throws AdministrationError: 412 when they do not hold, 400 for a change of what is there without `If-Match`.
 */
export function checkConditions(conditions: Conditions, etag: string | undefined, needsMatch: boolean): void {
  const { ifMatch, ifNoneMatch } = conditions;
  if (needsMatch && ifMatch === undefined)
    throw invalid([{ target: 'If-Match', message: 'The header If-Match is required: an ETag, or * for any.' }]);
  if (ifMatch !== undefined && !names(ifMatch, etag)) throw failed('The resource has changed since it was read.');
  if (ifNoneMatch !== undefined && names(ifNoneMatch, etag)) throw failed('The resource is there already.');
}

/** Whether a reader has what there is. */
export function isUnchanged({ ifNoneMatch }: Conditions, etag: string): boolean {
  return ifNoneMatch !== undefined && names(ifNoneMatch, etag);
}

function names(header: string, etag: string | undefined): boolean {
  if (etag === undefined) return false;
  return header.trim() === '*' || header.split(',').some((one) => one.trim() === etag);
}

function failed(message: string): AdministrationError {
  return new AdministrationError(412, 'PreconditionFailed', message);
}
