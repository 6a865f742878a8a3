import * as z from 'zod';

// Every schema carries one message of its own, so that an answer's `errors` reads the same whatever rule of the
// schema a value broke, and the same on both arms.

function text(pattern: RegExp, message: string) {
  return z.string({ error: message }).regex(pattern, { error: message });
}

const uuid7 = '[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}';

export const quoteId = text(new RegExp(`^qt_${uuid7}$`), 'must be a quote id: qt_ and a UUID').meta({
  description: 'Id of a quote: `qt_` and a UUIDv7, so ids sort by time.',
  example: 'qt_0199d5a0-5c1e-7b3a-9f4e-2a6d1c8b7e50',
});

export const exchangeId = text(new RegExp(`^ex_${uuid7}$`), 'must be an exchange id: ex_ and a UUID').meta({
  description: 'Id of an exchange: `ex_` and a UUIDv7, so ids sort by time.',
  example: 'ex_0199d5a0-7d2f-7c4b-8a5f-3b7e2d9c8f61',
});

export const currencyCode = text(/^[A-Z0-9]{2,10}$/, 'must be a currency code such as BTC').meta({
  description: 'Code of a currency, upper case.',
  example: 'BTC',
});

export const pairId = text(/^[A-Z0-9]{2,10}-[A-Z0-9]{2,10}$/, 'must be a pair such as BTC-ETH').meta({
  description: 'Two currency codes: what the partner gives and what it receives.',
  example: 'BTC-ETH',
});

export const amount = text(
  /^(?=.*[1-9])(?:0|[1-9][0-9]{0,17})(?:\.[0-9]{1,18})?$/,
  'must be a positive decimal string such as "0.25"',
).meta({
  description: 'An exact amount as a decimal string; never a number, so nothing is lost in floating point.',
  example: '0.25',
});

/** Decimal strings in answers, where zero is allowed. */
export const decimal = text(/^(?:0|[1-9][0-9]*)(?:\.[0-9]+)?$/, 'must be a decimal string').meta({
  description: 'An exact decimal string.',
  example: '14.80215',
});

export const address = text(
  /^[A-Za-z0-9][A-Za-z0-9:._-]{7,127}$/,
  'must be an address of 8 to 128 letters, digits or : . _ -',
).meta({
  description: 'An address or account on the network of its currency.',
  example: 'bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq',
});

export const timestamp = z.string().meta({
  description: 'A moment in UTC, RFC 3339 with milliseconds.',
  example: '2026-01-05T12:00:00.000Z',
  format: 'date-time',
});

const momentMessage = 'must be an RFC 3339 timestamp';
const earliest = Date.parse('0001-01-01T00:00:00Z');
const latest = Date.parse('9999-12-31T23:59:59.999Z');

/** A moment in requests, with any offset. In UTC its year has four digits, too: PostgreSQL takes no other spelling. */
export const moment = z.iso
  .datetime({ offset: true, abort: true, error: momentMessage })
  .refine((text) => Date.parse(text) >= earliest && Date.parse(text) <= latest, { error: momentMessage });

export const cursor = text(/^[A-Za-z0-9_-]{1,200}$/, 'must be the nextCursor of an earlier answer').meta({
  description: 'Where the page begins: the `nextCursor` of the page before. Opaque.',
  example: 'ZXhfMDE5OWQ1YTAtN2QyZi03YzRi',
});

/** A whole number that travels as text in a query string. */
export function integerText(minimum: number, maximum: number, fallback: number) {
  const error = `must be a whole number from ${minimum} to ${maximum}`;
  return z
    .string({ error })
    .regex(/^(?:0|[1-9][0-9]{0,8})$/, { error })
    .transform(Number)
    .pipe(z.int({ error }).min(minimum, { error }).max(maximum, { error }))
    .prefault(String(fallback))
    .meta({ default: fallback });
}
