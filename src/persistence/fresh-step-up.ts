import type { PoolClient } from 'pg';

/** OWASP ASVS 5.0 V7.5.1: a change of this weight needs a re-authentication shortly before. */
const STEP_UP_SECONDS = 5 * 60;

/**
 * What an authentication is worth as the user's own word for a change that the API writes itself: the same rule as for
 * changes of factors, which the lifecycle decides. A locked user's own word is not enough.
 */
export async function judgeStepUp(
  client: PoolClient,
  userId: string,
  authenticationId: string,
): Promise<'fresh' | 'stale' | 'locked' | 'none'> {
  const { rows } = await client.query<{ verdict: 'fresh' | 'stale' | 'locked' }>(
    `SELECT CASE
       WHEN u.operator_only OR u.locked_until > current_instant() THEN 'locked'
       WHEN extract(epoch FROM current_instant())
         - (SELECT max((p->>'at')::float8) FROM jsonb_array_elements(a.proofs) p) <= ${STEP_UP_SECONDS} THEN 'fresh'
       ELSE 'stale' END AS verdict
     FROM authentications a JOIN users u USING (user_id)
     WHERE a.authentication_id = $2 AND a.user_id = $1 AND a.status = 'approved' AND NOT u.erased
       AND NOT epoch_refuses(a.tenant_id, a.user_id, u.groups, ARRAY['authentication', 'assertion']
         || ARRAY(SELECT p->>'kind' FROM jsonb_array_elements(a.proofs) p), a.epoch)
       AND NOT session_is_revoked(coalesce(a.session_id, a.request->>'sessionId'))`,
    [userId, authenticationId],
  );
  return rows[0]?.verdict ?? 'none';
}
