import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Running } from '../program.ts';
import { receiveCallback, retryWaiting, type Providers } from './callbacks.ts';
import { openDatabase } from './database.ts';
import { expireExchanges } from './exchange-states.ts';
import { cancelExchange, createExchange, getExchange, listEvents, listExchanges } from './exchanges.ts';
import { getPair, listCurrencies, listPairs } from './market.ts';
import { createQuote, getQuote } from './quotes.ts';
import { answerRequest, type Route } from './router.ts';
import { getHealth } from './health.ts';
import { getUsage } from './usage.ts';

export interface LegacySettings {
  port: number;
  databaseUrl: string;
  gatewayKey: string;
  providers: Providers;
}

/** Starts the legacy API on 127.0.0.1; port 0 asks for a free one. */
export async function startLegacy(settings: LegacySettings): Promise<Running> {
  const database = openDatabase(settings.databaseUrl);
  const routes: Route[] = [
    { method: 'GET', path: '/v1/health', open: true, handle: getHealth },
    { method: 'GET', path: '/v1/currencies', handle: listCurrencies },
    { method: 'GET', path: '/v1/pairs', handle: listPairs },
    { method: 'GET', path: '/v1/pairs/{pair}', handle: getPair },
    { method: 'POST', path: '/v1/quotes', handle: createQuote },
    { method: 'GET', path: '/v1/quotes/{quoteId}', handle: getQuote },
    { method: 'POST', path: '/v1/exchanges', handle: createExchange },
    { method: 'GET', path: '/v1/exchanges', handle: listExchanges },
    { method: 'GET', path: '/v1/exchanges/{exchangeId}', handle: getExchange },
    { method: 'POST', path: '/v1/exchanges/{exchangeId}/cancel', handle: cancelExchange },
    { method: 'GET', path: '/v1/exchanges/{exchangeId}/events', handle: listEvents },
    { method: 'GET', path: '/v1/usage', handle: getUsage },
    {
      method: 'POST',
      path: '/v1/callbacks/{provider}',
      anonymous: true,
      handle: (request) => receiveCallback(request, settings.providers),
    },
  ];
  const server = createServer((request: IncomingMessage, response: ServerResponse) => {
    void answerRequest(routes, { database, gatewayKey: settings.gatewayKey }, request, response);
  });
  // Longer than whoever stands in front keeps a connection: else it is closed just as a request is sent on it.
  server.keepAliveTimeout = 130_000;
  const chores = repeat(1000, async () => {
    await retryWaiting(database);
    await expireExchanges(database);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(settings.port, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    close: async () => {
      await chores.stop();
      // For those that are answering now; the idle ones are closed at once.
      server.keepAliveTimeout = 1;
      server.closeIdleConnections();
      await new Promise((resolve) => server.close(resolve));
      await database.close();
    },
  };
}

// One run after another, never two at once; a database that is away is tried again at the next turn.
function repeat(milliseconds: number, work: () => Promise<void>): { stop(): Promise<void> } {
  let running = Promise.resolve();
  let busy = false;
  const timer = setInterval(() => {
    if (busy) return;
    busy = true;
    running = work()
      .catch((error: unknown) => console.error('legacy: a chore failed:', (error as Error).message))
      .finally(() => {
        busy = false;
      });
  }, milliseconds);
  return {
    stop: () => {
      clearInterval(timer);
      return running;
    },
  };
}
