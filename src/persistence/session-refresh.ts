import type { Pool } from 'pg';
import type { DirectCommand } from './direct-write';
import { eventLiteral } from './event-literal';
import { ROTATION_GRACE_SECONDS } from './session-repository';

/** From what the next token of a session is minted, always the same one. */
export interface RotatedSession {
  readonly sessionId: string;
  readonly externalId: string;
  readonly generation: number;
  /** Seconds since the epoch. */
  readonly issuedAt: number;
  readonly kid: string;
  readonly expiresAt: Date;
}

export interface SessionLifetimes {
  /** A session that is not refreshed for so long ends. */
  readonly idleSeconds: number;
}

/**
 * One statement: the presented generation is compared and raised, so that of two refreshes at once one rotates.
 *
 * - `rotated`: it was the current one.
 * - a retry (the same command, or the generation before within the grace period) changes nothing and finds the
 *   same row, from which the same token is minted.
 * - `reused`: any older generation means that a copy of the token is about; the session ends (RFC 9700 §4.14.2).
 */
const REFRESH = `
  WITH target AS (
    SELECT s.*, u.external_id, t.epoch AS tenant_epoch,
      s.revoked_at IS NULL AND s.expires_at > current_instant() AND s.absolute_until > current_instant()
        AND NOT epoch_refuses(s.tenant_id, s.user_id, u.groups, s.kinds || ARRAY['session'], s.epoch) AS active,
      least(current_instant() + make_interval(secs => coalesce((t.policy #>> '{session,idleSeconds}')::float8, $5)),
        s.absolute_until) AS extended
    FROM sessions s JOIN users u USING (user_id) JOIN tenants t ON t.tenant_id = s.tenant_id
    WHERE s.tenant_id = $1 AND s.session_id = $2 AND NOT u.erased
    FOR UPDATE OF s
  ), earlier AS (
    SELECT fingerprint, (result->>'generation')::integer AS generation FROM commands
    WHERE tenant_id = $1 AND command_id = $6
  ), judged AS (
    SELECT target.*, CASE
      WHEN EXISTS (SELECT 1 FROM earlier WHERE fingerprint <> $7) THEN 'mismatch'
      WHEN NOT active THEN 'ended'
      WHEN EXISTS (SELECT 1 FROM earlier WHERE earlier.generation = target.generation) THEN 'again'
      WHEN EXISTS (SELECT 1 FROM earlier) THEN 'ended'
      WHEN generation = $3 THEN 'rotated'
      WHEN generation = $3 + 1 AND rotated_at > current_instant() - make_interval(secs => ${ROTATION_GRACE_SECONDS})
        THEN 'again'
      WHEN generation > $3 THEN 'reused'
      ELSE 'ended' END AS verdict
    FROM target
  ), rotation AS (
    UPDATE sessions s SET generation = s.generation + 1, rotated_at = current_instant(),
      kid = $4, expires_at = j.extended
    FROM judged j WHERE j.verdict = 'rotated' AND s.session_id = j.session_id
    RETURNING s.generation, s.rotated_at, s.kid, s.expires_at
  ), revocation AS (
    UPDATE sessions s SET revoked_at = current_instant(), revoked_reason = 'token_reuse'
    FROM judged j WHERE j.verdict = 'reused' AND s.session_id = j.session_id
  ), audited AS (
    INSERT INTO audit (tenant_id, user_id, at, actor, action, outcome, detail, epoch, command_id)
    SELECT $1, user_id, current_instant(), $8, CASE verdict WHEN 'rotated' THEN 'session.refresh' ELSE 'session.revoke' END,
      'done', jsonb_strip_nulls(jsonb_build_object('sessionId', session_id,
        'reason', CASE verdict WHEN 'reused' THEN 'token_reuse' END)), tenant_epoch, $6
    FROM judged WHERE verdict IN ('rotated', 'reused')
  ), announced AS (
    INSERT INTO outbox (tenant_id, user_id, type, data, at, epoch, command_id)
    SELECT $1, user_id, CASE verdict WHEN 'rotated' THEN ${eventLiteral('session.refreshed')}
        ELSE ${eventLiteral('session.revoked')} END,
      jsonb_strip_nulls(jsonb_build_object('sessionId', session_id,
        'reason', CASE verdict WHEN 'reused' THEN 'token_reuse' END)), current_instant(), tenant_epoch, $6
    FROM judged WHERE verdict IN ('rotated', 'reused')
  ), remembered AS (
    INSERT INTO commands (tenant_id, command_id, user_id, fingerprint, result, epoch, created_at)
    SELECT $1, $6, user_id, $7, jsonb_build_object('sessionId', session_id, 'generation', generation + 1),
      tenant_epoch, current_instant()
    FROM judged WHERE verdict = 'rotated'
  )
  SELECT j.verdict, j.session_id, j.external_id, coalesce(r.generation, j.generation) AS generation,
    floor(extract(epoch FROM coalesce(r.rotated_at, j.rotated_at)))::float8 AS issued_at, coalesce(r.kid, j.kid) AS kid,
    coalesce(r.expires_at, j.expires_at) AS expires_at
  FROM judged j LEFT JOIN rotation r ON true`;

interface RefreshRow {
  verdict: 'rotated' | 'again' | 'reused' | 'ended' | 'mismatch';
  session_id: string;
  external_id: string;
  generation: number;
  issued_at: number;
  kid: string;
  expires_at: Date;
}

export type Refreshed =
  { verdict: 'rotated' | 'again'; session: RotatedSession } | { verdict: 'reused' | 'ended' | 'mismatch' };

/**
 * Two refreshes of different sessions under one command id may both find it unused; the primary key lets one be
 * first, and the other looks again.
 */
export async function refreshSession(
  pool: Pool,
  command: DirectCommand,
  presented: { sessionId: string; generation: number; kid: string },
  lifetimes: SessionLifetimes,
): Promise<Refreshed> {
  try {
    return await refreshOnce(pool, command, presented, lifetimes);
  } catch (error) {
    if ((error as { code?: unknown }).code !== UNIQUE_VIOLATION) throw error;
    return await refreshOnce(pool, command, presented, lifetimes);
  }
}

const UNIQUE_VIOLATION = '23505';

/** @param presented generation of the token that was presented; its signature is the caller's to check. */
async function refreshOnce(
  pool: Pool,
  command: DirectCommand,
  presented: { sessionId: string; generation: number; kid: string },
  lifetimes: SessionLifetimes,
): Promise<Refreshed> {
  const { rows } = await pool.query<RefreshRow>({
    name: 'refresh-session',
    text: REFRESH,
    values: [
      command.tenantId,
      presented.sessionId,
      presented.generation,
      presented.kid,
      lifetimes.idleSeconds,
      command.id,
      command.fingerprint,
      command.actor,
    ],
  });
  const row = rows[0];
  if (row === undefined) return { verdict: 'ended' };
  if (row.verdict !== 'rotated' && row.verdict !== 'again') return { verdict: row.verdict };
  return {
    verdict: row.verdict,
    session: {
      sessionId: row.session_id,
      externalId: row.external_id,
      generation: row.generation,
      issuedAt: row.issued_at,
      kid: row.kid,
      expiresAt: row.expires_at,
    },
  };
}
