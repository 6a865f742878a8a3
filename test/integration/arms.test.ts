import assert from 'node:assert/strict';
import { test } from 'node:test';
import { expressionTypes } from '../../local/gateway/context-types.ts';
import { compileSource } from '../../local/gateway/expressions/compile.ts';
import { armExpression } from '../../shared/azure/apim/route-fragments.ts';
import { bucketOf, routeSalt } from '../../shared/migration/arms.ts';

const million = 1_000_000;

/** The expression of the policy, run by the engine of the local gateway. */
function policyArm(): (route: string, subject: string) => unknown {
  const source = `@{ ${armExpression.code.replaceAll('{{arm-salt}}', 'exchange-v1')} }`;
  const compiled = compileSource(source, expressionTypes);
  const variables = new Map<string, unknown>([['operation', 'quotes.create']]);
  const context = { variables, subscription: null, request: { ip: '' } };
  return (route, subject) => {
    variables.set('route', route);
    variables.set('subject', subject);
    return compiled.evaluate(context);
  };
}

/** Text from every plane of Unicode, lone surrogates included; the same every run. */
function* subjects(count: number): Generator<string> {
  let state = 0x2545f491;
  const next = (below: number) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
  const ranges = [0x80, 0x800, 0x1_0000, 0x11_0000];
  for (let index = 0; index < count; index++) {
    const length = 1 + next(12);
    let text = '';
    for (let at = 0; at < length; at++) text += String.fromCodePoint(1 + next(ranges[next(4)]! - 1));
    yield `${text}${index}`;
  }
}

test('a million Unicode subjects stand where TypeScript and the policy both say, and shares are what they say', () => {
  const arm = policyArm();
  const salt = routeSalt('exchange-v1', 'quotes.create');
  const shares = [25, 1000, 5000];
  const below = shares.map(() => 0);
  for (const subject of subjects(million)) {
    const bucket = bucketOf(salt, subject);
    // At the edge, where any difference shows: legacy at a share of its bucket, functions at one more.
    const share = bucket + (bucket % 2);
    if (arm(`split:${share}`, subject) !== (share > bucket ? 'functions' : 'legacy'))
      assert.fail(`the policy deals ${JSON.stringify(subject)} otherwise than bucket ${bucket}`);
    for (const [index, limit] of shares.entries()) if (bucket < limit) below[index]! += 1;
  }
  for (const [index, share] of shares.entries()) {
    const expected = (million * share) / 10_000;
    const deviation = Math.sqrt(expected * (1 - share / 10_000));
    assert.ok(Math.abs(below[index]! - expected) < 5 * deviation, `${below[index]} of a million at ${share}`);
  }
});

test('text that is no state of a route means legacy', () => {
  const arm = policyArm();
  const none = [
    '',
    'split',
    'split:',
    'split:-1',
    'split:1.5',
    'split:10001',
    'split:99999',
    'split:123456',
    'Functions',
  ];
  for (const route of [...none, 'split:010000', 'split:10000\n', 'split: 10000', 'functions\n', 'shadow', 'legacy'])
    assert.equal(arm(route, 'anyone'), 'legacy', route);
  assert.equal(arm('functions', 'anyone'), 'functions');
  assert.equal(arm('split:10000', 'anyone'), 'functions');
});
