import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { startStack, type Stack } from '../../local/stack/stack.ts';

/** Runs `work` on a whole system of its own, without the simulated provider. */
export async function withStack(work: (stack: Stack) => Promise<void>): Promise<void> {
  const dir = mkdtempSync(path.join(os.tmpdir(), 'bench-'));
  const stack = await startStack({
    dir,
    ephemeral: false,
    randomPorts: true,
    port: undefined,
    provider: false,
    routes: path.join(import.meta.dirname, '..', '..', 'routes.yaml'),
    onEvent: (line) => console.error(line),
  });
  try {
    await work(stack);
  } finally {
    await stack.stop();
    rmSync(dir, { recursive: true, force: true });
  }
}

/** The headers by which the gateway proves itself to an arm, for calls that go around it. */
export function callerHeaders(stack: Stack): Record<string, string> {
  return { 'x-gateway-key': stack.file.gatewayKey, 'x-partner-id': 'bench', 'x-plan': 'enterprise' };
}
