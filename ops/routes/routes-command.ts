import { parseArgs } from 'node:util';
import { routeSwitchName, type Operation } from '../../shared/contract/operation.ts';
import { RouteStateError } from '../../shared/migration/errors.ts';
import { invalidRevision, parseRouteState, percentOf } from '../../shared/migration/route-state.ts';
import type { Command } from '../command.ts';
import type { RouteTools } from './route-tools.ts';

const usage = `usage: npm run ops -- routes [--json]

Where the traffic of each operation goes: what its switch says, and what the gateway is seen to do.

  --json   one JSON document, for scripts

example:
  npm run ops -- routes`;

interface Row {
  operation: string;
  mode: string;
  /** Share of functions, per cent. */
  percent: string;
  revision: string;
  live: string;
}

export function routesCommand(operations: readonly Operation[], openTools: () => Promise<RouteTools>): Command {
  return {
    summary: 'show where the traffic of each operation goes',
    usage,
    async run(args, output) {
      const { values } = parseArgs({ args: [...args], options: { json: { type: 'boolean', default: false } } });
      const rows = await tableOf(operations, await openTools());
      if (values.json) output.out(JSON.stringify(rows, undefined, 2));
      else for (const line of aligned(rows)) output.out(line);
      return rows.every(agrees) ? 0 : 1;
    },
  };
}

async function tableOf(operations: readonly Operation[], tools: RouteTools): Promise<Row[]> {
  const switches = await tools.switches.list();
  const routable = operations.filter(({ access }) => access !== 'gateway');
  return Promise.all(
    routable.map(async (operation) => {
      const live = (await tools.probe(operation)) ?? 'no answer';
      const text = switches.get(routeSwitchName(operation.id))?.text;
      return { operation: operation.id, ...described(text ?? live), revision: text ?? 'fixed', live };
    }),
  );
}

/** Without a switch there is one state that policies can be in. */
function agrees({ revision, live }: Pick<Row, 'revision' | 'live'>): boolean {
  return revision === live || (revision === 'fixed' && live === 'functions');
}

function described(text: string): { mode: string; percent: string } {
  try {
    const state = parseRouteState(text);
    if (state.mode === 'split') return { mode: 'split', percent: percentOf(state.basisPoints) };
    return { mode: state.mode, percent: state.mode === 'functions' ? '100' : '0' };
  } catch (error) {
    if (!(error instanceof RouteStateError)) throw error;
    return { mode: invalidRevision, percent: '0' };
  }
}

function aligned(rows: readonly Row[]): string[] {
  const table = [
    ['operation', 'mode', 'functions', 'switch', 'live at the gateway'],
    ...rows.map(({ operation, mode, percent, revision, live }) => [
      operation,
      mode,
      `${percent}%`,
      revision,
      agrees({ revision, live }) ? live : `${live} (!)`,
    ]),
  ];
  const widths = table[0]!.map((_, column) => Math.max(...table.map((row) => row[column]!.length)));
  return table.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column]!))
      .join('  ')
      .trimEnd(),
  );
}
