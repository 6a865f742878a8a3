import * as z from 'zod';
import { defineOperation } from './operation.ts';

export const usageGet = defineOperation({
  id: 'usage.get',
  method: 'GET',
  path: '/v1/usage',
  access: 'key',
  tag: 'Service',
  summary: "See today's usage",
  description: 'How much of the daily quota of the plan is used. Asking is free.',
  responses: {
    200: {
      description: "Today's usage.",
      schema: z
        .object({
          plan: z.string().meta({ description: 'The plan.', example: 'free' }),
          daily_limit: z.int().meta({ description: 'Requests a day.', example: 200 }),
          used_today: z.int().meta({ description: 'Requests charged today.', example: 63 }),
          remaining: z.int().meta({ description: 'Requests left today.', example: 137 }),
          resets_at: z.string().meta({ description: 'When the day ends, UTC.', example: '2026-01-06T00:00:00.000Z' }),
          resets_at_epoch: z.int().meta({ description: 'The same, in seconds since 1970.', example: 1_767_657_600 }),
          date_utc: z.string().meta({ description: 'The day that is counted.', example: '2026-01-05' }),
        })
        .meta({ id: 'Usage' }),
      examples: {
        free: {
          plan: 'free',
          daily_limit: 200,
          used_today: 63,
          remaining: 137,
          resets_at: '2026-01-06T00:00:00.000Z',
          resets_at_epoch: 1_767_657_600,
          date_utc: '2026-01-05',
        },
      },
    },
  },
});
