import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import type { CapturedStack } from './capture.ts';

export interface CaptureRequest {
  stack: string;
  config: Record<string, string>;
}

/**
 * Captures stacks in a process of its own: the test runner watches every promise made in its process, and a Pulumi
 * program makes enough of them to take twice the time there.
 */
export async function captureApart(requests: readonly CaptureRequest[]): Promise<CapturedStack[]> {
  const program = new URL('print-captured.ts', import.meta.url).pathname;
  const child = spawn(process.execPath, [program], { stdio: ['pipe', 'pipe', 'inherit'] });
  child.stdin.end(JSON.stringify(requests));
  const printed = await text(child.stdout);
  return JSON.parse(printed) as CapturedStack[];
}
