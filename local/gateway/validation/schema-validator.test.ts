import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { SchemaCheck } from './check.ts';
import { SchemaValidator } from './schema-validator.ts';

const json = (document: Record<string, unknown>): SchemaCheck => ({
  ...{ format: 'json', document, place: '#', allowAdditional: undefined, ignoreCase: false, others: {} },
});

test('gateway: validation: what takes too long is given up; what waited behind it is checked', async (t) => {
  const validator = new SchemaValidator(1000);
  t.after(() => validator.close());
  const slow = json({ type: 'string', pattern: '^(a+)+$' });
  const [first, second, third, fourth] = await Promise.all([
    validator.check(slow, Buffer.from(`"${'a'.repeat(60)}!"`)),
    validator.check(slow, Buffer.from('"aa"')),
    validator.check(json({ type: 'integer' }), Buffer.from('"aa"')),
    validator.check(json({ $ref: '#/none' }), undefined),
  ]);
  assert.deepEqual(first, { outcome: 'unchecked', reason: 'It took longer than 1000 ms.' });
  assert.equal(second.outcome, 'conforms');
  assert.equal(third.outcome, 'differs');
  assert.equal(fourth.outcome, 'unusable schema');
});

test('gateway: validation: values that nest without end are refused, and the next one is checked', async (t) => {
  const validator = new SchemaValidator(60_000);
  t.after(() => validator.close());
  const schema = json({ type: 'array', items: { $ref: '#' } });
  const deep = Buffer.from(`${'['.repeat(200_000)}${']'.repeat(200_000)}`);
  assert.equal((await validator.check(schema, deep)).outcome, 'unchecked');
  assert.equal((await validator.check(schema, Buffer.from('[[]]'))).outcome, 'conforms');
});

test('gateway: validation: a schema above 4 MB cannot be used', async (t) => {
  const validator = new SchemaValidator(60_000);
  t.after(() => validator.close());
  const outcome = async (length: number) => {
    const verdict = await validator.check(json({ description: 'a'.repeat(length) }), Buffer.from('1'));
    return verdict.outcome;
  };
  assert.deepEqual([await outcome(4_000_000), await outcome(4_300_000)], ['conforms', 'unusable schema']);
});
