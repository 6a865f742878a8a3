import type { Json } from './artefact-folder.ts';
import type { Operation, OperationParameter, OperationResponse, PolicySource, Representation } from './model.ts';

/** A property that is a non-empty string. */
export function text(properties: Json | undefined, name: string): string | undefined {
  const value = properties?.[name];
  return typeof value === 'string' && value !== '' ? value : undefined;
}

type List = readonly Json[] | undefined;

/** The resource manager's properties of an operation. */
export function operationOf(id: string, properties: Json, policy: PolicySource | undefined): Operation {
  const request = properties['request'] as Json | undefined;
  return {
    id,
    name: text(properties, 'displayName') ?? id,
    method: (text(properties, 'method') ?? 'GET').toUpperCase(),
    urlTemplate: text(properties, 'urlTemplate') ?? '/',
    policy,
    parameters: {
      path: parametersOf(properties['templateParameters'] as List),
      query: parametersOf(request?.['queryParameters'] as List),
      headers: parametersOf(request?.['headers'] as List),
    },
    request: representationsOf(request?.['representations'] as List),
    responses: ((properties['responses'] as List) ?? []).map(responseOf),
  };
}

function responseOf(response: Json): OperationResponse {
  return {
    status: Number(response['statusCode'] ?? 200),
    representations: representationsOf(response['representations'] as List),
  };
}

function parametersOf(list: List): OperationParameter[] {
  return (list ?? []).map((parameter) => ({
    name: text(parameter, 'name') ?? '',
    required: parameter['required'] === true,
    type: text(parameter, 'type') ?? 'string',
    values: (parameter['values'] as string[] | undefined) ?? [],
  }));
}

function representationsOf(list: List): Representation[] {
  return (list ?? []).map((representation) => ({
    contentType: text(representation, 'contentType') ?? '',
    sample: sampleOf(representation),
    schema: undefined,
  }));
}

function sampleOf(representation: Json): string | undefined {
  const direct = text(representation, 'sample');
  if (direct) return direct;
  const [first] = Object.values((representation['examples'] as Record<string, Json> | undefined) ?? {});
  const value = first?.['value'];
  if (value === undefined) return undefined;
  return typeof value === 'string' ? value : JSON.stringify(value);
}
