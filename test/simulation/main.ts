import { parseArgs } from 'node:util';
import { playSchedule } from './schedule.ts';

const usage = `usage: npm run simulate -- [--schedules N] [--seed S]

Plays N schedules (20000) of the ordered streams on simulated parts, from seed S (1) on, and checks each.
A violation prints the seed; \`--schedules 1 --seed S\` plays that schedule again, call for call.`;

const { values } = parseArgs({
  options: {
    schedules: { type: 'string', default: '20000' },
    seed: { type: 'string', default: '1' },
    help: { type: 'boolean', short: 'h' },
  },
});
const schedules = Number(values.schedules);
const first = Number(values.seed);
if (values.help || !Number.isInteger(schedules) || schedules < 1 || !Number.isInteger(first)) {
  console.log(usage);
  process.exit(values.help ? 0 : 2);
}

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
