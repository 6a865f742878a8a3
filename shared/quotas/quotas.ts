import { dailyLimit } from './plans.ts';
import type { QuotaStore } from './quota-store.ts';

/** How a partner stands with its day. */
export interface QuotaFigures {
  plan: string;
  limit: number;
  used: number;
  remaining: number;
  /** Midnight UTC at the end of the day. */
  resetAt: Date;
}

interface QuotaDecision extends QuotaFigures {
  granted: boolean;
}

interface QuotaCaller {
  partnerId: string;
  plan: string;
}

export interface Quotas {
  /** Charges `cost` to the caller's day, all of it or nothing. @throws {QuotaUnavailableError} */
  consume(caller: QuotaCaller, cost: number): Promise<QuotaDecision>;
  /** Reads without charging. @throws {QuotaUnavailableError} */
  usage(caller: QuotaCaller): Promise<QuotaFigures>;
}

interface Waiting {
  cost: number;
  resolve(decision: { granted: boolean; used: number }): void;
  reject(error: unknown): void;
}

/** What this process knows of one subject's day. */
interface Account {
  /** Charged in the store, not yet spent here. */
  tokens: number;
  /** The store's count when it was last heard of. It only grows, so what is left can only be less. */
  used: number;
  waiting: Waiting[];
  charging: boolean;
  /** When the store was last charged, in milliseconds: a subject charged a moment ago is hot. */
  chargedAt: number;
}

const maxAccounts = 10_000;
const hotMilliseconds = 1000;
const maxLease = 50;
/** A lease is at most this part of what is left, so the last hundred-odd requests of a day are charged one by one. */
const leasePart = 1 / 100;

/**
 * Daily quotas on a store that every process shares. Never over-admits: nothing is granted that the store has not
 * counted. Requests that arrive while a charge is on its way share the next one, and a subject that was charged within
 * the last second leases some tokens ahead, fewer as its limit nears; a process that dies takes its unspent lease with it.
 * Once a day is used up, denials come from memory until it ends.
 */
export function createQuotas({ store, now }: { store: QuotaStore; now: () => Date }): Quotas {
  let today = '';
  const accounts = new Map<string, Account>();

  function accountOf(subject: string, limit: number, day: string): Account {
    if (day !== today) {
      accounts.clear();
      today = day;
    }
    const key = `${limit}:${subject}`;
    const account = accounts.get(key) ?? { tokens: 0, used: 0, waiting: [], charging: false, chargedAt: 0 };
    // Deleting first moves it to the young end, so that the oldest is what is dropped.
    accounts.delete(key);
    accounts.set(key, account);
    if (accounts.size > maxAccounts) accounts.delete(accounts.keys().next().value!);
    return account;
  }

  return {
    consume: async ({ partnerId, plan }, cost) => {
      const at = now();
      const limit = dailyLimit(plan);
      const day = dayOf(at);
      const account = accountOf(partnerId, limit, day);
      const charge = (tokens: number) => store.charge({ subject: partnerId, day, limit, cost: tokens });
      const { granted, used } = await new Promise<{ granted: boolean; used: number }>((resolve, reject) => {
        account.waiting.push({ cost, resolve, reject });
        if (!account.charging) void serve(account, limit, charge, () => now().getTime());
      });
      return { granted, ...figures(plan, limit, used, at) };
    },
    usage: async ({ partnerId, plan }) => {
      const at = now();
      const limit = dailyLimit(plan);
      const day = dayOf(at);
      const used = await store.used(partnerId, day);
      return figures(plan, limit, used - accountOf(partnerId, limit, day).tokens, at);
    },
  };
}

/** Answers everyone waiting on an account, one charge to the store at a time. */
async function serve(
  account: Account,
  limit: number,
  charge: (tokens: number) => ReturnType<QuotaStore['charge']>,
  clock: () => number,
): Promise<void> {
  account.charging = true;
  try {
    for (let next = account.waiting[0]; next; next = account.waiting[0]) {
      const left = limit - account.used;
      if (account.tokens >= next.cost) {
        account.tokens -= next.cost;
        settle(account, true);
      } else if (account.tokens + left < next.cost) {
        settle(account, false);
      } else {
        const asked = account.waiting.reduce((sum, { cost }) => sum + cost, -account.tokens);
        const hot = clock() - account.chargedAt < hotMilliseconds;
        const tokens = Math.min(asked + (hot ? leaseOf(left) : 0), left);
        const { granted, used } = await charge(tokens);
        account.chargedAt = clock();
        account.used = Math.max(used, account.used);
        if (granted) account.tokens += tokens;
        // What was refused did not fit, whatever count came with the refusal: a replica may lag behind.
        else account.used = Math.max(account.used, limit - tokens + 1);
      }
    }
  } catch (error) {
    for (const waiting of account.waiting.splice(0)) waiting.reject(error);
  } finally {
    account.charging = false;
  }
}

function settle(account: Account, granted: boolean): void {
  account.waiting.shift()!.resolve({ granted, used: account.used - account.tokens });
}

function leaseOf(left: number): number {
  return Math.min(maxLease, Math.floor(left * leasePart));
}

function figures(plan: string, limit: number, used: number, at: Date): QuotaFigures {
  const resetAt = new Date(Date.UTC(at.getUTCFullYear(), at.getUTCMonth(), at.getUTCDate() + 1));
  return { plan, limit, used, remaining: Math.max(0, limit - used), resetAt };
}

function dayOf(at: Date): string {
  return at.toISOString().slice(0, 10);
}
