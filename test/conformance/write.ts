import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { documentsWithTables, withTables } from './conformance-table.ts';
import { emulatorConfig } from './emulator-config.ts';

/** `node test/conformance/write.ts`: writes what documents hold of the code: the tables of what the local servers do, and the emulators' queues. */
const root = path.join(import.meta.dirname, '../..');
for (const document of await documentsWithTables()) {
  await writeFile(path.join(root, document), await withTables(document));
  console.log(`wrote the tables of ${document}`);
}
await writeFile(path.join(root, 'docs/emulators/Config.json'), emulatorConfig());
