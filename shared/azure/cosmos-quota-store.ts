import type { Container, ErrorResponse } from '@azure/cosmos';
import { QuotaUnavailableError } from '../quotas/errors.ts';
import type { Charge, Charged, QuotaStore } from '../quotas/quota-store.ts';

export interface CosmosQuotaStoreOptions {
  container: () => Promise<Container>;
  /** Waits that many milliseconds. */
  delay: (milliseconds: number) => Promise<unknown>;
  /** From 0 to 1, for the jitter of retries. */
  random: () => number;
}

interface UsageDocument {
  id: string;
  subject: string;
  used: number;
  ttl: number;
}

const attempts = 8;
// The id carries the day, so that a late write never revives an old count; TTL only cleans up.
const keptSeconds = 3 * 86_400;

/**
 * One document a subject and day. A charge is one conditional patch: Cosmos adds and checks in one step, so however many
 * processes charge at once, none gets past the limit. A charge whose answer was lost is made again: it may cost the
 * partner a request, never give one away.
 */
export function cosmosQuotaStore({ container, delay, random }: CosmosQuotaStoreOptions): QuotaStore {
  const retrying = async <T>(work: (quotas: Container) => Promise<T>): Promise<T> => {
    for (let attempt = 1; ; attempt++) {
      try {
        return await work(await container());
      } catch (error) {
        if (!isTransient(error)) throw error;
        if (attempt === attempts) throw new QuotaUnavailableError('Cosmos DB did not answer', { cause: error });
        await delay(random() * 10 * 2 ** attempt);
      }
    }
  };
  return {
    charge: (charge) => retrying((quotas) => chargeOnce(quotas, charge)),
    used: (subject, day) => retrying(async (quotas) => readUsed(quotas, subject, day)),
  };
}

async function chargeOnce(quotas: Container, charge: Charge): Promise<Charged> {
  const { subject, day, limit, cost } = charge;
  try {
    const { resource } = await quotas.item(idOf(day), subject).patch<UsageDocument>({
      operations: [{ op: 'incr', path: '/used', value: cost }],
      condition: `FROM c WHERE c.used + ${cost} <= ${limit}`,
    });
    return { granted: true, used: resource!.used };
  } catch (error) {
    if (statusOf(error) === 412) return { granted: false, used: await readUsed(quotas, subject, day) };
    if (statusOf(error) !== 404) throw error;
    return createDay(quotas, charge);
  }
}

async function createDay(quotas: Container, { subject, day, limit, cost }: Charge): Promise<Charged> {
  if (cost > limit) return { granted: false, used: 0 };
  // Of several that find no document one creates it; the others see 409, which is retried as a patch.
  await quotas.items.create<UsageDocument>({ id: idOf(day), subject, used: cost, ttl: keptSeconds });
  return { granted: true, used: cost };
}

async function readUsed(quotas: Container, subject: string, day: string): Promise<number> {
  const { resource } = await quotas.item(idOf(day), subject).read<UsageDocument>();
  return resource?.used ?? 0;
}

function idOf(day: string): string {
  return `day-${day}`;
}

function statusOf(error: unknown): number | string | undefined {
  return (error as ErrorResponse).code;
}

// 449 is a patch that met another; the SDK retries 429 itself but neither 449 nor a lost connection of a write.
function isTransient(error: unknown): boolean {
  const code = statusOf(error);
  if (typeof code === 'number') return [408, 409, 410, 429, 449, 500, 503].includes(code);
  return /^(?:ECONN|ETIMEDOUT|EPIPE|ENOTFOUND|EAI_AGAIN|UND_|REQUEST_SEND_ERROR|TimeoutError)/.test(String(code));
}
