import { writeFileSync } from 'node:fs';
import { type CapturedStack, captureStack } from '../testing/capture.ts';
import { rawConfig, stacks } from '../testing/stack-config.ts';
import { generatedPages } from './pages.ts';

const captured = new Map<string, CapturedStack>();
for (const stack of stacks) captured.set(stack, await captureStack(stack, rawConfig(stack)));
for (const [file, text] of generatedPages(captured)) {
  writeFileSync(new URL(`../../docs/azure/${file}`, import.meta.url), text);
  console.log(`docs/azure/${file}`);
}
