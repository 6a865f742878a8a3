import { Checks } from './checks.ts';
import type { LegacyRequest, LegacyResponse } from './router.ts';

export async function getHealth({ query }: LegacyRequest): Promise<LegacyResponse> {
  const checks = new Checks();
  checks.query(query, {});
  checks.done();
  return { status: 200, body: { status: 'ok' } };
}
