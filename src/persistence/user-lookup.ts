import type { Pool } from 'pg';
import { SHOWN_USER, type UserRow } from './user-repository';

/** A user who has an address, and by which contact. */
export interface FoundUserRow extends UserRow {
  readonly contact_id: string;
  readonly verified: boolean;
}

/** What is looked for, by whom. */
export interface LookUp {
  readonly tenantId: string;
  /** Id of the API key. */
  readonly actor: string;
  readonly kind: 'email' | 'phone';
  readonly blindIndex: Buffer;
  /** Internal id of the last user of the page before; empty for the first page. */
  readonly after: string;
  readonly limit: number;
}

// In the order of the internal ids, which is that of the index: an address that very many share costs one page too.
// Whoever finds people by what is known of them leaves a trace, found or not, in the same statement.
const FIND_BY_ADDRESS = `
  WITH found AS (
    SELECT c.user_id, c.contact_id, c.verified_at IS NOT NULL AS verified FROM contacts c JOIN users u USING (user_id)
    WHERE c.tenant_id = $1 AND c.kind = $2 AND c.blind_index = $3 AND c.user_id > $4 AND NOT u.erased
    ORDER BY c.user_id LIMIT $5 + 1
  ), audited AS (
    INSERT INTO audit (tenant_id, user_id, at, actor, action, outcome, detail, epoch)
    SELECT t.tenant_id, f.user_id, current_instant(), $6, 'user.look-up',
      CASE WHEN f.user_id IS NULL THEN 'none' ELSE 'found' END, jsonb_build_object('by', $2::text), t.epoch
    FROM tenants t LEFT JOIN (SELECT user_id FROM found ORDER BY user_id LIMIT $5) f ON true
    WHERE t.tenant_id = $1
  )
  ${SHOWN_USER.replace('SELECT', 'SELECT found.contact_id, found.verified,')}
  JOIN found USING (user_id) ORDER BY u.user_id`;

/**
 * The users of a tenant who have exactly this address, verified or not, one more than the limit when there are more.
 * Every look-up is audited: for each user found, or once when there is none.
 */
export async function findUsersByAddress(pool: Pool, lookUp: LookUp): Promise<FoundUserRow[]> {
  const { tenantId, kind, blindIndex, after, limit, actor } = lookUp;
  const { rows } = await pool.query<FoundUserRow>({
    name: 'find-users-by-address',
    text: FIND_BY_ADDRESS,
    values: [tenantId, kind, blindIndex, after, limit, actor],
  });
  return rows;
}
