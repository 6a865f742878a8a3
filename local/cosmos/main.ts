import { enableCompileCache } from 'node:module';
import path from 'node:path';
import { portOption, runProgram } from '../program.ts';

// Before the rest is loaded: stripping types and compiling is most of the start otherwise.
enableCompileCache();
const { readFaultPlan } = await import('./faults.ts');
const { startCosmos } = await import('./server.ts');

const usage = `usage: node local/cosmos/main.ts [--port 8081] [--data DIR] [--key BASE64] [--faults FILE]

A local Cosmos DB (the REST surface that @azure/cosmos speaks), over plain http on 127.0.0.1.

  --port N       8081 by default; 0 takes a free one
  --data DIR     where the journal lies (.data/cosmos)
  --key BASE64   the account key; the emulator's well-known key by default
  --faults FILE  faults to inject, as JSON:
                 {"seed": 1, "rules": [{"on": "write", "path": "docs$", "nth": 3, "action": "drop"}]}
                 on: any, read, query or write; path: a regular expression; when: nth, every or probability,
                 at most times; action: drop (before the work), drop-answer (after it), delay (delayMs),
                 throttle (429, retryAfterMs), conflict (449), unavailable (503)`;

await runProgram({
  name: 'cosmos',
  usage,
  options: { port: { type: 'string' }, data: { type: 'string' }, key: { type: 'string' }, faults: { type: 'string' } },
  start: ({ port, data, key, faults }) =>
    startCosmos({
      port: portOption(port, 8081),
      directory: path.resolve(data ?? '.data/cosmos'),
      key,
      faults: faults === undefined ? undefined : readFaultPlan(faults),
    }),
});
