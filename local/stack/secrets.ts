import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/** What the local stack keeps to itself; made on the first start, the same ever after. */
export interface Secrets {
  keys: Record<'free' | 'pro' | 'enterprise', string>;
  gatewayKey: string;
  operatorToken: string;
  providerSecret: string;
}

export function loadSecrets(dir: string): Secrets {
  const file = path.join(dir, 'secrets.json');
  if (existsSync(file)) return JSON.parse(readFileSync(file, 'utf8')) as Secrets;
  const secrets: Secrets = {
    keys: {
      free: `free_${randomBytes(16).toString('hex')}`,
      pro: `pro_${randomBytes(16).toString('hex')}`,
      enterprise: `enterprise_${randomBytes(16).toString('hex')}`,
    },
    gatewayKey: randomBytes(32).toString('base64url'),
    operatorToken: randomBytes(32).toString('base64url'),
    providerSecret: `whsec_${randomBytes(32).toString('base64')}`,
  };
  writeFileSync(file, JSON.stringify(secrets, null, 2), { mode: 0o600 });
  return secrets;
}
