import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { RouteStateError } from './errors.ts';
import {
  basisPointsOf,
  formatRouteState,
  parseRouteState,
  percentOf,
  revisionOf,
  type RouteState,
} from './route-state.ts';

const states: fc.Arbitrary<RouteState> = fc.oneof(
  fc.constantFrom<RouteState>({ mode: 'legacy' }, { mode: 'shadow' }, { mode: 'functions' }),
  fc.integer({ min: 0, max: 10_000 }).map((basisPoints) => ({ mode: 'split' as const, basisPoints })),
);

test('a state survives its text', () => {
  fc.assert(
    fc.property(states, (state) => {
      assert.deepEqual(parseRouteState(formatRouteState(state)), state);
      assert.equal(revisionOf(formatRouteState(state)), formatRouteState(state));
    }),
  );
});

const invalid = ['', 'Legacy', 'split', 'split:', 'split:10001', 'split:-1', 'split:1.5', 'split:1 ', 'functions\n'];
for (const text of [...invalid, 'split:00', 'split:0025', 'split:99999', 'split:25\n', 'split:٢٥', 'a split:25'])
  test(`${JSON.stringify(text)} is no state`, () => {
    assert.equal(revisionOf(text), 'invalid');
    assert.throws(() => parseRouteState(text), RouteStateError);
  });

test('per cent is exact to the hundredth', () => {
  for (let basisPoints = 0; basisPoints <= 10_000; basisPoints++) {
    assert.equal(basisPointsOf(basisPoints / 100), basisPoints);
    assert.equal(basisPointsOf((basisPoints / 100).toFixed(2)), basisPoints);
    assert.equal(basisPointsOf(percentOf(basisPoints)), basisPoints);
  }
});

for (const percent of [-1, 0.001, 100.01, 101, Number.NaN, Infinity, 1e-7, '', '1.', '.5', '1e1', ' 5', '5%', '1000'])
  test(`${JSON.stringify(percent)} is no per cent`, () => {
    assert.equal(basisPointsOf(percent), undefined);
  });
