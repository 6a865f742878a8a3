import { createHash } from 'node:crypto';
import type { Config } from './config/schema.ts';

const codes = { dev: 'dev', staging: 'stg', production: 'prd' };

export interface Names {
  /** `exchange-prd-a1-gateway`: for names that allow dashes. */
  dashed(part: string): string;
  /** `exchangeprda1host`: for storage accounts, at most 24 letters and digits. */
  compact(part: string): string;
}

/** Names are fixed, not generated: policies, runbooks and a restore after a disaster refer to them. */
export function namesOf({
  namePrefix,
  environment,
  nameSuffix,
}: Pick<Config, 'namePrefix' | 'environment' | 'nameSuffix'>): Names {
  const stem = [namePrefix, codes[environment], nameSuffix];
  return {
    dashed: (part) => [...stem, part].join('-'),
    compact: (part) => [...stem, part].join(''),
  };
}

/** A GUID that is the same for the same parts: Azure names role assignments and workbooks by GUID. */
export function stableGuid(...parts: string[]): string {
  const hex = createHash('sha256').update(parts.join('\n')).digest('hex');
  const variant = ((Number.parseInt(hex[16]!, 16) & 0x3) | 0x8).toString(16);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-5${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
