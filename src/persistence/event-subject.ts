import type { Pool } from 'pg';
import type { ContactKind } from '../security/contact-kind';

/**
 * Whom another system means by an address: the one user of the tenant at whom it is verified; where it is verified at
 * nobody, the one user who has it. `several` where it is not one: what is said of one is no news of the other.
 */
export async function findUserIdByAddress(
  pool: Pool,
  tenantId: string,
  kind: ContactKind,
  blindIndex: Buffer,
): Promise<{ readonly userId: string } | 'unknown' | 'several'> {
  const { rows } = await pool.query<{ user_id: string; verified: boolean }>(
    `SELECT c.user_id, c.verified_at IS NOT NULL AS verified FROM contacts c JOIN users u USING (user_id)
     WHERE c.tenant_id = $1 AND c.kind = $2 AND c.blind_index = $3 AND NOT u.erased
     ORDER BY verified DESC LIMIT 2`,
    [tenantId, kind, blindIndex],
  );
  const [first, second] = rows;
  if (first === undefined) return 'unknown';
  return first.verified === second?.verified ? 'several' : { userId: first.user_id };
}
