/** Requests a day, by plan: a plan is the gateway's product. */
const dailyLimits: Readonly<Record<string, number>> = { free: 200, pro: 2000, enterprise: 10_000 };

const smallest = Math.min(...Object.values(dailyLimits));

/** A plan this code does not know gets the smallest allowance: never none by mistake, never unbounded by mistake. */
export function dailyLimit(plan: string): number {
  return Object.hasOwn(dailyLimits, plan) ? dailyLimits[plan]! : smallest;
}
