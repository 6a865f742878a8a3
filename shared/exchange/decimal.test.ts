import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  compare,
  cutDigits,
  cutPlaces,
  divide,
  formatDecimal,
  multiply,
  parseDecimal,
  placesOf,
  subtract,
} from './decimal.ts';

const decimalText = fc
  .tuple(fc.bigInt({ min: 0n, max: 10n ** 24n }), fc.integer({ min: 0, max: 18 }))
  .map(([units, scale]) => formatDecimal({ units, scale }));

test('what is written is read again, without trailing zeros', () => {
  fc.assert(fc.property(decimalText, (text) => assert.equal(formatDecimal(parseDecimal(text)), text)));
  assert.equal(formatDecimal(parseDecimal('0.2500')), '0.25');
  assert.equal(formatDecimal(parseDecimal('100')), '100');
  assert.equal(formatDecimal(parseDecimal('0.000')), '0');
});

test('what is no plain decimal is refused', () => {
  for (const text of ['', '.5', '5.', '1e3', ' 1', '0x1', 'NaN', '1,5']) {
    assert.throws(() => parseDecimal(text), RangeError, text);
  }
});

test('floating point’s classic errors do not happen', () => {
  const times = (a: string, b: string) => formatDecimal(multiply(parseDecimal(a), parseDecimal(b)));
  const minus = (a: string, b: string) => formatDecimal(subtract(parseDecimal(a), parseDecimal(b)));
  assert.equal(times('0.1', '0.2'), '0.02');
  assert.equal(minus('0.3', '0.1'), '0.2');
  assert.equal(minus('0.1', '0.3'), '-0.2');
  assert.equal(times('999999999999999999.999999999999999999', '3'), '2999999999999999999.999999999999999997');
});

test('a quotient has the digits asked for and is never too large', () => {
  const positive = decimalText.filter((text) => /[1-9]/.test(text));
  fc.assert(
    fc.property(positive, positive, (a, b) => {
      const quotient = divide(parseDecimal(a), parseDecimal(b), 12);
      const back = multiply(quotient, parseDecimal(b));
      assert.ok(compare(back, parseDecimal(a)) <= 0, 'cut off, not rounded up');
      const error = subtract(parseDecimal(a), back);
      // Relative error below 10^-11: twelve digits are right.
      assert.ok(compare(multiply(error, parseDecimal('100000000000')), parseDecimal(a)) < 0 || error.units === 0n);
    }),
  );
  assert.equal(formatDecimal(divide(parseDecimal('1'), parseDecimal('3'), 12)), '0.333333333333');
  assert.equal(
    formatDecimal(divide(parseDecimal('0.000012'), parseDecimal('115000.5'), 12)),
    '0.000000000104347372402',
  );
});

test('cutting goes towards zero', () => {
  assert.equal(formatDecimal(cutPlaces(parseDecimal('1.999'), 2)), '1.99');
  assert.equal(formatDecimal(cutPlaces(parseDecimal('1.9'), 4)), '1.9');
  assert.equal(formatDecimal(cutDigits(parseDecimal('123.456'), 4)), '123.4');
  assert.equal(formatDecimal(cutDigits(parseDecimal('0.00012345'), 3)), '0.000123');
  assert.equal(formatDecimal(cutDigits(parseDecimal('123456'), 3)), '123456');
});

test('places leave out trailing zeros', () => {
  assert.equal(placesOf(parseDecimal('1.500')), 1);
  assert.equal(placesOf(parseDecimal('7')), 0);
});
