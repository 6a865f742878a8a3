import * as z from 'zod';
import { defineOperation } from './operation.ts';
import { moment } from './values.ts';

const idMessage = 'must be text of 1 to 128 printable ASCII characters';

const params = z.strictObject({
  provider: z
    .string()
    .regex(/^[a-z0-9][a-z0-9-]{0,31}$/, { error: 'must be the name of a provider' })
    .meta({ description: 'Name of the provider.', example: 'simulator' }),
});

export const callbacksReceive = defineOperation({
  id: 'callbacks.receive',
  method: 'POST',
  path: '/v1/callbacks/{provider}',
  access: 'signature',
  tag: 'Callbacks',
  summary: "Receive a provider's callback",
  description:
    'For providers, not partners. The signature over the raw body is the credential. An event is accepted once it is safely recorded; a repeated one gives the same answer. Order does not matter: events are applied when their turn comes.',
  params,
  body: {
    schema: z
      .object({
        id: z
          .string({ error: idMessage })
          .regex(/^[\x21-\x7E]{1,128}$/, { error: idMessage })
          .meta({ description: "The provider's id of the event, never used twice.", example: 'evt_01' }),
        type: z
          .string({ error: idMessage })
          .regex(/^[\x21-\x7E]{1,128}$/, { error: idMessage })
          .meta({ description: 'What happened.', example: 'deposit.detected' }),
        exchangeId: z
          .string({ error: idMessage })
          .regex(/^[\x21-\x7E]{1,128}$/, { error: idMessage })
          .meta({ description: 'Whose event it is.', example: 'ex_0199d5a0-7d2f-7c4b-8a5f-3b7e2d9c8f61' }),
        occurredAt: moment.meta({ description: 'When it happened.', example: '2026-01-05T12:05:00.000Z' }),
        data: z
          .record(z.string(), z.unknown(), { error: 'must be an object' })
          .optional()
          .meta({ description: 'Details, by type: `transaction` names a deposit or payout.' }),
      })
      .meta({ id: 'Callback' }),
    examples: {
      depositDetected: {
        id: 'evt_01',
        type: 'deposit.detected',
        exchangeId: 'ex_0199d5a0-7d2f-7c4b-8a5f-3b7e2d9c8f61',
        occurredAt: '2026-01-05T12:05:00.000Z',
        data: { transaction: 'f4184fc596403b9d638783cf57adfe4c75c605f6356fbc91338530e9831e9e16' },
      },
    },
  },
  responses: {
    202: {
      description: 'Recorded, now or before.',
      schema: z
        .object({
          status: z.enum(['accepted']).meta({ description: 'The event is safely recorded, now or before.' }),
          eventId: z.string().meta({ description: "The provider's id of the event." }),
        })
        .meta({ id: 'CallbackReceipt' }),
      examples: { accepted: { status: 'accepted', eventId: 'evt_01' } },
    },
  },
  problems: ['not-found'],
});

export const callbacksShadow = defineOperation({
  id: 'callbacks.shadow',
  method: 'POST',
  path: '/internal/callbacks/{provider}',
  access: 'gateway',
  tag: 'Internal',
  summary: 'Decide about the copy of a callback, without effect',
  description:
    'While callbacks.receive is in shadow, the gateway sends each callback that legacy accepted here too: the same headers and bytes. What this arm would have made of it is kept for comparison, even that it would have refused it.',
  params,
  responses: { 204: { description: 'Kept, now or before.' } },
});
