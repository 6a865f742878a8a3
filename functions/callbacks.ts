import { receiveCallback } from '../shared/callbacks/receive.ts';
import { verifySignature } from '../shared/callbacks/verification.ts';
import { callbacksReceive } from '../shared/contract/callbacks.ts';
import { ProblemError } from '../shared/contract/errors.ts';
import { httpOperation } from './http.ts';

const faults = {
  missing: 'the signature is missing',
  malformed: 'the signature cannot be read',
  'too-old': 'the signature is too old, or of the future',
  wrong: 'the signature does not match',
};

httpOperation(callbacksReceive, async (request) => {
  const { params, rawBody, wiring } = request;
  const provider = wiring.settings.providers[params.provider];
  if (!provider) throw new ProblemError('not-found', { detail: 'there is no such provider' });
  const nowSeconds = wiring.now().getTime() / 1000;
  const fault = verifySignature(provider, (name) => request.header(name), rawBody, nowSeconds);
  if (fault) throw new ProblemError('unauthorized', { detail: faults[fault] });
  const callback = request.parseBody();
  await receiveCallback(wiring.streams.callbacks, params.provider, callback, rawBody);
  // A repeated event gets the first answer: a provider that did not hear it must not be left in doubt.
  return { status: 202, body: { status: 'accepted', eventId: callback.id } };
});
