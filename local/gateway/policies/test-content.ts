import type { TestContext } from 'node:test';
import { startTestGateway, type TestGateway } from '../test-gateway.ts';

export const specification = `openapi: 3.0.3
info: { title: Things, version: "1" }
paths:
  /things:
    post:
      operationId: things-create
      requestBody:
        content:
          application/json: { schema: { $ref: '#/components/schemas/Thing' } }
          application/merge+json: { schema: { type: object, title: Part } }
          application/plain+json: {}
      responses:
        '200':
          description: ok
          content: { application/json: { schema: { $ref: '#/components/schemas/Thing' } } }
        4XX:
          description: refused
          content: { application/problem+json: { schema: { type: object, required: [title] } } }
components:
  schemas:
    Thing: { type: object, required: [name], properties: { name: { type: string }, size: { type: integer } } }
`;

export const internal = 'The request could not be processed due to an internal error. Contact the API owner.';
export const json = 'application/json';

export interface Policy {
  unspecified?: string;
  size?: string;
  exceeded?: string;
  inner?: string;
}

export function policy({ unspecified = 'ignore', size = '1000', exceeded = 'prevent', inner = '' }: Policy): string {
  return `<validate-content unspecified-content-type-action="${unspecified}" max-size="${size}" size-exceeded-action="${exceeded}" errors-variable-name="errors">${inner}</validate-content>`;
}

export const content = (attributes: string) => `<content ${attributes} />`;
export const shown =
  '<set-header name="x-errors"><value>@(context.Variables.ContainsKey("errors") ? JsonConvert.SerializeObject(context.Variables["errors"]) : "[]")</value></set-header>';

export function start(
  t: TestContext,
  inbound: Policy,
  files: Record<string, string | object> = {},
): Promise<TestGateway> {
  return startTestGateway(t, {
    inbound: policy(inbound),
    outbound: shown,
    onError: shown,
    files: { 'apis/demo/specification.yaml': specification, ...files },
  });
}

interface Answer {
  status: number;
  message: string;
  errors: Record<string, string>[];
}

export async function post(
  gateway: TestGateway,
  body: string | Buffer | ReadableStream,
  headers: object = {},
): Promise<Answer> {
  const sent = { 'content-type': json, ...headers };
  const init = { method: 'POST', body, headers: sent, duplex: 'half' } as RequestInit;
  const answer = await gateway.ask('/things', init);
  const { message = '' } = (await answer.json()) as { message?: string };
  const errors = JSON.parse(answer.headers.get('x-errors') ?? '[]') as Record<string, string>[];
  return { status: answer.status, message, errors };
}

export const schemaFile = (document: object) => ({ properties: { schemaType: 'json', document } });
