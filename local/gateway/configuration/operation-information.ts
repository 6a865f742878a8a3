import { namedSchema, type ApiSchemas } from './api-schemas.ts';
import { text, type Json } from './artefact-folder.ts';
import type { Operation, OperationParameter, OperationResponse, PolicySource, Representation } from './model.ts';

type List = readonly Json[] | undefined;

/** The resource manager's properties of an operation. */
export function operationOf(
  id: string,
  properties: Json,
  policy: PolicySource | undefined,
  schemas: ApiSchemas,
): Operation {
  const request = properties['request'] as Json | undefined;
  return {
    id,
    name: text(properties, 'displayName') ?? id,
    method: (text(properties, 'method') ?? 'GET').toUpperCase(),
    urlTemplate: text(properties, 'urlTemplate') ?? '/',
    policy,
    parameters: {
      path: parametersOf(properties['templateParameters'] as List, schemas),
      query: parametersOf(request?.['queryParameters'] as List, schemas),
      headers: parametersOf(request?.['headers'] as List, schemas),
    },
    request: representationsOf(request?.['representations'] as List, schemas),
    responses: ((properties['responses'] as List) ?? []).map((response) => responseOf(response, schemas)),
  };
}

function responseOf(response: Json, schemas: ApiSchemas): OperationResponse {
  const status = Number(response['statusCode'] ?? 200);
  return {
    status,
    code: String(status),
    headers: parametersOf(response['headers'] as List, schemas),
    representations: representationsOf(response['representations'] as List, schemas),
  };
}

function parametersOf(list: List, schemas: ApiSchemas): OperationParameter[] {
  return (list ?? []).map((parameter) => {
    const { schema, definition, gap } = namedSchema(parameter, schemas);
    return {
      name: text(parameter, 'name') ?? '',
      required: parameter['required'] === true,
      type: text(parameter, 'type') ?? 'string',
      style: undefined,
      values: (parameter['values'] as string[] | undefined) ?? [],
      schema,
      definition,
      gap,
    };
  });
}

function representationsOf(list: List, schemas: ApiSchemas): Representation[] {
  return (list ?? []).map((representation) => ({
    contentType: text(representation, 'contentType') ?? '',
    sample: sampleOf(representation),
    ...namedSchema(representation, schemas),
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
