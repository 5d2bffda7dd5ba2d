import type { Pool } from 'pg';
import type { AuthenticationOption, Grant } from '../workflows/messages';
import { newestDelivery, type NewestDelivery } from './newest-delivery';
import type { Challenge } from './situation';

/** What the last decision left in `outcome`: the grant when approved, what may be done next while pending. */
export type AuthenticationOutcome = Grant | { readonly options: AuthenticationOption[] };

/** An authentication as a reader sees it. */
export interface ShownAuthenticationRow {
  readonly authentication_id: string;
  readonly status: 'pending' | 'approved' | 'denied' | 'expired';
  readonly reason: string | null;
  readonly challenge: Challenge | null;
  /** Of a challenge whose code travels, as soon as there was one. */
  readonly newest_delivery: NewestDelivery | null;
  readonly outcome: AuthenticationOutcome | null;
  readonly expires_at: Date;
  /** Its time is over, whether or not the sweep has passed. */
  readonly overdue: boolean;
  /** An epoch raised since refuses it, its session was revoked, or the user said that it was not them. */
  readonly refused: boolean;
  /** Seconds until an answer of the user is evaluated again; null when one would be now, or an operator has to unlock. */
  readonly retry_after: number | null;
  readonly now: number;
}

/** As `doorOf` of the failure budget has it. */
const RETRY_AFTER = `
  CASE WHEN NOT u.operator_only AND greatest(u.locked_until, u.wait_until) > current_instant()
    THEN ceil(extract(epoch FROM greatest(u.locked_until, u.wait_until) - current_instant()))::integer END`;

export async function readAuthentication(
  pool: Pool,
  tenantId: string,
  authenticationId: string,
): Promise<ShownAuthenticationRow | undefined> {
  const { rows } = await pool.query<ShownAuthenticationRow>(
    `SELECT a.authentication_id, a.status, a.reason, a.challenge, a.outcome, a.expires_at,
       ${newestDelivery(`c.authentication_id = a.authentication_id AND c.factor_id = a.challenge->>'factorId'
         AND a.status = 'pending'`)} AS newest_delivery,
       a.status = 'pending' AND a.expires_at <= current_instant() AS overdue,
       epoch_refuses(a.tenant_id, a.user_id, u.groups, ARRAY['authentication', 'assertion', 'session']
         || ARRAY(SELECT p->>'kind' FROM jsonb_array_elements(a.proofs) p)
         || ARRAY(SELECT c.kind FROM challenges c WHERE c.authentication_id = a.authentication_id AND c.status = 'open'), a.epoch)
         OR a.disowned_at IS NOT NULL OR session_is_revoked(coalesce(a.session_id, a.request->>'sessionId')) AS refused,
       ${RETRY_AFTER} AS retry_after,
       floor(extract(epoch FROM current_instant()))::float8 AS now
     FROM authentications a JOIN users u USING (user_id)
     WHERE a.tenant_id = $1 AND a.authentication_id = $2 AND NOT u.erased`,
    [tenantId, authenticationId],
  );
  return rows[0];
}

/** An authentication that somebody waits for. */
export interface WatchedAuthentication {
  readonly id: string;
  /** It waits for nothing any more: ended, overdue or gone. */
  readonly ended: boolean;
  /** The newest code of what is to be answered is on its way to a provider. */
  readonly delivering: boolean;
}

export async function watchedAuthentications(
  pool: Pool,
  authenticationIds: readonly string[],
): Promise<WatchedAuthentication[]> {
  const { rows } = await pool.query<WatchedAuthentication>({
    name: 'watched-authentications',
    text: `SELECT wanted.id, a.status IS DISTINCT FROM 'pending' OR a.expires_at <= current_instant() AS ended,
             coalesce(${newestDelivery(`c.authentication_id = a.authentication_id
               AND c.factor_id = a.challenge->>'factorId'`)}->>'status' = 'queued', false) AS delivering
           FROM unnest($1::text[]) AS wanted (id)
           LEFT JOIN authentications a ON a.authentication_id = wanted.id`,
    values: [authenticationIds],
  });
  return rows;
}

/** Whether an answer to an authentication could be evaluated now, and whether this command was decided before. */
export interface AnswerGroundRow {
  readonly isOpen: boolean;
  readonly decidedFor: string | null;
  readonly locked: boolean;
  readonly retryAfter: number | null;
}

/** What is known before an answer is sent off whose sender will not hear of a refusal. */
export async function readAnswerGround(
  pool: Pool,
  command: { tenantId: string; id: string; authenticationId: string },
): Promise<AnswerGroundRow | undefined> {
  const { rows } = await pool.query<AnswerGroundRow>({
    name: 'answer-ground',
    text: `SELECT a.status = 'pending' AND a.expires_at > current_instant() AS "isOpen",
             (SELECT c.fingerprint FROM commands c WHERE c.tenant_id = $1 AND c.command_id = $2) AS "decidedFor",
             u.operator_only OR coalesce(u.locked_until > current_instant(), false) AS locked,
             ${RETRY_AFTER} AS "retryAfter"
           FROM authentications a JOIN users u USING (user_id)
           WHERE a.tenant_id = $1 AND a.authentication_id = $3 AND a.purpose <> 'enrolment'`,
    values: [command.tenantId, command.id, command.authenticationId],
  });
  return rows[0];
}
