import { callbacksReceive, callbacksShadow } from './callbacks.ts';
import { currenciesList } from './currencies.ts';
import { exchangesCancel, exchangesCreate, exchangesEvents, exchangesGet, exchangesList } from './exchanges.ts';
import { health } from './health.ts';
import type { Operation } from './operation.ts';
import { pairsGet, pairsList } from './pairs.ts';
import { quotasConsume } from './quotas.ts';
import { quotesCreate, quotesGet } from './quotes.ts';
import { usageGet } from './usage.ts';
import {
  webhooksCreate,
  webhooksDelete,
  webhooksDeliveries,
  webhooksGet,
  webhooksList,
  webhooksRecover,
  webhooksReplay,
  webhooksRotate,
  webhooksTest,
  webhooksUpdate,
} from './webhooks.ts';

/** Every operation of the API, in the order of the document. */
export const operations: readonly Operation[] = [
  health,
  currenciesList,
  pairsList,
  pairsGet,
  quotesCreate,
  quotesGet,
  exchangesCreate,
  exchangesGet,
  exchangesList,
  exchangesCancel,
  exchangesEvents,
  usageGet,
  webhooksCreate,
  webhooksList,
  webhooksGet,
  webhooksUpdate,
  webhooksDelete,
  webhooksRotate,
  webhooksTest,
  webhooksDeliveries,
  webhooksReplay,
  webhooksRecover,
  callbacksReceive,
  callbacksShadow,
  quotasConsume,
];
