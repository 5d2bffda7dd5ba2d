import type { Pool } from 'pg';

export interface SessionRow {
  readonly session_id: string;
  readonly external_id: string;
  readonly acr: string;
  readonly amr: string[];
  readonly auth_time: Date;
  readonly issued_at: Date;
  readonly rotated_at: Date | null;
  readonly expires_at: Date;
  readonly absolute_until: Date;
  readonly revoked_at: Date | null;
  readonly revoked_reason: string | null;
  readonly generation: number;
  /** The key that signed the token of the current generation. */
  readonly kid: string;
  /** Not revoked, not expired, not refused by an epoch. */
  readonly active: boolean;
  /** The generation before the current one still counts: it was rotated out a moment ago. */
  readonly in_grace: boolean;
}

/** Seconds in which a token that was just rotated out is still good: two tabs, or an answer that was lost. */
export const ROTATION_GRACE_SECONDS = 10;

const SHOWN = `
  SELECT s.session_id, u.external_id, s.acr, s.amr, s.auth_time, s.issued_at, s.rotated_at, s.expires_at,
    s.absolute_until, s.revoked_at, s.revoked_reason, s.generation, s.kid,
    s.revoked_at IS NULL AND s.expires_at > current_instant() AND s.absolute_until > current_instant()
      AND NOT epoch_refuses(s.tenant_id, s.user_id, u.groups, s.kinds || ARRAY['session'], s.epoch) AS active,
    coalesce(s.rotated_at > current_instant() - make_interval(secs => ${ROTATION_GRACE_SECONDS}), false) AS in_grace
  FROM sessions s JOIN users u USING (user_id)
  WHERE s.tenant_id = $1 AND NOT u.erased`;

export async function readSession(
  pool: Pool,
  tenantId: string,
  sessionId: string,
): Promise<SessionRow | undefined> {
  const { rows } = await pool.query<SessionRow>({
    name: 'read-session',
    text: `${SHOWN} AND s.session_id = $2`,
    values: [tenantId, sessionId],
  });
  return rows[0];
}

/** The newest sessions of a user, ended ones included as long as they are kept. */
export async function listSessions(pool: Pool, tenantId: string, userId: string): Promise<SessionRow[]> {
  const { rows } = await pool.query<SessionRow>(
    `${SHOWN} AND s.user_id = $2 ORDER BY s.issued_at DESC LIMIT 100`,
    [tenantId, userId],
  );
  return rows;
}
