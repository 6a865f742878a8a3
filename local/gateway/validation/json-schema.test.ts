import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { JsonSchemaCheck, Problem } from './check.ts';
import { positionsIn } from './json-position.ts';
import { JsonSchema } from './json-schema.ts';

const plain = { place: '#', allowAdditional: undefined, ignoreCase: false, others: {} };

function problems(document: object, value: unknown, options: Partial<JsonSchemaCheck> = {}): readonly Problem[] {
  const schema = new JsonSchema({
    format: 'json',
    document: document as Record<string, unknown>,
    ...plain,
    ...options,
  });
  const text = typeof value === 'string' && value.startsWith('text:') ? value.slice(5) : JSON.stringify(value);
  const verdict = schema.verdict(Buffer.from(text));
  return verdict.outcome === 'differs' ? verdict.problems : [];
}

const messages = (document: object, value: unknown) => problems(document, value).map(({ message }) => message);

const cases: readonly [schema: object, value: unknown, ...messages: string[]][] = [
  [{ type: 'string' }, 1, 'Invalid type. Expected String but got Integer.'],
  [{ type: ['string', 'null'] }, [], 'Invalid type. Expected String, Null but got Array.'],
  [{ required: ['a', 'b'] }, {}, 'Required properties are missing from object: a, b.'],
  [
    { additionalProperties: false },
    { a: 1 },
    "Property 'a' has not been defined and the schema does not allow additional properties.",
  ],
  [{ minimum: 2 }, 1, 'Integer 1 is less than minimum value of 2.'],
  [{ maximum: 2 }, 2.5, 'Float 2.5 exceeds maximum value of 2.'],
  [{ exclusiveMinimum: 2 }, 2, 'Integer 2 equals minimum value of 2 and exclusive minimum is true.'],
  [{ exclusiveMaximum: 2 }, 3, 'Integer 3 exceeds maximum value of 2 and exclusive maximum is true.'],
  [{ multipleOf: 2 }, 3, 'Integer 3 is not a multiple of 2.'],
  [{ minLength: 2 }, 'a', "String 'a' is less than minimum length of 2."],
  [{ maxLength: 1 }, 'ab', "String 'ab' exceeds maximum length of 1."],
  [{ pattern: '^\\d+$' }, 'x', "String 'x' does not match regex pattern '^\\d+$'."],
  [{ pattern: '^[\\w\\-]$' }, '!', "String '!' does not match regex pattern '^[\\w\\-]$'."],
  [{ format: 'date' }, 'x', "String 'x' does not validate against format 'date'."],
  [{ enum: ['a'] }, 'b', 'Value "b" is not defined in enum.'],
  [{ const: 1 }, 2, 'Value 2 does not match const.'],
  [{ minItems: 1 }, [], 'Array item count 0 is less than minimum count of 1.'],
  [{ maxItems: 1 }, [1, 2], 'Array item count 2 exceeds maximum count of 1.'],
  [{ uniqueItems: true }, [1, 1], 'Non-unique array item at index 1.'],
  [{ minProperties: 1 }, {}, 'Object property count 0 is less than minimum count of 1.'],
  [{ maxProperties: 0 }, { a: 1 }, 'Object property count 1 exceeds maximum count of 0.'],
  [{ anyOf: [{ type: 'string' }, { minimum: 2 }] }, 1, "JSON does not match any schemas from 'anyOf'."],
  [{ oneOf: [{ type: 'string' }, { type: 'null' }] }, 1, "JSON is valid against no schemas from 'oneOf'."],
  [{ oneOf: [{}, {}] }, 1, "JSON is valid against more than one schema from 'oneOf'. Valid schema indexes: 0, 1."],
  [{ not: {} }, 1, "JSON is valid against schema from 'not'."],
  [{ dependencies: { a: ['b'] } }, { a: 1 }, "Dependencies for property 'a' failed. Missing required keys: b."],
  [{ properties: { a: false } }, { a: 1 }, 'Schema always fails validation.'],
  [{ contains: { const: 1 } }, [2], 'No items match contains.'],
  [
    JSON.parse('{"if":{},"then":{"required":["a"]}}') as object,
    {},
    'Required properties are missing from object: a.',
    "JSON does not match schema from 'then'.",
  ],
];

test('gateway: JSON schemas: what is wrong is said as Newtonsoft.Json.Schema says it', () => {
  for (const [schema, value, ...expected] of cases) {
    // Of a choice the alternatives' own errors are left out: "Value 2 does not match const" of contains says nothing more.
    const told = messages(schema, value).filter((one) => expected.length > 1 || one === expected[0]);
    assert.deepEqual(told.sort(), [...expected].sort(), JSON.stringify(schema));
    assert.notEqual(told.length, 0);
  }
});

test('gateway: JSON schemas: a property counts only when the body has it, whatever objects have by birth', () => {
  const required = { required: ['toString', '__proto__'] };
  assert.deepEqual(messages(required, {}), ['Required properties are missing from object: toString, __proto__.']);
  assert.deepEqual(messages(required, 'text:{"toString":1,"__proto__":1}'), []);
  const described = { properties: { constructor: { type: 'string' } }, additionalProperties: false };
  assert.deepEqual(messages(described, {}), []);
  assert.deepEqual(messages(described, { constructor: 1 }), ['Invalid type. Expected String but got Integer.']);
});

const draft4 = 'http://json-schema.org/draft-04/schema#';

test('gateway: JSON schemas: draft 4 and OpenAPI 3.0 mean what they say', () => {
  const fits = (schema: object, value: unknown) => problems({ $schema: draft4, ...schema }, value).length === 0;
  assert.deepEqual(
    [fits({ minimum: 2, exclusiveMinimum: true }, 2), fits({ minimum: 2, exclusiveMinimum: false }, 2)],
    [false, true],
  );
  assert.deepEqual(
    [fits({ type: 'string', nullable: true }, null), fits({ type: 'string', nullable: false }, null)],
    [true, false],
  );
  assert.ok(
    fits({ $ref: '#/definitions/a', type: 'string', definitions: { a: { type: 'integer' } } }, 1),
    'nothing counts beside $ref',
  );
  const later = { $ref: '#/definitions/a', minimum: 2, definitions: { a: { type: 'integer' } } };
  assert.equal(problems(later, 1).length, 1, 'but from 2019-09 on it does');
  const tuple = {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    prefixItems: [{ type: 'string' }],
    items: false,
  };
  assert.deepEqual([problems(tuple, ['a']).length, problems(tuple, ['a', 1]).length], [0, 1]);
  const data = {
    properties: { a: { enum: [{ nullable: true, type: 'x' }] }, enum: { type: 'integer', nullable: true } },
  };
  assert.ok(fits(data, { a: { nullable: true, type: 'x' }, enum: null }), 'data in a schema stays as it is');
});

test('gateway: JSON schemas: content that is no JSON, no text of its charset, or nests without end', () => {
  const schema = new JsonSchema({ format: 'json', document: { type: 'array', items: { $ref: '#' } }, ...plain });
  const outcome = (content: Buffer, charset?: string) => schema.verdict(content, charset).outcome;
  assert.equal(outcome(Buffer.from('\uFEFF[[]]')), 'conforms');
  assert.equal(outcome(Buffer.from('[[]]', 'utf16le'), 'utf-16'), 'conforms');
  for (const text of ['', '{', '[01]', "['a']", 'NaN']) assert.equal(outcome(Buffer.from(text)), 'unchecked', text);
  assert.equal(outcome(Buffer.from([0x5b, 0x22, 0xff, 0x22, 0x5d])), 'unchecked');
  assert.equal(outcome(Buffer.from('[]'), 'klingon'), 'unchecked');
  assert.throws(() => new JsonSchema({ format: 'json', document: { $ref: '#/none' }, ...plain }), /resolve/);
});

test('gateway: JSON schemas: problems of a huge body are few', () => {
  const text = `text:[${'0,'.repeat(300_000)}0]`;
  assert.equal(problems({ items: { type: 'string' } }, text).length, 1);
  assert.equal(problems({ items: { type: 'string' } }, `text:[${'0,'.repeat(3000)}0]`).length, 100);
});

test('gateway: JSON schemas: names whose case does not count are those of the schema', () => {
  const ignoring = { ignoreCase: true };
  const document = {
    properties: { Name: { type: 'string' }, list: { type: 'array', items: { required: ['inner'] } } },
    additionalProperties: false,
  };
  assert.deepEqual(
    problems(document, { nAME: 1, LIST: [{ INNER: 1 }, {}], other: 1 }, ignoring)
      .map(({ message }) => message)
      .sort(),
    [
      'Invalid type. Expected String but got Integer.',
      "Property 'other' has not been defined and the schema does not allow additional properties.",
      'Required properties are missing from object: inner.',
    ],
  );
  const names = { propertyNames: { pattern: '^a' } };
  assert.deepEqual([problems(names, { Ab: 1 }, ignoring).length, problems(names, { Ab: 1 }).length > 0], [0, true]);
});

const json = fc.jsonValue({ maxDepth: 4 }) as fc.Arbitrary<unknown>;

/** Every value inside a value, by its pointer. */
function values(value: unknown, pointer = ''): [string, unknown][] {
  const inside =
    typeof value === 'object' && value !== null
      ? Object.entries(value).flatMap(([name, one]) =>
          values(one, `${pointer}/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`),
        )
      : [];
  return [[pointer, value], ...inside];
}

test('gateway: fuzz: a problem is told where its value stands', () => {
  fc.assert(
    fc.property(json, fc.constantFrom('', ' ', '\t'), (value, indent) => {
      const text = JSON.stringify(value, null, indent);
      const lines = text.split('\n');
      const positionOf = positionsIn(text);
      const pointers = values(JSON.parse(text));
      const keys = pointers.map(([pointer]) => pointer.toLowerCase());
      for (const [pointer, inner] of pointers) {
        // Names that differ in their case alone are one here.
        if (keys.indexOf(pointer.toLowerCase()) !== keys.lastIndexOf(pointer.toLowerCase())) continue;
        const { line, position } = positionOf(pointer);
        const rest = [lines[line - 1]!.slice(position - 1), ...lines.slice(line)].join('\n');
        const start =
          typeof inner === 'object' && inner !== null ? (Array.isArray(inner) ? '[' : '{') : JSON.stringify(inner);
        assert.ok(rest.startsWith(start), `${pointer} of ${text}`);
      }
    }),
    { numRuns: 500 },
  );
});

test('gateway: fuzz: the case of names changes no verdict when it does not count', () => {
  const schema = new JsonSchema({
    format: 'json',
    document: {
      type: 'object',
      required: ['Ab'],
      properties: { Ab: { type: 'integer' }, cd: { $ref: '#' } },
      additionalProperties: false,
    },
    ...{ ...plain, ignoreCase: true },
  });
  const shape = fc.record(
    { ab: fc.oneof(fc.integer(), fc.string()), cd: fc.dictionary(fc.constantFrom('ab', 'cd', 'ef'), fc.integer()) },
    { requiredKeys: [] },
  );
  fc.assert(
    fc.property(shape, fc.boolean(), (value, upper) => {
      const text = JSON.stringify(value);
      const changed = text.replaceAll(/"(ab|cd|ef)":/g, (key) =>
        upper ? key.toUpperCase() : key[1] === 'a' ? '"Ab":' : key,
      );
      assert.equal(schema.verdict(Buffer.from(changed)).outcome, schema.verdict(Buffer.from(text)).outcome);
    }),
    { numRuns: 300 },
  );
});
