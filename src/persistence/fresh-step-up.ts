import type { PoolClient } from 'pg';
import { everyProofStands, isStrongEnough, type OwnFactor } from '../factors/step-up-strength';

/** OWASP ASVS 5.0 V7.5.1: a change of this weight needs a re-authentication shortly before. */
const STEP_UP_SECONDS = 5 * 60;

interface JudgedRow {
  readonly locked: boolean;
  readonly now: number;
  readonly proofs: readonly { factorId: string; kind: string; at: number }[];
  readonly factors: readonly OwnFactor[];
}

/**
 * What an authentication is worth as the user's own word for a change that the API writes itself: the same rule as for
 * changes of factors, which the lifecycle decides. A locked user's own word is not enough.
 */
export async function judgeStepUp(
  client: PoolClient,
  userId: string,
  authenticationId: string,
): Promise<'fresh' | 'stale' | 'locked' | 'weak' | 'none'> {
  const { rows } = await client.query<JudgedRow>(
    `SELECT u.operator_only OR coalesce(u.locked_until > current_instant(), false) AS locked,
       floor(extract(epoch FROM current_instant()))::float8 AS now, a.proofs,
       coalesce((SELECT jsonb_agg(jsonb_build_object('factor_id', f.factor_id, 'kind', f.kind, 'status', f.status,
           'frozen', f.frozen_at IS NOT NULL))
         FROM factors f WHERE f.user_id = u.user_id AND (f.expires_at IS NULL OR f.expires_at > current_instant())),
         '[]') AS factors
     FROM authentications a JOIN users u USING (user_id)
     WHERE a.authentication_id = $2 AND a.user_id = $1 AND a.status = 'approved' AND NOT u.erased
       AND NOT epoch_refuses(a.tenant_id, a.user_id, u.groups, ARRAY['authentication', 'assertion']
         || ARRAY(SELECT p->>'kind' FROM jsonb_array_elements(a.proofs) p), a.epoch)
       AND a.disowned_at IS NULL AND NOT session_is_revoked(coalesce(a.session_id, a.request->>'sessionId'))`,
    [userId, authenticationId],
  );
  const [row] = rows;
  if (row?.locked === true) return 'locked';
  if (row === undefined || !everyProofStands(row.proofs, row.factors)) return 'none';
  const fresh = row.proofs.filter(({ at }) => row.now - at <= STEP_UP_SECONDS);
  if (fresh.length === 0) return 'stale';
  return isStrongEnough(fresh, row.factors) ? 'fresh' : 'weak';
}
