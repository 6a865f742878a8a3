import type { StackFile } from '../../ops/stack.ts';
import type { Secrets } from './secrets.ts';

const displayNames = { free: 'Development, free', pro: 'Development, pro', enterprise: 'Development, enterprise' };

/** What the gateway's artefacts leave open: addresses, secrets, and a subscription for each plan. */
export function gatewayOverrides(secrets: Secrets, { legacy, functions }: StackFile): string {
  const subscriptions = Object.entries(secrets.keys).map(([plan, primaryKey]) => ({
    name: plan,
    displayName: displayNames[plan as keyof typeof displayNames],
    scope: `/products/${plan}`,
    primaryKey,
  }));
  return JSON.stringify({
    namedValues: { 'gateway-key': secrets.gatewayKey, 'legacy-url': legacy, 'functions-url': functions },
    backends: { legacy, functions },
    subscriptions,
    operatorToken: secrets.operatorToken,
  });
}
