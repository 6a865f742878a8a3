import { NetList } from '../expressions/collections.ts';
import { netType } from '../expressions/net-type.ts';
import { PolicyError } from '../errors.ts';
import type { Exchange } from '../exchange.ts';
import { ValidationError, type Finding } from './validation-error.ts';

/** What clients are told of faults that they cannot mend. */
const internalError = 'The request could not be processed due to an internal error. Contact the API owner.';

/** Where a validation policy stands, and where it writes what it finds. */
export interface Reporter {
  policy: string;
  /** The variable of its errors. */
  variable: string | undefined;
  onRequest: boolean;
}

/** Writes down findings that are not ignored. Throws PolicyError for the first that is to be prevented. */
export function report(exchange: Exchange, reporter: Reporter, findings: readonly Finding[]): void {
  const told = findings.filter(({ action }) => action !== 'ignore');
  if (told.length === 0) return;
  const { policy, variable, onRequest } = reporter;
  if (variable !== undefined) {
    const earlier = exchange.variables.get(variable);
    const errors = told.map((finding) => new ValidationError(finding));
    const before = earlier instanceof NetList ? earlier.items : [];
    exchange.variables.set(variable, new NetList([...before, ...errors], netType('ValidationError')));
  }
  for (const { details } of told) exchange.trace?.note(exchange.section, policy, details);
  const prevented = told.find(({ action }) => action === 'prevent');
  if (!prevented) return;
  throw new PolicyError(prevented.details, {
    source: policy,
    reason: onRequest ? 'Bad request' : 'Response not allowed',
    status: onRequest ? 400 : 502,
    publicMessage: (onRequest ? prevented.publicDetails : undefined) ?? internalError,
  });
}
