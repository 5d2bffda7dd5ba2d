import type { Pool } from 'pg';
import { eventLiteral } from './event-literal';

/**
 * Ends authentications that ran out of time, with audit and event in the same transaction. Each raises its
 * user's version first, so that an answer under way and the expiry cannot both win.
 *
 * @returns how many ended.
 */
export async function expireAuthentications(pool: Pool, limit: number): Promise<number> {
  const { rowCount } = await pool.query(
    `WITH due AS (
       SELECT authentication_id, user_id FROM authentications
       WHERE status = 'pending' AND expires_at <= current_instant() ORDER BY expires_at LIMIT $1
     ), held AS (
       SELECT u.user_id FROM users u WHERE u.user_id IN (SELECT user_id FROM due) ORDER BY u.user_id FOR UPDATE SKIP LOCKED
     ), raised AS (
       UPDATE users u SET version = version + 1 FROM held WHERE u.user_id = held.user_id RETURNING u.user_id
     ), ended AS (
       UPDATE authentications a SET status = 'expired', reason = 'abandoned', ended_at = current_instant()
       FROM due, raised
       WHERE a.authentication_id = due.authentication_id AND due.user_id = raised.user_id AND a.status = 'pending'
       RETURNING a.tenant_id, a.user_id, a.authentication_id, a.challenge
     ), closed AS (
       UPDATE challenges c SET status = 'closed', salt = NULL, ended_at = current_instant()
       FROM ended e WHERE c.authentication_id = e.authentication_id AND c.status = 'open'
       RETURNING c.challenge_id
     ), cancelled AS (
       UPDATE deliveries d SET status = 'cancelled', reason = 'challenge_closed', ended_at = current_instant()
       FROM closed c WHERE d.challenge_id = c.challenge_id AND d.status = 'queued'
     ), audited AS (
       INSERT INTO audit (tenant_id, user_id, at, actor, action, outcome, detail, epoch)
       SELECT e.tenant_id, e.user_id, current_instant(), 'system', 'authentication', 'expired',
         jsonb_build_object('authenticationId', e.authentication_id), t.epoch
       FROM ended e JOIN tenants t USING (tenant_id)
     ), announced AS (
       INSERT INTO outbox (tenant_id, user_id, type, data, at, epoch)
       SELECT e.tenant_id, e.user_id,
         CASE WHEN e.challenge IS NULL THEN ${eventLiteral('challenge.abandoned')}
           ELSE ${eventLiteral('challenge.expired')} END,
         jsonb_build_object('authenticationId', e.authentication_id), current_instant(), t.epoch
       FROM ended e JOIN tenants t USING (tenant_id)
     )
     SELECT 1 FROM ended`,
    [limit],
  );
  return rowCount ?? 0;
}

/**
 * Gives up enrolments that were not confirmed in time, and removes factors that end by themselves, such as temporary
 * passes; their secrets are deleted with them.
 *
 * @returns how many.
 */
export async function expireEnrolments(pool: Pool, limit: number): Promise<number> {
  const { rowCount } = await pool.query(
    `WITH due AS (
       (SELECT factor_id, user_id FROM factors
        WHERE status = 'pending' AND pending_until <= current_instant() ORDER BY pending_until LIMIT $1)
       UNION
       (SELECT factor_id, user_id FROM factors
        WHERE expires_at <= current_instant() ORDER BY expires_at LIMIT $1)
     ), held AS (
       SELECT u.user_id FROM users u WHERE u.user_id IN (SELECT user_id FROM due) ORDER BY u.user_id FOR UPDATE SKIP LOCKED
     ), raised AS (
       UPDATE users u SET version = version + 1 FROM held WHERE u.user_id = held.user_id RETURNING u.user_id
     ), removed AS (
       DELETE FROM factors f USING due, raised
       WHERE f.factor_id = due.factor_id AND due.user_id = raised.user_id
         AND (f.status = 'pending' OR f.expires_at <= current_instant())
       RETURNING f.tenant_id, f.user_id, f.factor_id, f.kind, f.status = 'pending' AS pending
     ), cancelled AS (
       UPDATE deliveries d SET status = 'cancelled', reason = 'challenge_closed', ended_at = current_instant()
       FROM removed r JOIN challenges c ON c.factor_id = r.factor_id AND c.status = 'open'
       WHERE d.challenge_id = c.challenge_id AND d.status = 'queued'
     ), audited AS (
       INSERT INTO audit (tenant_id, user_id, at, actor, action, outcome, detail, epoch)
       SELECT r.tenant_id, r.user_id, current_instant(), 'system',
         CASE WHEN r.pending THEN 'factor.enrol' ELSE 'factor.remove' END, 'expired',
         jsonb_build_object('factorId', r.factor_id, 'kind', r.kind), t.epoch
       FROM removed r JOIN tenants t USING (tenant_id)
     ), announced AS (
       INSERT INTO outbox (tenant_id, user_id, type, data, at, epoch)
       SELECT r.tenant_id, r.user_id,
         CASE WHEN r.pending THEN ${eventLiteral('enrolment.abandoned')} ELSE ${eventLiteral('factor.removed')} END,
         jsonb_build_object('factorId', r.factor_id, 'kind', r.kind)
           || CASE WHEN r.pending THEN '{}' ELSE '{"reason": "expired"}'::jsonb END, current_instant(), t.epoch
       FROM removed r JOIN tenants t USING (tenant_id)
     )
     SELECT 1 FROM removed`,
    [limit],
  );
  return rowCount ?? 0;
}
