import { parseArgs } from 'node:util';
import { printTable } from '../bench/table.ts';
import { compare, type Outcome } from './compare.ts';
import { playSchedule } from './schedule.ts';
import { strategies } from './strategies.ts';

const usage = `usage: npm run simulate -- [--schedules N] [--seed S]
       npm run simulate -- --strategies

Plays N schedules (20000) of the ordered streams on simulated parts, from seed S (1) on, and checks each.
A violation prints the seed; \`--schedules 1 --seed S\` plays that schedule again, call for call.
With --strategies it plays the other ways of retrying against this one, ten times each, and prints a table.`;

const values = readArguments();
const schedules = Number(values.schedules);
const first = Number(values.seed);
if (values.help) {
  console.log(usage);
  process.exit(0);
}
if (!Number.isSafeInteger(schedules) || schedules < 1)
  refuse(`--schedules takes a whole number above 0, not ${values.schedules}`);
if (!Number.isSafeInteger(first) || first < 0) refuse(`--seed takes a whole number of 0 or more, not ${values.seed}`);

if (values.strategies) await printStrategies();
else await playAll();

function readArguments() {
  try {
    return parseArgs({
      options: {
        schedules: { type: 'string', default: '20000' },
        seed: { type: 'string', default: '1' },
        strategies: { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h' },
      },
    }).values;
  } catch (error) {
    return refuse((error as Error).message);
  }
}

function refuse(why: string): never {
  console.error(`simulate: ${why}\n\n${usage}`);
  process.exit(2);
}

async function printStrategies(): Promise<void> {
  const runs = 10;
  const rows: string[][] = [];
  for (const name of Object.keys(strategies)) {
    const outcomes = await Promise.all(Array.from({ length: runs }, (_, index) => compare(name, index + 1)));
    const mean = (of: (outcome: Outcome) => number) =>
      String(Math.round(outcomes.reduce((sum, outcome) => sum + of(outcome), 0) / runs));
    rows.push([
      name,
      mean(({ disorder }) => disorder),
      mean(({ twice }) => twice),
      mean(({ missing }) => missing),
      mean(({ givenUp }) => givenUp),
      mean(({ p50 }) => p50),
      mean(({ p99 }) => p99),
    ]);
  }
  const heading = ['strategy', 'out of order', 'twice', 'without effect', 'given up or parked', 'p50 (ms)', 'p99 (ms)'];
  printTable(heading, rows);
}

async function playAll(): Promise<void> {
  const began = performance.now();
  let events = 0;
  let steps = 0;
  let broken = 0;
  for (let seed = first; seed < first + schedules; seed++) {
    const result = await playSchedule(seed);
    events += result.events;
    steps += result.steps;
    if (result.violations.length > 0) {
      broken++;
      console.error(`seed ${seed}: ${result.violations.join('; ')}`);
      console.error(`  again: npm run simulate -- --schedules 1 --seed ${seed}`);
    }
    const played = seed - first + 1;
    if (played % 10_000 === 0 && played < schedules) console.log(`${played} schedules, ${broken} with violations`);
  }
  const seconds = (performance.now() - began) / 1000;
  console.log(
    `${schedules} schedules from seed ${first}: ${events} events, ${steps} steps, ${broken} schedules with violations, ${seconds.toFixed(1)} s`,
  );
  process.exitCode = broken > 0 ? 1 : 0;
}
