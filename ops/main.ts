import { enableCompileCache } from 'node:module';
import type { Command, Output } from './command.ts';
import type { AuditTools } from './audit/audit-tools.ts';
import type { CallbackTools } from './callbacks/callbacks-command.ts';
import type { ParkedTools } from './parked/parked-tools.ts';
import { runCommand } from './run-command.ts';
import type { RouteTools } from './routes/route-tools.ts';
import type { WebhookTools } from './webhooks/webhook-tools.ts';
import type { Operation } from '../shared/contract/operation.ts';

// Before the rest is loaded: stripping types and compiling is half of what a command takes.
enableCompileCache();

/** Loaded on use: a command pays for its own imports only. */
const commands: Record<string, () => Promise<Command>> = {
  routes: async () => (await import('./routes/routes-command.ts')).routesCommand(await operations(), openRouteTools),
  shift: async () => (await import('./routes/shift-command.ts')).shiftCommand(await operations(), openRouteTools),
  rollback: async () =>
    (await import('./routes/rollback-command.ts')).rollbackCommand(await operations(), openRouteTools),
  parked: async () => (await import('./parked/parked-command.ts')).parkedCommand(openStreamTools),
  callbacks: async () => (await import('./callbacks/callbacks-command.ts')).callbacksCommand(openStreamTools),
  webhooks: async () => (await import('./webhooks/webhooks-command.ts')).webhooksCommand(openStreamTools),
  audit: async () => (await import('./audit/audit-command.ts')).auditCommand(openStreamTools),
};

async function operations(): Promise<readonly Operation[]> {
  return (await import('../shared/contract/operations.ts')).operations;
}

async function openStreamTools(): Promise<AuditTools & ParkedTools & WebhookTools & CallbackTools> {
  return (await import('./wiring.ts')).streamTools();
}

async function openRouteTools(): Promise<RouteTools> {
  return (await import('./wiring.ts')).routeTools();
}

const output: Output = {
  out: (line) => console.log(line),
  err: (line) => console.error(line),
};

async function overview(): Promise<string> {
  const rows = await Promise.all(
    Object.entries(commands).map(async ([name, load]) => `  ${name.padEnd(12)} ${(await load()).summary}`),
  );
  return `usage: npm run ops -- <command> [options]\n\n${rows.join('\n')}\n\n<command> --help says more. The running stack is found by .data/stack.json, or STACK_FILE.`;
}

async function main([name, ...args]: readonly string[]): Promise<number> {
  const load = name !== undefined && Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (!load) {
    const help = name === undefined || name === '--help' || name === '-h' || name === 'help';
    if (!help) output.err(`ops: no such command: ${name}\n`);
    output[help ? 'out' : 'err'](await overview());
    return help ? 0 : 2;
  }
  return runCommand(`ops ${name}`, await load(), args, output);
}

process.exitCode = await main(process.argv.slice(2));
