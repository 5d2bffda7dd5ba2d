import type { Pool } from 'pg';
import type { AuthenticationOption, Grant } from '../workflows/messages';

/** What the last decision left in `outcome`: the grant when approved, what may be done next while pending. */
export type AuthenticationOutcome = Grant | { readonly options: AuthenticationOption[] };

/** An authentication as a reader sees it. */
export interface ShownAuthenticationRow {
  readonly authentication_id: string;
  readonly status: 'pending' | 'approved' | 'denied' | 'expired';
  readonly reason: string | null;
  readonly challenge: { factorId: string; kind: string } | null;
  readonly outcome: AuthenticationOutcome | null;
  readonly expires_at: Date;
  /** Its time is over, whether or not the sweep has passed. */
  readonly overdue: boolean;
  /** An epoch raised since refuses it, or its session was revoked. */
  readonly refused: boolean;
  readonly now: number;
}

export async function readAuthentication(
  pool: Pool,
  tenantId: string,
  authenticationId: string,
): Promise<ShownAuthenticationRow | undefined> {
  const { rows } = await pool.query<ShownAuthenticationRow>(
    `SELECT a.authentication_id, a.status, a.reason, a.challenge, a.outcome, a.expires_at,
       a.status = 'pending' AND a.expires_at <= current_instant() AS overdue,
       epoch_refuses(a.tenant_id, a.user_id, u.groups, ARRAY['authentication', 'assertion', 'session']
         || ARRAY(SELECT p->>'kind' FROM jsonb_array_elements(a.proofs) p), a.epoch)
         OR session_is_revoked(coalesce(a.session_id, a.request->>'sessionId')) AS refused,
       floor(extract(epoch FROM current_instant()))::float8 AS now
     FROM authentications a JOIN users u USING (user_id)
     WHERE a.tenant_id = $1 AND a.authentication_id = $2`,
    [tenantId, authenticationId],
  );
  return rows[0];
}

/** Those of the given authentications that wait for nothing any more: ended, overdue or gone. */
export async function endedAuthentications(
  pool: Pool,
  authenticationIds: readonly string[],
): Promise<string[]> {
  const { rows } = await pool.query<{ id: string }>({
    name: 'ended-authentications',
    text: `SELECT wanted.id FROM unnest($1::text[]) AS wanted (id)
           LEFT JOIN authentications a ON a.authentication_id = wanted.id
           WHERE a.status IS DISTINCT FROM 'pending' OR a.expires_at <= current_instant()`,
    values: [authenticationIds],
  });
  return rows.map((row) => row.id);
}
