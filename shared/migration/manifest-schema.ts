import { z } from 'zod';
import { basisPointsOf } from './route-state.ts';

const unitSeconds = { s: 1, m: 60, h: 3600, d: 86_400 } as const;
const unitBytes = { B: 1, KB: 1024, MB: 1024 * 1024 } as const;

/** A duration such as `10s`, read as seconds within bounds. */
function duration(least: number, most: number, example: string) {
  const error = `must be a duration from ${least}s to ${most}s, such as ${example}`;
  return z
    .string({ error })
    .regex(/^\d{1,9}[smhd]$/, { error })
    .transform((text) => Number.parseInt(text, 10) * unitSeconds[text.at(-1) as keyof typeof unitSeconds])
    .refine((seconds) => seconds >= least && seconds <= most, { error });
}

const sizeError = 'must be a size from 1B to 4MB, such as 64KB: more the gateway cannot check';
const size = z
  .string({ error: sizeError })
  .regex(/^\d{1,9}(B|KB|MB)$/, { error: sizeError })
  .transform((text) => Number.parseInt(text, 10) * unitBytes[text.replace(/\d+/, '') as keyof typeof unitBytes])
  .refine((bytes) => bytes >= 1 && bytes <= 4 * unitBytes.MB, { error: sizeError });

const percentError = 'must be per cent from 0 to 100 with at most two decimals, such as 25 or 0.25';
const percent = z
  .number({ error: percentError })
  .min(0, { error: percentError })
  .max(100, { error: percentError })
  .refine((value) => basisPointsOf(value) !== undefined, { error: percentError });

/** Per cent such as `0.5%`, read as a ratio within bounds. */
function percentText(least: number, most: number, example: string) {
  const error = `must be per cent as text from ${least}% to ${most}%, such as ${example}`;
  return z
    .string({ error })
    .regex(/^\d{1,3}(\.\d{1,4})?%$/, { error })
    .transform((text) => Number.parseFloat(text))
    .refine((value) => value >= least && value <= most, { error })
    .transform((value) => value / 100);
}

function whole(least: number, most: number) {
  const error = `must be a whole number from ${least} to ${most}`;
  return z.int({ error }).min(least, { error }).max(most, { error });
}

function choice<const T extends readonly [string, ...string[]]>(...values: T) {
  return z.enum(values, { error: `must be one of ${values.join(', ')}` });
}

const pointerError = 'must be a JSON pointer, such as /expiresAt';
const pointer = z.string({ error: pointerError }).regex(/^(\/([^~/]|~[01])*)+$/, { error: pointerError });

const stickByError = 'must be subscription, header:NAME, query:NAME or body:/POINTER';
const stickBy = z
  .string({ error: stickByError })
  .regex(/^(subscription|header:[A-Za-z0-9-]+|query:[A-Za-z0-9_.-]+|body:(\/([\w .-]|~[01])+)+)$/, {
    error: stickByError,
  })
  .meta({ description: 'What keeps a caller on one arm of a split. `body` makes the gateway read the body.' });

const dateError = 'must be a date, such as 2027-01-31';
const date = z.iso.date({ error: dateError });
const mapping = { error: 'must be a mapping of keys to values' };
const listOf = <T extends z.ZodType>(item: T, what: string) => z.array(item, { error: `must be a list of ${what}` });
const token = (error: string) => z.string({ error }).regex(/^[A-Za-z0-9_.-]{1,64}$/, { error });

const cache = z
  .strictObject(
    {
      for: duration(1, 86_400, '30s').meta({ description: 'How long an answer may be repeated.' }),
      scope: choice('partner', 'shared')
        .default('partner')
        .meta({ description: 'Who sees a kept answer: only the partner it was made for, or everyone.' }),
      varyByHeader: listOf(token('must be the name of a header'), 'header names').default([]),
      varyByQuery: listOf(token('must be the name of a query parameter'), 'parameter names').default([]),
    },
    mapping,
  )
  .meta({ description: 'Keep answers in the gateway; GET only, and only where a request costs no quota.' });

const linkError = 'must be an https address of the characters that a URL may have';
const deprecation = z
  .strictObject(
    {
      since: date.meta({ description: 'From when it is deprecated: the Deprecation header (RFC 9745).' }),
      sunset: date.optional().meta({ description: 'When it goes: the Sunset header (RFC 8594).' }),
      link: z
        .url({ protocol: /^https$/, error: linkError })
        // It stands in a header, where braces would name a value of the gateway.
        .regex(/^https:\/\/[\w.~:/?#[\]@!$&'()*+,;=%-]+$/, { error: linkError })
        .optional()
        .meta({ description: 'Where the reader learns what to use instead.' }),
    },
    mapping,
  )
  .meta({ description: 'Tell clients that the operation is going away.' });

const sampleError = 'must be a share from 0 to 1, such as 0.1';
const toleranceError = 'must be a relative tolerance from 0 to 1, such as 1e-9';
const parity = z
  .strictObject(
    {
      sample: z.number({ error: sampleError }).min(0, { error: sampleError }).max(1, { error: sampleError }).default(1),
      ignore: listOf(pointer, 'JSON pointers').default([]),
      unordered: listOf(pointer, 'JSON pointers').default([]),
      tolerance: z
        .record(
          pointer,
          z.number({ error: toleranceError }).min(0, { error: toleranceError }).max(1, { error: toleranceError }),
          { error: 'must map JSON pointers to tolerances' },
        )
        .default({}),
      // No number of comparisons shows that nothing ever differs, or anything for certain.
      maxMismatch: percentText(0.0001, 100, '0.1%').prefault('0.1%'),
      confidence: percentText(50, 99.9999, '95%').prefault('95%'),
    },
    mapping,
  )
  .meta({ description: 'How the answers of the arms are compared in mode shadow.' });

const ratioError = 'must be a ratio above 1, such as 1.25';
const rollout = z
  .strictObject(
    {
      steps: listOf(percent, 'per cent, each more than the one before')
        .min(1, { error: 'must have at least one step' })
        .default([1, 5, 10, 25, 50, 100]),
      interval: duration(1, 7 * 86_400, '60s').prefault('60s'),
      maxErrorIncrease: percentText(0, 100, '0.5%').prefault('0.5%'),
      maxLatencyRatio: z.number({ error: ratioError }).gt(1, { error: ratioError }).default(1.25),
      guard: duration(0, 30 * 86_400, '1h').prefault('1h'),
    },
    mapping,
  )
  .meta({ description: 'How a rollout goes up, and what stops it.' });

const shared = {
  stickBy,
  timeout: duration(1, 240, '10s').meta({ description: 'How long an arm may take to begin its answer.' }),
  fallback: choice('safe-methods', 'none').meta({
    description: 'Whether legacy answers a GET that the functions arm failed.',
  }),
  quota: whole(0, 1000).meta({ description: 'What a request costs of the daily quota.' }),
  maxBody: size.meta({ description: 'The largest request body.' }),
  parity,
  rollout,
};

/** One route of the manifest, as written. */
export const routeSchema = z
  .strictObject(
    {
      mode: choice('legacy', 'shadow', 'split', 'functions').meta({
        description:
          'Where requests go: to legacy; to legacy and a copy to functions; a share to functions; all to functions.',
      }),
      only: choice('functions').meta({
        description: 'Legacy does not have the operation: it is on functions for good, without a switch.',
      }),
      percent: percent.meta({ description: 'With mode split: the share of the functions arm.' }),
      ...shared,
      cache,
      deprecation,
    },
    mapping,
  )
  .partial();

/** What routes take that do not say otherwise. */
export const defaultsSchema = z
  .strictObject(
    {
      mode: choice('legacy', 'shadow', 'functions').default('legacy'),
      stickBy: shared.stickBy.default('subscription'),
      timeout: shared.timeout.prefault('10s'),
      fallback: shared.fallback.default('safe-methods'),
      quota: shared.quota.default(1),
      maxBody: shared.maxBody.prefault('64KB'),
      parity: parity.prefault({}),
      rollout: rollout.prefault({}),
    },
    mapping,
  )
  .prefault({});

const burst = z.strictObject(
  {
    calls: whole(1, 1_000_000).default(60),
    per: duration(1, 300, '60s').prefault('60s'),
  },
  mapping,
);
const plan = z.strictObject({ burst: burst.prefault({}) }, mapping).prefault({});

const originError = 'must be * or an origin without a path';
const breaker = z
  .strictObject(
    { failures: whole(1, 10_000), within: duration(1, 3600, '30s'), open: duration(1, 3600, '10s') },
    mapping,
  )
  .meta({ description: 'After so many failures within a time, stop asking for a time. Not in the Consumption tier.' });

/** `routes.yaml` as written. Its output has defaults filled in, durations in seconds, sizes in bytes, shares as ratios. */
export const manifestSchema = z
  .strictObject(
    {
      salt: token('must be 1 to 64 letters, digits, dots, underscores or hyphens')
        .default('exchange-v1')
        .meta({ description: 'Deals subjects to arms. Changing it deals every split anew.' }),
      plans: z.strictObject({ free: plan, pro: plan, enterprise: plan }, mapping).prefault({}),
      backends: z
        .strictObject(
          {
            legacy: z.strictObject({ breaker: breaker.optional() }, mapping).prefault({}),
            functions: z
              .strictObject({ breaker: breaker.prefault({ failures: 20, within: '30s', open: '10s' }) }, mapping)
              .prefault({}),
          },
          mapping,
        )
        .prefault({}),
      cors: z
        .strictObject(
          {
            origins: listOf(
              z.string({ error: originError }).regex(/^(\*|https?:\/\/[\w.:[\]-]+)$/, { error: originError }),
              'origins',
            ).min(1, { error: 'must name an origin' }),
          },
          mapping,
        )
        .optional()
        .meta({ description: "Origins whose pages may call the API, such as the developer portal's." }),
      defaults: defaultsSchema,
      routes: z.record(z.string(), routeSchema, mapping).default({}),
    },
    mapping,
  )
  .meta({ title: 'Migration manifest', description: 'Where the traffic of each operation goes.' });

export type WrittenRoute = z.output<typeof routeSchema>;
export type WrittenManifest = z.output<typeof manifestSchema>;
