import type { Pool } from 'pg';
import type { DataKeyRow } from './data-key-repository';

/** Living data keys, the deployment's first, then from a random place on; a sample, however many there are. */
export async function sampleDataKeys(keysPool: Pool, limit: number, from: string): Promise<DataKeyRow[]> {
  const { rows } = await keysPool.query<DataKeyRow>(
    `(SELECT key_id AS "keyId", tenant_id AS "tenantId", user_id AS "userId", wrapped, master_key_id AS "masterKeyId"
      FROM data_keys WHERE destroyed_at IS NULL AND tenant_id = '-')
     UNION ALL
     (SELECT key_id, tenant_id, user_id, wrapped, master_key_id
      FROM data_keys WHERE destroyed_at IS NULL AND tenant_id <> '-' AND key_id >= $2 ORDER BY key_id LIMIT $1)
     UNION ALL
     (SELECT key_id, tenant_id, user_id, wrapped, master_key_id
      FROM data_keys WHERE destroyed_at IS NULL AND tenant_id <> '-' AND key_id < $2 ORDER BY key_id LIMIT $1)`,
    [limit, from],
  );
  return rows.slice(0, limit);
}

/** Signing keys by status, and how many leaked ones still have their private half. */
export async function countSigningKeys(
  pool: Pool,
): Promise<{ active: number; next: number; compromisedWithPrivateHalf: number }> {
  const { rows } = await pool.query<{ active: number; next: number; compromisedWithPrivateHalf: number }>(
    `SELECT count(*) FILTER (WHERE status = 'active' AND private_sealed <> '')::int AS active,
            count(*) FILTER (WHERE status = 'next' AND private_sealed <> '')::int AS next,
            count(*) FILTER (WHERE status = 'compromised' AND private_sealed <> '')::int AS "compromisedWithPrivateHalf"
     FROM signing_keys`,
  );
  return rows[0] ?? { active: 0, next: 0, compromisedWithPrivateHalf: 0 };
}
