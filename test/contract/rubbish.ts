import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { z } from 'zod';
import { operations } from '../../shared/contract/operations.ts';
import type { Operation } from '../../shared/contract/operation.ts';
import { problemMediaType } from '../../shared/contract/problems.ts';
import type { Answer, Arms, Call } from './arms.ts';
import { isDocumented } from './documented.ts';

/** Any JSON, with the names and values that tend to break things. */
const anyJson = fc.oneof(
  fc.jsonValue({ maxDepth: 4 }),
  fc.constantFrom<unknown>(
    '',
    '\0',
    '\u{D800}',
    '-0',
    'NaN',
    '1e400',
    1e308,
    -0,
    '9'.repeat(400),
    '${jndi:x}',
    "' or 1=1 --",
  ),
);
const anyName = fc.oneof(
  fc.constantFrom('__proto__', 'constructor', 'toString', 'a/b~c', '', 'id', 'limit', 'from', 'data', '\0'),
  fc.string({ maxLength: 12 }),
);
const anyText = fc.oneof(
  fc.string({ maxLength: 40, unit: 'binary' }),
  fc.constantFrom(
    '',
    '0',
    '-1',
    '1e9',
    '../..',
    '%',
    '%00',
    '%FF',
    '%2F',
    "' or 1=1 --",
    '__proto__',
    'null',
    'x'.repeat(5000),
  ),
);

/** A body that is nearly what the schema wants: a valid example in which some members are replaced, taken out or added. */
function nearly(schema: z.ZodType, examples: unknown[]): fc.Arbitrary<unknown> {
  const example = fc.constantFrom(...examples);
  const names = Object.keys(examples[0] as object);
  const change = fc.oneof(
    fc.record({ kind: fc.constant('set' as const), name: fc.constantFrom(...names), value: anyJson }),
    fc.record({ kind: fc.constant('drop' as const), name: fc.constantFrom(...names), value: fc.constant(null) }),
    fc.record({ kind: fc.constant('set' as const), name: anyName, value: anyJson }),
  );
  return fc
    .tuple(example, fc.array(change, { minLength: 1, maxLength: 4 }))
    .map(([valid, changes]) => {
      const body = new Map(Object.entries(valid as object));
      for (const { kind, name, value } of changes) {
        if (kind === 'set') body.set(name, value);
        else body.delete(name);
      }
      // Defined, not assigned, so that `__proto__` becomes a member too.
      return Object.defineProperties(
        {},
        Object.fromEntries([...body].map(([name, value]) => [name, { value, enumerable: true }])),
      ) as unknown;
    })
    .filter((body) => !schema.safeParse(JSON.parse(JSON.stringify(body))).success);
}

/** Bytes that are no acceptable body, with headers that may make it worse. */
const brokenBody = fc.record({
  body: fc.oneof(
    fc.uint8Array({ minLength: 1, maxLength: 200 }).map((bytes) => Buffer.from(bytes)),
    fc.json({ maxDepth: 3 }).map((text) => Buffer.from(text.slice(0, -1) || '{')),
    fc.integer({ min: 33, max: 2000 }).map((depth) => Buffer.from('{"a":['.repeat(depth))),
    fc.integer({ min: 65_537, max: 90_000 }).map((size) => Buffer.alloc(size, 0x20)),
  ),
  type: fc.constantFrom(
    'application/json',
    'application/json; charset=utf-8',
    'application/json; charset=utf-16',
    'text/plain',
    'multipart/form-data; boundary=x',
    'application/json, application/json',
    '',
  ),
  encoding: fc.constantFrom('', '', 'gzip', 'br', 'identity'),
});

function pathOf(operation: Operation, values: string[]): string {
  const rest = [...values];
  return operation.path.replace(/\{\w+\}/g, () => encodeURIComponent(rest.shift() ?? 'x') || '%20');
}

const safeText = anyText.map((text) => text.toWellFormed());

/** Requests with something wrong in each of the places where an operation reads. */
function rubbish(operation: Operation): fc.Arbitrary<Call> {
  const { method } = operation;
  const validPath = () => pathOf(operation, exampleParams(operation));
  const query = fc
    .array(fc.tuple(fc.oneof(anyName, fc.constantFrom(...Object.keys(operation.query?.shape ?? { x: 0 }))), safeText), {
      minLength: 1,
      maxLength: 4,
    })
    .map((pairs) =>
      pairs.map(([name, text]) => `${encodeURIComponent(name.toWellFormed())}=${encodeURIComponent(text)}`),
    );
  const kinds: fc.Arbitrary<Call>[] = [query.map((pairs) => ({ method, path: `${validPath()}?${pairs.join('&')}` }))];
  if (operation.params) kinds.push(safeText.map((text) => ({ method, path: pathOf(operation, [text]) })));
  if (operation.body) {
    const { schema, examples } = operation.body;
    kinds.push(
      nearly(schema, Object.values(examples!)).map((body) => ({ method, path: validPath(), body })),
      anyJson.map((json) => ({ method, path: validPath(), body: json === undefined ? null : json })),
      brokenBody.map(({ body, type, encoding }) => ({
        method,
        path: validPath(),
        body,
        headers: { ...(type && { 'content-type': type }), ...(encoding && { 'content-encoding': encoding }) },
      })),
    );
  }
  return fc.oneof(...kinds);
}

function exampleParams(operation: Operation): string[] {
  return Object.values(operation.params?.shape ?? {}).map((schema) => String((schema as z.ZodType).meta()?.example));
}

/** Whatever is sent to an operation, both arms refuse it alike, as a problem document, and never as a fault of theirs. */
export function refuseRubbish({ arms, armsWith, call, callback }: Arms): void {
  for (const operation of operations.filter(({ access }) => access !== 'gateway' && access !== 'signature')) {
    test(`rubbish: ${operation.id}`, async () => {
      await fc.assert(
        fc.asyncProperty(rubbish(operation), async (request) => {
          const answers = await Promise.all(armsWith(operation.id).map((arm) => call(arm, request)));
          for (const answer of answers) check(operation, answer, request);
          const [first, second] = answers;
          if (!second) return;
          assert.equal(second.status, first!.status, second.text + first!.text);
          if (second.status >= 400) assert.deepEqual(unordered(second.json), unordered(first!.json));
        }),
        { numRuns: 120 },
      );
    });
  }

  test('rubbish: callbacks.receive, signed', async () => {
    const receive = operations.find(({ id }) => id === 'callbacks.receive')!;
    const { schema, examples } = receive.body!;
    const bodies = fc.oneof(
      nearly(schema, Object.values(examples!)).map((body) => Buffer.from(JSON.stringify(body))),
      anyJson.map((json) => Buffer.from(JSON.stringify(json) ?? 'null')),
      fc.uint8Array({ maxLength: 100 }).map((bytes) => Buffer.from(bytes)),
    );
    await fc.assert(
      fc.asyncProperty(bodies, async (body) => {
        const [legacy, functions] = await Promise.all(arms.map((arm) => callback(arm, body)));
        for (const answer of [legacy!, functions!]) check(receive, answer, { path: body.toString('latin1') });
        assert.equal(functions!.status, legacy!.status, functions!.text + legacy!.text);
      }),
      { numRuns: 120 },
    );
  });
}

function check(operation: Operation, answer: Answer, request: Call): void {
  const shown = JSON.stringify(request).slice(0, 300);
  assert.ok(answer.status < 500, `${answer.status} ${answer.text} for ${shown}`);
  isDocumented(operation, answer);
  if (answer.status < 400) return;
  const { type, status, errors } = answer.json as { type: string; status: number; errors?: { detail: string }[] };
  assert.equal(answer.headers['content-type'], problemMediaType, shown);
  assert.equal(status, answer.status);
  if (!type.endsWith('/validation-failed')) return;
  assert.ok(errors && errors.length > 0, `no errors listed for ${shown}`);
  for (const { detail, ...where } of errors) {
    assert.ok(detail);
    assert.equal(Object.keys(where).length, 1, 'each says where, in one way');
  }
}

// The arms look at the parts of a request in orders of their own.
function unordered(json: unknown): unknown {
  const { errors, ...rest } = json as { errors?: unknown[] };
  return { ...rest, errors: errors?.map((error) => JSON.stringify(error)).sort() };
}
