import { health } from '../shared/contract/health.ts';
import { httpOperation } from './http.ts';

httpOperation(health, ({ wiring }) => ({
  status: 200,
  body: { status: 'ok', package: wiring.settings.packageDigest },
}));
