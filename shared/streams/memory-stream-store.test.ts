import { memoryStreamStore } from './memory-stream-store.ts';
import { streamStoreContract } from './stream-store.contract.ts';

let count = 0;
const store = memoryStreamStore(() => Date.UTC(2026, 0, 5, 12));
streamStoreContract(
  'memory',
  async () => store,
  () => `stream-${count++}`,
);
