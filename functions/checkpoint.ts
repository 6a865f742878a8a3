import { createPrivateKey } from 'node:crypto';
import { app } from '@azure/functions';
import { makeCheckpoint } from '../shared/audit/make-checkpoint.ts';
import { currentWiring } from './wiring.ts';

app.timer('checkpoint', {
  schedule: '0 * * * * *',
  handler: async (_timer, context) => {
    const { settings, streams, now } = currentWiring();
    const { checkpoints, auditLog } = streams;
    if (!checkpoints || !settings.checkpointKey) return;
    const key = createPrivateKey({ key: Buffer.from(settings.checkpointKey, 'base64'), format: 'der', type: 'pkcs8' });
    const chains = await makeCheckpoint(auditLog, checkpoints, key, now());
    if (chains > 0) context.info(`signed the ends of ${chains} audit chains`);
  },
});
