import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { armOf, bucketOf, routeSalt } from './arms.ts';

const subject = fc.string({ unit: 'binary' });

test('known subjects stand where SHA-256 says', () => {
  // printf 'exchange-v1/quotes.create:free' | sha256sum | cut -c1-8, read as little-endian, modulo 10,000.
  assert.equal(bucketOf('exchange-v1/quotes.create', 'free'), 0x9ff5fb26 % 10_000);
});

test('a subject stays on its arm, and raising the share moves nobody back', () => {
  const share = fc.integer({ min: 0, max: 10_000 });
  fc.assert(
    fc.property(subject, share, share, (who, a, b) => {
      const [low, high] = [Math.min(a, b), Math.max(a, b)];
      const at = (basisPoints: number) => armOf({ mode: 'split', basisPoints }, 'salt', who);
      if (at(low) === 'functions') assert.equal(at(high), 'functions');
      assert.equal(at(low), at(low));
      assert.equal(at(0), 'legacy');
      assert.equal(at(10_000), 'functions');
    }),
  );
});

test('the modes without a share do not look at the subject', () => {
  fc.assert(
    fc.property(subject, (who) => {
      assert.equal(armOf({ mode: 'legacy' }, 'salt', who), 'legacy');
      assert.equal(armOf({ mode: 'shadow' }, 'salt', who), 'legacy');
      assert.equal(armOf({ mode: 'functions' }, 'salt', who), 'functions');
    }),
  );
});

test('a split of a hundred thousand subjects is within six standard deviations of its share', () => {
  const count = 100_000;
  for (const basisPoints of [25, 1000, 5000]) {
    let functions = 0;
    for (let index = 0; index < count; index++)
      if (armOf({ mode: 'split', basisPoints }, 'salt', `partner-${index}`) === 'functions') functions++;
    const share = basisPoints / 10_000;
    const deviation = Math.sqrt(count * share * (1 - share));
    assert.ok(Math.abs(functions - count * share) < 6 * deviation, `${functions} of ${count} at ${share}`);
  }
});

test('being early on one route says nothing of another', () => {
  const count = 20_000;
  const early = (operation: string, who: string) => bucketOf(routeSalt('exchange-v1', operation), who) < 5000;
  let both = 0;
  for (let index = 0; index < count; index++)
    if (early('quotes.create', `p${index}`) && early('exchanges.create', `p${index}`)) both++;
  assert.ok(Math.abs(both - count / 4) < 6 * Math.sqrt(count * 0.25 * 0.75), `${both} of ${count}`);
});
