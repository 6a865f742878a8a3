import { Body } from '../body.ts';
import type { Representation } from '../configuration/model.ts';
import { type Exchange, GatewayResponse } from '../exchange.ts';
import { Headers } from '../headers.ts';
import type { Policy } from '../policy.ts';

export const mockResponse: Policy = {
  name: 'mock-response',
  sections: ['inbound', 'outbound', 'on-error'],
  attributes: { 'status-code': 'optional', 'content-type': 'optional', index: 'optional' },
  constants: ['status-code', 'content-type', 'index'],
  compile(element) {
    const status = element.integer('status-code', { min: 100, max: 999 }, 200);
    const type = element.text('content-type');
    const index = element.integer('index', { min: 0 }, 0);
    return (exchange) => {
      const code = status(exchange);
      const found = representation(exchange, code, type?.(exchange), index(exchange));
      const headers = new Headers();
      const contentType = type?.(exchange) ?? found?.contentType;
      if (contentType) headers.set('Content-Type', [contentType]);
      const sample = found && (found.sample ?? exampleText(found));
      exchange.finish(
        new GatewayResponse(code, '', headers, new Body(sample === undefined ? undefined : Buffer.from(sample))),
      );
    };
  },
};

function representation(
  exchange: Exchange,
  status: number,
  type: string | undefined,
  index: number,
): Representation | undefined {
  const list = exchange.operation?.responses.find((response) => response.status === status)?.representations ?? [];
  return type === undefined
    ? list[index]
    : list.find(({ contentType }) => contentType.toLowerCase() === type.toLowerCase());
}

function exampleText({ schema }: Representation): string | undefined {
  return schema === undefined ? undefined : JSON.stringify(example(schema, schema, 0));
}

type Schema = Readonly<Record<string, unknown>>;

/** A value that fits a schema, for operations that give no sample. */
function example(schema: Schema, root: Schema, depth: number): unknown {
  if (depth > 10) return null;
  const reference = schema['$ref'];
  if (typeof reference === 'string') return example(resolve(reference, root), root, depth + 1);
  if (schema['example'] !== undefined) return schema['example'];
  if (Array.isArray(schema['enum'])) return schema['enum'][0];
  const combined = (schema['allOf'] ?? schema['oneOf'] ?? schema['anyOf']) as Schema[] | undefined;
  if (schema['allOf'] && combined) return Object.assign({}, ...combined.map((part) => example(part, root, depth + 1)));
  if (combined?.[0]) return example(combined[0], root, depth + 1);
  switch (schema['type']) {
    case 'object':
      return Object.fromEntries(
        Object.entries((schema['properties'] ?? {}) as Record<string, Schema>).map(([name, part]) => [
          name,
          example(part, root, depth + 1),
        ]),
      );
    case 'array':
      return [example((schema['items'] ?? {}) as Schema, root, depth + 1)];
    case 'integer':
    case 'number':
      return 0;
    case 'boolean':
      return true;
    case 'string':
      return 'string';
    default:
      return null;
  }
}

function resolve(reference: string, root: Schema): Schema {
  const found = reference
    .slice(2)
    .split('/')
    .reduce<unknown>((at, part) => (at as Schema | undefined)?.[part], root);
  return (found ?? {}) as Schema;
}
