import { typeTable } from '../expressions/type-table.ts';
import { AnonymousObject } from '../expressions/collections.ts';
import { netType } from '../expressions/net-type.ts';
import type { Action } from './action.ts';

/** What a validation policy found, as expressions and JSON see it. */
export class ValidationError extends AnonymousObject {
  constructor({ name, type, rule, details, action }: Finding) {
    super(
      new Map([
        ['Name', name],
        ['Type', type],
        ['ValidationRule', rule],
        ['Details', details],
        ['Action', action],
      ]),
      netType('ValidationError'),
    );
  }
}

/** One thing that a validation policy found. */
export interface Finding {
  /** The parameter, header, content type or status code; "" where there is none. */
  name: string;
  /** What was checked, such as `RequestBody`. */
  type: string;
  rule: string;
  details: string;
  /** What the client may know; undefined when it is none of its business. */
  publicDetails: string | undefined;
  action: Action;
}

const member = (name: string) => (error: ValidationError) => error.members.get(name);

export const validationErrorType = typeTable('class ValidationError', {
  'Name: string': member('Name'),
  'Type: string': member('Type'),
  'ValidationRule: string': member('ValidationRule'),
  'Details: string': member('Details'),
  'Action: string': member('Action'),
});
