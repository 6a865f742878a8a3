import { ExpressionError } from '../errors.ts';

/** Whatever was thrown while an expression ran, as the .NET exception that it stands for. */
export function toException(thrown: unknown): ExpressionError {
  if (thrown instanceof ExpressionError) return thrown;
  if (thrown instanceof RangeError) {
    if (/call stack/.test(thrown.message))
      return new ExpressionError('InsufficientExecutionStackException', 'The expression calls itself too deeply.');
    return /(?:string|array) length|allocation/i.test(thrown.message)
      ? new ExpressionError('OutOfMemoryException', 'Insufficient memory to continue the execution of the program.')
      : new ExpressionError('ArgumentOutOfRangeException', thrown.message);
  }
  if (thrown instanceof TypeError)
    return new ExpressionError('NullReferenceException', 'Object reference not set to an instance of an object.');
  return new ExpressionError('Exception', thrown instanceof Error ? thrown.message : String(thrown));
}
