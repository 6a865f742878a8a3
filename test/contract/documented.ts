import assert from 'node:assert/strict';
import { openApiDocument } from '../../shared/contract/document.ts';
import type { Operation } from '../../shared/contract/operation.ts';
import { operations } from '../../shared/contract/operations.ts';
import type { Answer } from './arms.ts';

interface Described {
  responses: Record<string, { content?: Record<string, { examples?: Record<string, unknown> }> }>;
}

const paths = openApiDocument(operations).paths as Record<string, Record<string, Described>>;

/** The document tells clients of this answer: its status, its type, and the kind of problem it is. */
export function isDocumented(operation: Operation, { status, headers, json, text }: Answer): void {
  const described = paths[operation.path]?.[operation.method.toLowerCase()]?.responses[status];
  assert.ok(described, `${operation.id} documents no ${status}: ${text.slice(0, 200)}`);
  const content = described.content?.[headers['content-type'] ?? ''];
  assert.ok(content, `${operation.id} documents no ${headers['content-type']} with ${status}`);
  if (status < 400) return;
  const name = String((json as { type: string }).type.split('/').at(-1));
  assert.ok(Object.hasOwn(content.examples ?? {}, name), `${operation.id} documents no ${name}`);
}
