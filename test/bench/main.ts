import { readdir } from 'node:fs/promises';

/** `npm run bench [-- NAME ...]`: runs `NAME.bench.ts` files, each of which exports `run()` and prints its own table. */
const available = (await readdir(import.meta.dirname))
  .filter((file) => file.endsWith('.bench.ts'))
  .map((file) => file.slice(0, -'.bench.ts'.length))
  .sort();
const asked = process.argv.slice(2);
if (asked.includes('--help') || asked.some((name) => !available.includes(name))) {
  const unknown = asked.filter((name) => name !== '--help' && !available.includes(name));
  if (unknown.length) console.error(`no such benchmark: ${unknown.join(', ')}`);
  console.log(
    `usage: npm run bench -- [NAME ...]\n\nbenchmarks: ${available.join(', ')}\nWithout a name, all run in turn.`,
  );
  process.exit(unknown.length ? 2 : 0);
}
for (const name of asked.length ? asked : available) {
  const { run } = (await import(`./${name}.bench.ts`)) as { run: () => Promise<void> };
  console.log(`\n# ${name}\n`);
  await run();
}
