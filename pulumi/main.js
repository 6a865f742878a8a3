// What Pulumi runs: `main` in Pulumi.yaml. It stays JavaScript because the node on the PATH may be too old to run
// TypeScript by itself, and Pulumi takes that node, not the one this repository pins.
import { register } from 'node:module';

if (!process.features.typescript) register('./strip-types.js', import.meta.url);

const { program } = await import('./index.ts');
export default program;
