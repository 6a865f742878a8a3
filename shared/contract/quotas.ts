import * as z from 'zod';
import { defineOperation } from './operation.ts';

export const quotasConsume = defineOperation({
  id: 'quotas.consume',
  method: 'POST',
  path: '/internal/quotas/consume',
  access: 'gateway',
  tag: 'Internal',
  summary: "Charge a partner's daily quota",
  description: 'The gateway charges requests that the legacy arm answers here, so that one quota counts both arms.',
  body: {
    schema: z.strictObject({
      operation: z.string({ error: 'must be the id of an operation' }).regex(/^[a-z][A-Za-z.-]{0,63}$/, {
        error: 'must be the id of an operation',
      }),
      cost: z
        .int({ error: 'must be a whole number from 0 to 1000' })
        .min(0, { error: 'must be a whole number from 0 to 1000' })
        .max(1000, { error: 'must be a whole number from 0 to 1000' }),
    }),
    examples: { one: { operation: 'quotes.create', cost: 1 } },
  },
  responses: {
    200: {
      description: 'Charged.',
      schema: z.object({ limit: z.int(), used: z.int(), remaining: z.int(), resetAt: z.string() }),
      examples: { charged: { limit: 200, used: 63, remaining: 137, resetAt: '2026-01-06T00:00:00.000Z' } },
    },
  },
});
