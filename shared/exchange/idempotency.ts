import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';
import { ProblemError } from '../contract/errors.ts';
import type { Sql } from './sql.ts';

const keptHours = 24;

/** An answer as it was first given. */
export interface Answer {
  status: number;
  /** The body's text, so that a repeated request is answered with the same bytes. */
  body: string;
  replayed: boolean;
}

/**
 * Runs `work` once for a partner's key and gives its answer again for 24 hours. The answer is stored in the transaction
 * of the work itself, so there is no moment in which one exists without the other; work that throws stores nothing.
 * @param sql a transaction
 * @throws {ProblemError} idempotency-key-reused when the key came with another body; idempotency-key-in-progress while
 * the first request runs
 */
export async function answerOnce(
  sql: Sql,
  request: { partnerId: string; key: string | undefined; operation: string; body: unknown; now: Date },
  work: () => Promise<{ status: number; body: string }>,
): Promise<Answer> {
  const { partnerId, key, now } = request;
  if (key === undefined) return { ...(await work()), replayed: false };
  const hash = hashOf(request.operation, request.body);
  const [lock] = await sql.query<{ free: boolean }>(
    'select pg_try_advisory_xact_lock(hashtextextended($1, 0)) as free',
    [`${partnerId}:${key}`],
  );
  if (!lock?.free) throw new ProblemError('idempotency-key-in-progress', { headers: { 'retry-after': '1' } });
  const [kept] = await sql.query<{ request_hash: string; status: number; response: string }>(
    'select request_hash, status, response from idempotency_keys where partner_id = $1 and key = $2 and created_at > $3',
    [partnerId, key, keptSince(now)],
  );
  if (kept && kept.request_hash !== hash) throw new ProblemError('idempotency-key-reused');
  if (kept) return { status: kept.status, body: kept.response, replayed: true };
  const answer = await work();
  await sql.query(
    `insert into idempotency_keys (partner_id, key, request_hash, status, response, created_at)
     values ($1, $2, $3, $4, $5, $6)
     on conflict (partner_id, key) do update set request_hash = excluded.request_hash, status = excluded.status,
       response = excluded.response, created_at = excluded.created_at`,
    [partnerId, key, hash, answer.status, answer.body, now],
  );
  return { ...answer, replayed: false };
}

/**
 * Deletes up to `limit` answers that are given no more, the oldest first.
 * @returns how many
 */
export async function forgetAnswers({ sql, now }: { sql: Sql; now: Date }, limit: number): Promise<number> {
  const forgotten = await sql.query(
    `delete from idempotency_keys where (partner_id, key) in (
       select partner_id, key from idempotency_keys where created_at <= $1 order by created_at limit $2)
     returning key`,
    [keptSince(now), limit],
  );
  return forgotten.length;
}

function keptSince(now: Date): Date {
  return new Date(now.getTime() - keptHours * 3_600_000);
}

// Canonical JSON (RFC 8785): the order of members and white space are no difference.
function hashOf(operation: string, body: unknown): string {
  return createHash('sha256')
    .update(`${operation}\n${canonicalize(body)}`)
    .digest('hex');
}
