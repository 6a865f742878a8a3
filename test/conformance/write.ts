import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { documentsWithTables, withTables } from './conformance-table.ts';

/** `node test/conformance/write.ts`: writes the tables of what the local servers do into the documents that ask for them. */
for (const document of await documentsWithTables()) {
  await writeFile(path.join(import.meta.dirname, '../..', document), await withTables(document));
  console.log(`wrote the tables of ${document}`);
}
