import type { ContainerClient } from '@azure/storage-blob';
import { checkpointName, type CheckpointStore } from '../audit/checkpoint-store.ts';
import { readSigned } from '../audit/checkpoint.ts';
import { CheckpointExistsError } from '../audit/errors.ts';
import { lastNumber } from '../audit/last-number.ts';

/**
 * Checkpoints in a blob container. That none can be replaced or removed is the container's doing (version-level
 * immutability, locked); here each is created only if it is not there.
 * @param url the container's, signed in to with the managed identity
 */
export function blobCheckpointStore(url: string): CheckpointStore {
  let client: Promise<ContainerClient> | undefined;
  let seen = 0;
  const open = () => (client ??= connect(url));
  return {
    add: async (signed) => {
      const text = JSON.stringify(signed);
      const blob = (await open()).getBlockBlobClient(checkpointName(signed.checkpoint.number));
      try {
        await blob.upload(text, Buffer.byteLength(text), {
          conditions: { ifNoneMatch: '*' },
          blobHTTPHeaders: { blobContentType: 'application/json' },
        });
      } catch (error) {
        if (![409, 412].includes(statusOf(error))) throw error;
        throw new CheckpointExistsError(`${blob.name} exists`, { cause: error });
      }
    },
    get: async (number) => {
      try {
        const content = await (await open()).getBlockBlobClient(checkpointName(number)).downloadToBuffer();
        return readSigned(content.toString('utf8'));
      } catch (error) {
        if (statusOf(error) === 404) return undefined;
        throw error;
      }
    },
    // A list would be read from its beginning, page by page: half a million names after a year of one a minute.
    latest: async () => {
      const container = await open();
      seen = await lastNumber((number) => container.getBlockBlobClient(checkpointName(number)).exists(), seen);
      return seen;
    },
  };
}

function statusOf(error: unknown): number {
  return (error as { statusCode?: number }).statusCode ?? 0;
}

async function connect(url: string): Promise<ContainerClient> {
  // Loaded on first use, once a minute at most: a cold start needs neither.
  const { ContainerClient } = await import('@azure/storage-blob');
  const { DefaultAzureCredential } = await import('@azure/identity');
  return new ContainerClient(url, new DefaultAzureCredential());
}
