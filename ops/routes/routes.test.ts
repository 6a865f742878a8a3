import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkLink, emptyChain } from '../../shared/audit/chain.ts';
import { operations } from '../../shared/contract/operations.ts';
import { routeSwitchName, type Operation } from '../../shared/contract/operation.ts';
import { revisionOf } from '../../shared/migration/route-state.ts';
import { memoryStreamStore } from '../../shared/streams/memory-stream-store.ts';
import { FailedError, UsageError, type Command } from '../command.ts';
import { shiftRecorder } from './record-shift.ts';
import { rollbackCommand } from './rollback-command.ts';
import { routeSwitches } from './route-switches.ts';
import type { RouteTools } from './route-tools.ts';
import { routesCommand } from './routes-command.ts';
import { shiftCommand } from './shift-command.ts';

/** A gateway that follows its administration after some probes, on a clock that only waiting and asking move. */
function gateway(options: { lag?: number; auditFails?: boolean } = {}) {
  const lag = options.lag ?? 0;
  const values = new Map<string, { value: string; tags: readonly string[] }>();
  for (const { id, access } of operations)
    if (access !== 'gateway') values.set(routeSwitchName(id), { value: 'legacy', tags: ['route'] });
  const live = new Map([...values].map(([name, { value }]) => [name, value]));
  let now = 0;
  let behind = 0;
  const store = memoryStreamStore(() => now);
  const record = shiftRecorder(store, () => now);
  const tools: RouteTools = {
    switches: routeSwitches({
      list: async () => [...values].map(([name, { value, tags }]) => ({ name, value, tags })),
      change: async ({ name, from, to, tags }) => {
        now += 100;
        assert.equal(values.get(name)?.value, from);
        values.set(name, { value: to, tags });
        behind = lag;
      },
    }),
    probe: async ({ id }: Operation) => {
      now += 5;
      const name = routeSwitchName(id);
      if (behind-- <= 0) live.set(name, revisionOf(values.get(name)!.value));
      return live.get(name);
    },
    record: async (event) => {
      if (options.auditFails) throw new Error('the store is away');
      await record(event);
    },
    clock: {
      now: () => now,
      wait: async (milliseconds) => {
        now += milliseconds;
      },
    },
  };
  return { tools, values, events: () => store.events('ops') };
}

async function run(make: typeof shiftCommand, tools: RouteTools, ...args: string[]) {
  const command: Command = make(operations, async () => tools);
  const out: string[] = [];
  const err: string[] = [];
  const code = await command.run(args, { out: (line) => out.push(line), err: (line) => err.push(line) });
  return { code, out, err };
}

test('a shift says how long the gateway took to follow, and is in the audit chain', async () => {
  const { tools, values, events } = gateway({ lag: 3 });
  const { code, out } = await run(
    shiftCommand,
    tools,
    'quotes.create',
    '--to',
    'split',
    '--percent',
    '0.25',
    '--reason',
    'first step',
  );
  assert.equal(code, 0);
  assert.deepEqual(out, ['quotes.create: legacy -> split:25, live after 180 ms (8 probes)']);
  assert.equal(values.get('route-quotes-create')?.value, 'split:25');
  assert.equal(events().length, 1);
  const { type, outcome, state, data, previousHash } = events()[0]!;
  assert.deepEqual(
    { type, outcome, state, data, previousHash },
    {
      type: 'traffic.shifted',
      outcome: 'applied',
      state: 'split:25',
      data: { operation: 'quotes.create', from: 'legacy', reason: 'first step', milliseconds: 180, probes: 8 },
      previousHash: null,
    },
  );
});

test('every shift links to the one before, and the chain verifies', async () => {
  const { tools, events } = gateway();
  await run(shiftCommand, tools, 'quotes.create', '--to', 'functions');
  await run(shiftCommand, tools, 'quotes.get', '--to', 'functions');
  await run(rollbackCommand, tools, 'quotes.create');
  let tip = emptyChain;
  for (const event of events()) {
    const next = checkLink(tip, event);
    if (typeof next === 'string') assert.fail(next);
    tip = next;
  }
  assert.deepEqual(
    events().map(({ sequence, type, state }) => [sequence, type, state]),
    [
      [1, 'traffic.shifted', 'functions'],
      [2, 'traffic.shifted', 'functions'],
      [3, 'traffic.rolled-back', 'legacy'],
    ],
  );
});

test('a rollback goes to legacy, or to where the switch was', async () => {
  const { tools, values } = gateway();
  const at = () => values.get('route-quotes-create')?.value;
  await run(shiftCommand, tools, 'quotes.create', '--to', 'split', '--percent', '10');
  await run(shiftCommand, tools, 'quotes.create', '--to', 'split', '--percent', '50');
  assert.equal((await run(rollbackCommand, tools, 'quotes.create', '--previous')).code, 0);
  assert.equal(at(), 'split:1000');
  assert.equal((await run(rollbackCommand, tools, 'quotes.create')).code, 0);
  assert.equal(at(), 'legacy');
  const never = await run(rollbackCommand, tools, 'quotes.get', '--previous');
  assert.equal(never.code, 1);
  assert.match(never.err[0]!, /was never shifted/);
});

test('a switch that was set to nonsense by hand is shown as invalid, and a shift repairs it', async () => {
  const { tools, values } = gateway();
  values.set('route-quotes-create', { value: 'split:99999', tags: ['route'] });
  const table = await run(routesCommand, tools);
  assert.equal(table.code, 1);
  assert.ok(table.out.some((line) => /^quotes\.create +invalid +0% +split:99999 +invalid \(!\)$/.test(line)));
  assert.equal((await run(shiftCommand, tools, 'quotes.create', '--to', 'functions')).code, 0);
  assert.equal(values.get('route-quotes-create')?.value, 'functions');
});

test('nonsense that stood in a switch is never written back', async () => {
  const { tools, values, events } = gateway();
  values.set('route-quotes-create', { value: 'split:99999', tags: ['route'] });
  await run(shiftCommand, tools, 'quotes.create', '--to', 'functions');
  await assert.rejects(run(rollbackCommand, tools, 'quotes.create', '--previous'), (error) => {
    assert.ok(error instanceof FailedError);
    assert.match(
      error.message,
      /^quotes\.create: "split:99999" is no state of a route, and is not written: use legacy/,
    );
    return true;
  });
  assert.equal(values.get('route-quotes-create')?.value, 'functions');
  assert.equal(events().length, 1);
});

test('a gateway that does not follow in time is told, and recorded as such', async () => {
  const { tools, events } = gateway({ lag: Infinity });
  const { code, err } = await run(shiftCommand, tools, 'quotes.create', '--to', 'functions', '--timeout', '1');
  assert.equal(code, 1);
  assert.match(err[0]!, /accepted, but not seen at the gateway in 10\d\d ms/);
  assert.equal(events()[0]?.outcome, 'not-confirmed');
});

test('a shift on top of one that the gateway has not followed yet needs force and a reason', async () => {
  const { tools, values } = gateway();
  const silent = { ...tools, probe: async () => undefined };
  const refused = await run(shiftCommand, silent, 'quotes.create', '--to', 'functions');
  assert.equal(refused.code, 1);
  assert.match(refused.err[0]!, /its switch says legacy, but the gateway does not answer/);
  assert.equal(values.get('route-quotes-create')?.value, 'legacy');
  const why = ['--force', '--reason', 'gateway is being replaced', '--timeout', '1'];
  await run(shiftCommand, silent, 'quotes.create', '--to', 'functions', ...why);
  assert.equal(values.get('route-quotes-create')?.value, 'functions');
});

test('one instance that is behind does not count as followed', async () => {
  const { tools } = gateway();
  let asked = 0;
  // The first is asked before the shift.
  const probe: RouteTools['probe'] = async () => ([1, 4].includes(++asked) ? 'legacy' : 'functions');
  const { out } = await run(shiftCommand, { ...tools, probe }, 'quotes.create', '--to', 'functions');
  assert.match(out[0]!, /\(8 probes\)/);
});

test('an audit store that is away does not stop the traffic from moving, but the exit code tells', async () => {
  const { tools, values } = gateway({ auditFails: true });
  const { code, err } = await run(shiftCommand, tools, 'quotes.create', '--to', 'functions');
  assert.equal(code, 1);
  assert.match(err[0]!, /moved, but not in the audit trail: the store is away/);
  assert.equal(values.get('route-quotes-create')?.value, 'functions');
});

test('a dry run and a shift to where the traffic is change nothing', async () => {
  const { tools, values, events } = gateway();
  const dry = await run(shiftCommand, tools, 'quotes.create', '--to', 'functions', '--dry-run');
  assert.deepEqual(dry.out, ['quotes.create: legacy -> functions (not done: --dry-run)']);
  const same = await run(shiftCommand, tools, 'quotes.create', '--to', 'legacy');
  assert.deepEqual(same.out, ['quotes.create: is legacy already']);
  assert.equal(values.get('route-quotes-create')?.value, 'legacy');
  assert.equal(events().length, 0);
});

for (const [args, expected] of [
  [['quote.create', '--to', 'legacy'], /no operation is called "quote\.create": did you mean quotes\.create\?/],
  [['quotas.consume', '--to', 'legacy'], /no operation is called "quotas\.consume"/],
  [['--to', 'legacy'], /name an operation/],
  [['quotes.create', 'quotes.get', '--to', 'legacy'], /one operation at a time/],
  [['quotes.create'], /say where to/],
  [['quotes.create', '--to', 'nowhere'], /--to nowhere: use legacy, functions or split/],
  [['quotes.create', '--to', 'split'], /needs --percent/],
  [['quotes.create', '--to', 'split', '--percent', '0.001'], /needs --percent/],
  [['quotes.create', '--to', 'legacy', '--percent', '5'], /with --to split only/],
  [['quotes.create', '--to', 'legacy', '--force'], /needs --reason/],
  [['quotes.create', '--to', 'legacy', '--timeout', 'soon'], /use seconds/],
] as const)
  test(`ops shift ${args.join(' ')} is a wrong call`, async () => {
    const { tools } = gateway();
    await assert.rejects(run(shiftCommand, tools, ...args), (error) => {
      assert.ok(error instanceof UsageError);
      assert.match(error.message, expected);
      return true;
    });
  });

test('the table shows the switch and what the gateway does, and tells where they differ', async () => {
  const { tools, values } = gateway();
  await run(shiftCommand, tools, 'quotes.create', '--to', 'split', '--percent', '12.5');
  const agreed = await run(routesCommand, tools);
  assert.equal(agreed.code, 0);
  assert.match(agreed.out[0]!, /^operation +mode +functions +switch +live at the gateway$/);
  assert.ok(agreed.out.some((line) => /^quotes\.create +split +12\.5% +split:1250 +split:1250$/.test(line)));
  assert.equal(agreed.out.length, operations.filter(({ access }) => access !== 'gateway').length + 1);

  values.delete('route-quotes-get');
  const fixed = await run(routesCommand, {
    ...tools,
    probe: async ({ id }) => (id === 'quotes.get' ? 'functions' : tools.probe({ id } as Operation)),
  });
  assert.equal(fixed.code, 0);
  assert.ok(fixed.out.some((line) => /^quotes\.get +functions +100% +fixed +functions$/.test(line)));
  await assert.rejects(run(shiftCommand, tools, 'quotes.get', '--to', 'legacy'), (error) => {
    assert.ok(error instanceof FailedError);
    assert.match(error.message, /the gateway has no switch for it/);
    return true;
  });

  const probe: RouteTools['probe'] = async () => undefined;
  const silent = await run(routesCommand, { ...tools, probe });
  assert.equal(silent.code, 1);
  assert.ok(silent.out.some((line) => /^health +legacy +0% +legacy +no answer \(!\)$/.test(line)));
});
