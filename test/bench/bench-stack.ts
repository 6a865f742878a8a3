import type { Stack } from '../../local/stack/stack.ts';
import { openStack } from '../fixtures/stack.ts';

/** Runs `work` on a whole system of its own, without the simulated provider. */
export async function withStack(work: (stack: Stack) => Promise<void>): Promise<void> {
  const stack = await openStack({ onEvent: (line) => console.error(line) });
  try {
    await work(stack);
  } finally {
    await stack.stop();
  }
}

/** The headers by which the gateway proves itself to an arm, for calls that go around it. */
export function callerHeaders(stack: Stack): Record<string, string> {
  return { 'x-gateway-key': stack.file.gatewayKey, 'x-partner-id': 'bench', 'x-plan': 'enterprise' };
}
