import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Container } from '@azure/cosmos';
import { ask, startTestAccount } from './test-account.ts';

let account: Awaited<ReturnType<typeof startTestAccount>>;
let container: Container;
before(async () => {
  account = await startTestAccount();
  container = await account.container();
});
after(() => account[Symbol.asyncDispose]());

/** Evaluates each expression by itself; a result that is undefined is left out by the service. */
async function gives(expected: Record<string, unknown>): Promise<void> {
  for (const [expression, value] of Object.entries(expected)) {
    const found = await ask(container, `SELECT VALUE ${expression}`, [], { partitionKey: 'a' });
    assert.deepEqual(found, value === undefined ? [] : [value], expression);
  }
}

test('cosmos: functions: strings', () =>
  gives({
    "CONCAT('a', 'b', 'c')": 'abc',
    "CONTAINS('Straße', 'raß')": true,
    "CONTAINS('ABC', 'b', true)": true,
    "STARTSWITH('abc', 'A')": false,
    "STARTSWITH('abc', 'A', true)": true,
    "ENDSWITH('abc', 'bc')": true,
    "STRINGEQUALS('a', 'A', true)": true,
    "INDEX_OF('hello', 'l')": 2,
    "INDEX_OF('hello', 'z')": -1,
    "LENGTH('four')": 4,
    "UPPER('aé')": 'AÉ',
    "LOWER('AÉ')": 'aé',
    "TRIM('  x ')": 'x',
    "LTRIM('  x ')": 'x ',
    "RTRIM('  x ')": '  x',
    "LEFT('abc', 2)": 'ab',
    "RIGHT('abc', 2)": 'bc',
    "SUBSTRING('abcde', 1, 3)": 'bcd',
    "REPLACE('a.b.c', '.', '-')": 'a-b-c',
    "REPLICATE('ab', 2)": 'abab',
    "REVERSE('abc')": 'cba',
    "REGEXMATCH('abcd', '^AB', 'i')": true,
    "StringSplit('a,b', ',')": ['a', 'b'],
    "StringJoin(['a', 'b'], '-')": 'a-b',
    'TOSTRING(1.5)': '1.5',
    'TOSTRING([1, "a"])': '[1,"a"]',
    "StringToNumber('1e3')": 1000,
    "StringToNumber('x')": undefined,
    "StringToBoolean('true')": true,
    "StringToNull('null')": null,
    "StringToArray('[1, 2]')": [1, 2],
    'StringToObject(\'{"a": 1}\')': { a: 1 },
    'UPPER(1)': undefined,
  }));

test('cosmos: functions: numbers', () =>
  gives({
    'ABS(-1.5)': 1.5,
    'FLOOR(1.7)': 1,
    'CEILING(1.2)': 2,
    'ROUND(2.5)': 3,
    'ROUND(-2.5)': -3,
    'TRUNC(-1.7)': -1,
    'SIGN(-3)': -1,
    'SQRT(16)': 4,
    'SQUARE(3)': 9,
    'POWER(2, 10)': 1024,
    'LOG10(1000)': 3,
    'EXP(0)': 1,
    'PI() > 3.14': true,
    'IntAdd(2, 3)': 5,
    'IntDiv(7, 2)': 3,
    "ABS('x')": undefined,
    '1 / 0': undefined,
    '7 % 4': 3,
    '1 << 4': 16,
    '~5': -6,
  }));

test('cosmos: functions: types', () =>
  gives({
    'IS_ARRAY([])': true,
    'IS_OBJECT({})': true,
    'IS_OBJECT([])': false,
    'IS_STRING("")': true,
    'IS_NUMBER(1)': true,
    'IS_BOOL(false)': true,
    'IS_NULL(null)': true,
    'IS_DEFINED(undefined)': false,
    'IS_PRIMITIVE(null)': true,
    'IS_PRIMITIVE({})': false,
    'IS_INTEGER(1.5)': false,
    'IS_FINITE_NUMBER(1)': true,
    'IIF(1 = 1, "yes", "no")': 'yes',
    "CHOOSE(2, 'a', 'b')": 'b',
  }));

test('cosmos: functions: arrays, sets and objects', () =>
  gives({
    "ARRAY_CONTAINS(['a', 'b'], 'b')": true,
    'ARRAY_CONTAINS([{a: 1, b: 2}], {a: 1})': false,
    'ARRAY_CONTAINS([{a: 1, b: 2}], {a: 1}, true)': true,
    'ARRAY_CONTAINS_ANY([1, 2], 2, 3)': true,
    'ARRAY_CONTAINS_ALL([1, 2], 2, 3)': false,
    'ARRAY_LENGTH([1, [2, 3]])': 2,
    'ARRAY_SLICE([1, 2, 3, 4], 1, 2)': [2, 3],
    'ARRAY_SLICE([1, 2, 3, 4], -2)': [3, 4],
    'ARRAY_CONCAT([1], [2], [[3]])': [1, 2, [3]],
    'SetIntersect([1, 2, 2], [2, 3])': [2],
    'SetUnion([1, 2], [2, 3])': [1, 2, 3],
    "ObjectToArray({a: 1, b: 'x'})": [
      { k: 'a', v: 1 },
      { k: 'b', v: 'x' },
    ],
    "ARRAY_LENGTH('x')": undefined,
  }));

test('cosmos: functions: dates', async () => {
  await gives({
    "DateTimeAdd('day', 1, '2026-02-28T12:00:00.0000000Z')": '2026-03-01T12:00:00.0000000Z',
    "DateTimeAdd('mm', -1, '2026-03-15T00:00:00Z')": '2026-02-15T00:00:00.0000000Z',
    "DateTimeDiff('hour', '2026-01-01T23:59:00Z', '2026-01-02T01:00:00Z')": 2,
    "DateTimePart('yyyy', '2026-05-06T07:08:09Z')": 2026,
    "DateTimePart('mi', '2026-05-06T07:08:09Z')": 8,
    "DateTimeToTimestamp('1970-01-01T00:00:01Z')": 1000,
    'TimestampToDateTime(0)': '1970-01-01T00:00:00.0000000Z',
    "DateTimeAdd('day', 1, 'no date')": undefined,
  });
  const [now] = await ask<number>(container, 'SELECT VALUE GetCurrentTimestamp()', [], { partitionKey: 'a' });
  assert.ok(Math.abs(Number(now) - Date.now()) < 60_000);
});

test('cosmos: functions: spatial, vector and user-defined ones are refused by name', async () => {
  const refusal = (expression: string, name: RegExp) =>
    assert.rejects(
      ask(container, `SELECT VALUE ${expression} FROM c`, [], { partitionKey: 'a' }),
      (error: { code: number; message: string }) => {
        assert.equal(error.code, 501);
        assert.match(error.message, name);
        return true;
      },
    );
  await refusal('ST_DISTANCE(c.a, c.b)', /ST_DISTANCE/);
  await refusal('VectorDistance(c.v, [1])', /VECTORDISTANCE/);
  await refusal('udf.tax(c.income)', /udf\.tax/);
});
