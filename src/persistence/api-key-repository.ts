import type { Pool, PoolClient } from 'pg';

export interface ApiKeyRow {
  readonly key_id: string;
  readonly name: string;
  readonly scopes: string[];
  readonly created_at: Date;
  readonly expires_at: Date | null;
  readonly revoked_at: Date | null;
}

const SHOWN = 'key_id, name, scopes, created_at, expires_at, revoked_at';

export async function listApiKeys(pool: Pool, tenantId: string): Promise<ApiKeyRow[]> {
  const { rows } = await pool.query<ApiKeyRow>(
    `SELECT ${SHOWN} FROM api_keys WHERE tenant_id = $1 ORDER BY created_at DESC, key_id LIMIT 1000`,
    [tenantId],
  );
  return rows;
}

/** Whether a key that the one-command start made is still good. */
export async function holdsDevelopmentKey(pool: Pool): Promise<boolean> {
  const { rowCount } = await pool.query(
    'SELECT 1 FROM api_keys WHERE development AND revoked_at IS NULL LIMIT 1',
  );
  return rowCount !== 0;
}

export async function insertApiKey(
  client: PoolClient,
  key: {
    keyId: string;
    tenantId: string;
    name: string;
    hash: Buffer;
    scopes: readonly string[];
    expiresAt: string | null;
  },
): Promise<ApiKeyRow> {
  const { rows } = await client.query<ApiKeyRow>(
    `INSERT INTO api_keys (key_id, tenant_id, name, hash, scopes, created_at, expires_at)
     VALUES ($1, $2, $3, $4, $5, current_instant(), $6) RETURNING ${SHOWN}`,
    [key.keyId, key.tenantId, key.name, key.hash, key.scopes, key.expiresAt],
  );
  const row = rows[0];
  if (row === undefined) throw new Error('INSERT … RETURNING gave no row');
  return row;
}

/** @returns undefined when the tenant has no such key; one revoked earlier keeps its first instant. */
export async function revokeApiKey(
  client: PoolClient,
  tenantId: string,
  keyId: string,
): Promise<(ApiKeyRow & { now_revoked: boolean }) | undefined> {
  const { rows } = await client.query<ApiKeyRow & { now_revoked: boolean }>(
    `WITH before AS (SELECT key_id, revoked_at FROM api_keys WHERE tenant_id = $1 AND key_id = $2 FOR UPDATE)
     UPDATE api_keys k SET revoked_at = coalesce(k.revoked_at, current_instant()) FROM before
     WHERE k.key_id = before.key_id
     RETURNING k.key_id, k.name, k.scopes, k.created_at, k.expires_at, k.revoked_at,
       before.revoked_at IS NULL AS now_revoked`,
    [tenantId, keyId],
  );
  return rows[0];
}
