import type { Pool } from 'pg';
import { newestDelivery, type NewestDelivery } from './newest-delivery';

/** A factor as the API shows it; `material` and `disclosure` are sealed under the user's key. */
export interface ShownFactorRow {
  readonly factor_id: string;
  readonly kind: string;
  readonly name: string | null;
  readonly status: 'pending' | 'active';
  readonly counter: string;
  readonly material: Buffer;
  readonly disclosure: Buffer | null;
  readonly replaces: string | null;
  readonly spent: string[];
  readonly pending_until: Date | null;
  readonly created_at: Date;
  readonly confirmed_at: Date | null;
  readonly last_used_at: Date | null;
  readonly expires_at: Date | null;
  readonly frozen_at: Date | null;
  /** Of a pending one whose first code travels. */
  readonly newest_delivery: NewestDelivery | null;
}

// A disclosure is for the retry of a lost answer: ten minutes, and only while the factor waits for its confirmation; or,
// of one that waits for none and ends by itself, until it was used.
const SHOWN = `
  SELECT f.factor_id, f.kind, f.name, f.status, f.counter, f.material, f.replaces, f.pending_until, f.created_at,
    f.confirmed_at, f.last_used_at, f.expires_at, f.frozen_at,
    ${newestDelivery(`f.status = 'pending' AND c.factor_id = f.factor_id AND c.authentication_id IS NULL
      AND c.status = 'open'`)} AS newest_delivery,
    CASE WHEN (f.status = 'pending' OR (f.expires_at IS NOT NULL AND f.last_used_at IS NULL))
        AND f.created_at > current_instant() - interval '10 minutes'
      THEN f.disclosure END AS disclosure,
    ARRAY(SELECT s.code_id FROM spent_codes s WHERE s.factor_id = f.factor_id) AS spent
  FROM factors f
  WHERE f.tenant_id = $1 AND f.user_id = $2 
    AND (f.expires_at IS NULL OR f.expires_at > current_instant())
    AND (f.status = 'active' OR f.pending_until > current_instant())`;

export async function listFactors(pool: Pool, tenantId: string, userId: string): Promise<ShownFactorRow[]> {
  const { rows } = await pool.query<ShownFactorRow>(`${SHOWN} ORDER BY f.created_at, f.factor_id`, [
    tenantId,
    userId,
  ]);
  return rows;
}

export async function readFactor(
  pool: Pool,
  tenantId: string,
  userId: string,
  factorId: string,
): Promise<ShownFactorRow | undefined> {
  const { rows } = await pool.query<ShownFactorRow>(`${SHOWN} AND f.factor_id = $3`, [
    tenantId,
    userId,
    factorId,
  ]);
  return rows[0];
}
