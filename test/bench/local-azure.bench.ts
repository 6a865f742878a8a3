import { cosmosRows } from './local-azure-cosmos.ts';
import { serviceBusRows, bytesLeftBehind } from './local-azure-service-bus.ts';
import { printTable } from './table.ts';

/** How many messages go through a queue to see what is left on disk; MESSAGES=1000000 is the figure to beat. */
const messages = Number(process.env['MESSAGES'] ?? 200_000);

/** The local servers against the cheapest possible servers, by the same clients. */
export async function run(): Promise<void> {
  const heading = ['operation', 'per second', 'bare server', 'ratio'];
  const rows = [...(await serviceBusRows()), ...(await cosmosRows())].map(({ what, perSecond, bare, ratio }) => [
    what,
    perSecond.toFixed(0),
    bare.toFixed(0),
    ratio.toFixed(2),
  ]);
  printTable(heading, rows);
  const left = await bytesLeftBehind(messages);
  console.log(`\n${messages} messages through a queue left ${(left / 2 ** 20).toFixed(1)} MB on disk`);
}
