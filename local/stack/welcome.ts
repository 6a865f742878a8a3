import path from 'node:path';
import type { StackFile } from '../../ops/stack.ts';

/** What a newcomer sees: addresses, keys, and three commands to try. */
export function welcome(stack: StackFile, dir: string): string {
  const addresses = [
    ['gateway', stack.gateway, 'the API: clients come in here'],
    ['functions', stack.functions, 'the new arm'],
    ['legacy', stack.legacy, 'the old arm'],
    ['provider', stack.provider ?? 'off', 'sends the callbacks; webhook sink at /sink'],
    ['management', stack.management, "the gateway's administration"],
    ['cosmos', stack.cosmos.endpoint, 'quotas, streams, audit trail'],
    [
      'service bus',
      `amqp://127.0.0.1:${new URL(stack.serviceBus.slice('Endpoint='.length).split(';')[0]!).port}`,
      'queues',
    ],
    ['postgres', stack.postgres.replace(/:[^:@/]+@/, ':***@'), 'the system of record'],
  ];
  const keys = Object.entries(stack.keys);
  // Where the tools look by themselves; anywhere else they have to be told.
  const found = path.resolve(dir) === path.resolve('.data');
  const ops = `${found ? '' : `STACK_FILE='${path.join(dir, 'stack.json')}' `}npm run ops --`;
  return `
${addresses.map((row) => `  ${row[0]!.padEnd(12)} ${row[1]!.padEnd(48)} ${row[2]}`).join('\n')}

${keys.map(([plan, key]) => `  key ${plan.padEnd(11)} ${key}`).join('\n')}

  Try:
    curl -s ${stack.gateway}/v1/quotes -H 'x-api-key: ${stack.keys.free}' -H 'content-type: application/json' -d '{"from":"BTC","to":"EUR","fromAmount":"0.25"}'
    ${ops} routes
    ${ops} audit verify

  Logs, data and stack.json are in ${dir}.
  The management address takes https, too: trust ${stack.managementAuthority}.
`;
}
