import type { Api, Subscription } from './configuration/model.ts';
import { PolicyError } from './errors.ts';
import type { Exchange } from './exchange.ts';

/** Finds out by the subscription key who asks. Throws PolicyError (401) where a key is needed. */
export function identify(exchange: Exchange, api: Api): void {
  const key = keyOf(exchange, api);
  if (key) {
    const found = exchange.program.subscriptionOf(key);
    if (found && admit(exchange, api, found)) return;
    if (api.subscriptionRequired) throw invalidKey(api);
  } else if (api.subscriptionRequired) {
    const open = exchange.program.openProduct(api);
    if (!open) throw missingKey(api);
    exchange.product = open;
  }
}

function admit(exchange: Exchange, api: Api, subscription: Subscription): boolean {
  if (subscription.state !== 'active') return false;
  const access = exchange.program.access(subscription, api);
  if (!access) return false;
  exchange.subscription = subscription;
  exchange.product = access.product;
  return true;
}

function keyOf(exchange: Exchange, api: Api): string | undefined {
  const { request } = exchange;
  const header = request.headers.get(api.keyHeader);
  if (header) return header;
  return request.url.hasParameters ? request.url.values(api.keyQuery)[0] : undefined;
}

function missingKey(api: Api): PolicyError {
  return new PolicyError(
    'Access denied due to missing subscription key. Make sure to include subscription key when making requests to an API.',
    { source: 'authorization', reason: 'SubscriptionKeyNotFound', status: 401, headers: challenge(api) },
  );
}

function invalidKey(api: Api): PolicyError {
  return new PolicyError(
    'Access denied due to invalid subscription key. Make sure to provide a valid key for an active subscription.',
    { source: 'authorization', reason: 'SubscriptionKeyInvalid', status: 401, headers: challenge(api) },
  );
}

/** Says where the key is wanted, which each API may name in its own way. */
function challenge({ keyHeader }: Api): Record<string, string> {
  return { 'WWW-Authenticate': `AzureApiManagementKey realm="local",name="${keyHeader}",type="header"` };
}
