import type { PoolClient } from 'pg';
import type { ContactKind } from '../security/contact-kind';

/**
 * Whom another system means by an address: the one user of the tenant at whom it is verified; where it is verified at
 * nobody, the one user who has it. Undefined where there is none, or several: what is said of one is no news of the other.
 */
export async function findUserIdByAddress(
  client: PoolClient,
  tenantId: string,
  kind: ContactKind,
  blindIndex: Buffer,
): Promise<string | undefined> {
  const { rows } = await client.query<{ user_id: string; verified: boolean }>(
    `SELECT c.user_id, c.verified_at IS NOT NULL AS verified FROM contacts c JOIN users u USING (user_id)
     WHERE c.tenant_id = $1 AND c.kind = $2 AND c.blind_index = $3 AND NOT u.erased
     ORDER BY verified DESC LIMIT 2`,
    [tenantId, kind, blindIndex],
  );
  const [first, second] = rows;
  if (second !== undefined && first?.verified === second.verified) return undefined;
  return first?.user_id;
}
