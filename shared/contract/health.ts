import * as z from 'zod';
import { defineOperation } from './operation.ts';

export const health = defineOperation({
  id: 'health',
  method: 'GET',
  path: '/v1/health',
  access: 'public',
  tag: 'Service',
  summary: 'Is the API up?',
  description: 'Answers without a key and without touching a database. Use it for uptime checks.',
  responses: {
    200: {
      description: 'The API is up.',
      schema: z
        .object({
          status: z.literal('ok'),
          package: z.string().optional().meta({
            description: 'SHA-256 of the deployed package, where one is deployed.',
            example: 'sha256:4f1d…',
          }),
        })
        .meta({ id: 'Health' }),
      examples: { up: { status: 'ok' } },
    },
  },
});
