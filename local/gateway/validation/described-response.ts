import type { Operation, OperationResponse } from '../configuration/model.ts';

/** What an operation says of answers with a status: by the status itself, its class, or for all others. */
export function describedResponse(operation: Operation | undefined, status: number): OperationResponse | undefined {
  const byCode = (wanted: string) => operation?.responses.find(({ code }) => code.toUpperCase() === wanted);
  return byCode(String(status)) ?? byCode(`${Math.floor(status / 100)}XX`) ?? byCode('DEFAULT');
}
