import type { QuotaStore } from './quota-store.ts';

/** Counts in memory, for tests. */
export function memoryQuotaStore(): QuotaStore {
  const counts = new Map<string, number>();
  return {
    charge: async ({ subject, day, limit, cost }) => {
      const used = counts.get(`${day}:${subject}`) ?? 0;
      if (used + cost > limit) return { granted: false, used };
      counts.set(`${day}:${subject}`, used + cost);
      return { granted: true, used: used + cost };
    },
    used: async (subject, day) => counts.get(`${day}:${subject}`) ?? 0,
  };
}
