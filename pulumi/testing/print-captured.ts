import { json } from 'node:stream/consumers';
import { captureStack } from './capture.ts';
import type { CaptureRequest } from './capture-apart.ts';

const captured = [];
for (const { stack, config } of (await json(process.stdin)) as CaptureRequest[])
  captured.push(await captureStack(stack, config));
process.stdout.write(JSON.stringify(captured));
