import type { Operation, OperationParameter, OperationResponse, Representation } from './model.ts';

/**
 * An operation whose information leaves out what its parameters and bodies look like has that of the specification:
 * `apiops` writes both files, and only the second is whole.
 */
export function withDescription(operation: Operation, found: Operation | undefined): Operation {
  if (!found) return operation;
  return {
    ...operation,
    parameters: {
      path: withParameters(operation.parameters.path, found.parameters.path),
      query: withParameters(operation.parameters.query, found.parameters.query),
      headers: withParameters(operation.parameters.headers, found.parameters.headers),
    },
    request: withSchemas(operation.request, found.request),
    responses: mergedResponses(operation.responses, found.responses),
  };
}

function withParameters(
  own: readonly OperationParameter[],
  described: readonly OperationParameter[],
): OperationParameter[] {
  const key = ({ name }: OperationParameter) => name.toLowerCase();
  const known = new Set(own.map(key));
  const both = own.map((parameter) => {
    const same = described.find((one) => key(one) === key(parameter));
    return { ...parameter, schema: parameter.schema ?? same?.schema, style: same?.style };
  });
  return [...both, ...described.filter((one) => !known.has(key(one)))];
}

function mergedResponses(
  own: readonly OperationResponse[],
  described: readonly OperationResponse[],
): OperationResponse[] {
  const codes = new Set(own.map(({ code }) => code));
  const both = own.map((response) => {
    const same = described.find(({ code }) => code === response.code);
    if (!same) return response;
    return {
      ...response,
      headers: withParameters(response.headers, same.headers),
      representations: withSchemas(response.representations, same.representations),
    };
  });
  return [...both, ...described.filter(({ code }) => !codes.has(code))];
}

function withSchemas(own: readonly Representation[], described: readonly Representation[]): Representation[] {
  const key = ({ contentType }: Representation) => contentType.toLowerCase();
  const known = new Set(own.map(key));
  const both = own.map((representation) => {
    const same = described.find((one) => key(one) === key(representation));
    return same && !representation.schema && !representation.xmlSchema
      ? { ...same, sample: representation.sample ?? same.sample }
      : representation;
  });
  return [...both, ...described.filter((one) => !known.has(key(one)))];
}
