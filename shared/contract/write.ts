import { mkdir, writeFile } from 'node:fs/promises';
import { openApiDocument } from './document.ts';
import { operations } from './operations.ts';

const file = new URL('../../openapi/v1.json', import.meta.url);
await mkdir(new URL('.', file), { recursive: true });
await writeFile(file, `${JSON.stringify(openApiDocument(operations), null, 2)}\n`);
console.log('wrote openapi/v1.json');
