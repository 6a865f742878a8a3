import { predict, predictRefusal } from '../shared/callbacks/predict.ts';
import { entryOf, receiveCallback } from '../shared/callbacks/receive.ts';
import { startBefore } from '../shared/callbacks/sql-history.ts';
import { verifySignature } from '../shared/callbacks/verification.ts';
import { callbacksReceive, callbacksShadow } from '../shared/contract/callbacks.ts';
import { ProblemError } from '../shared/contract/errors.ts';
import { validateBody } from '../shared/contract/validation.ts';
import { parseJson } from './body.ts';
import { httpOperation } from './http.ts';
import type { Wiring } from './wiring.ts';

const faults = {
  missing: 'the signature is missing',
  malformed: 'the signature cannot be read',
  'too-old': 'the signature is too old, or of the future',
  wrong: 'the signature does not match',
};

interface Signed {
  params: { provider: string };
  rawBody: Buffer;
  header: (name: string) => string | undefined;
  wiring: Wiring;
}

/** @throws {ProblemError} for a provider we do not know, and a signature that does not hold */
function verify({ params, rawBody, header, wiring }: Signed): void {
  const provider = wiring.settings.providers[params.provider];
  if (!provider) throw new ProblemError('not-found', { detail: 'there is no such provider' });
  const fault = verifySignature(provider, header, rawBody, wiring.now().getTime() / 1000);
  if (fault) throw new ProblemError('unauthorized', { detail: faults[fault] });
}

httpOperation(callbacksReceive, async (request) => {
  verify(request);
  const { params, rawBody, wiring } = request;
  const callback = request.parseBody();
  await receiveCallback(wiring.streams.callbacks, params.provider, callback, rawBody);
  // A repeated event gets the first answer: a provider that did not hear it must not be left in doubt.
  return { status: 202, body: { status: 'accepted', eventId: callback.id } };
});

httpOperation(callbacksShadow, async (request) => {
  const { params, rawBody, header, wiring, context } = request;
  const now = () => wiring.now().getTime();
  const ports = {
    store: wiring.streams.shadows,
    startOf: async (exchangeId: string, key: string) => startBefore(await wiring.sql(), exchangeId, key, now()),
    now,
  };
  const { schema } = callbacksReceive.body;
  const body = parseJson(rawBody, new Headers({ 'content-type': header('content-type') ?? '' }));
  const checked = validateBody(schema, body);
  try {
    verify(request);
    if (!checked.valid) throw new ProblemError('validation-failed', { errors: checked.errors });
    await predict(ports, checked.body.exchangeId, entryOf(params.provider, checked.body, rawBody));
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    const named = schema.pick({ id: true, type: true, exchangeId: true }).safeParse(body);
    // Without these there is nothing to compare it with.
    if (!named.success) throw error;
    context.warn(`a callback that legacy accepted would have been refused: ${error.message}`);
    await predictRefusal(ports, params.provider, named.data, error.message);
  }
  return { status: 204 };
});
