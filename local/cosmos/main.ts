import path from 'node:path';
import { portOption, runProgram } from '../program.ts';
import { readFaultPlan } from './faults.ts';
import { startCosmos } from './server.ts';

const usage = `usage: node local/cosmos/main.ts [--port 8081] [--data DIR] [--key BASE64] [--faults FILE]

A local Cosmos DB (the REST surface that @azure/cosmos speaks), over plain http on 127.0.0.1.

  --port N      8081 by default; 0 takes a free one
  --data DIR    where the journal lies (.data/cosmos)
  --key BASE64  the account key; the emulator's well-known key by default
  --faults FILE a plan of faults to inject: see docs/local-azure.md`;

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
