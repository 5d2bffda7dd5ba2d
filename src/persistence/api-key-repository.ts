import type { Pool, PoolClient } from 'pg';

/** What a key is now; a `rotated` one is good until it expires. */
type ApiKeyStatus = 'active' | 'rotated' | 'expired' | 'revoked';

export interface ApiKeyRow {
  readonly key_id: string;
  readonly name: string;
  readonly scopes: string[];
  readonly created_at: Date;
  readonly expires_at: Date | null;
  readonly revoked_at: Date | null;
  /** To five minutes. */
  readonly last_used_at: Date | null;
  readonly rotated_from: string | null;
  readonly rotated_to: string | null;
  readonly status: ApiKeyStatus;
}

const SHOWN = `k.key_id, k.name, k.scopes, k.created_at, k.expires_at, k.revoked_at, k.last_used_at, k.rotated_from,
  (SELECT s.key_id FROM api_keys s WHERE s.rotated_from = k.key_id) AS rotated_to,
  CASE WHEN k.revoked_at IS NOT NULL THEN 'revoked'
    WHEN k.expires_at <= current_instant() THEN 'expired'
    WHEN EXISTS (SELECT FROM api_keys s WHERE s.rotated_from = k.key_id) THEN 'rotated' ELSE 'active' END AS status`;

/**
 * A page of a tenant's keys, revoked ones too, newest first.
 * @param after the id of the last key of the page before; undefined for the first page
 */
export async function listApiKeys(
  pool: Pool,
  tenantId: string,
  page: { after: string | undefined; limit: number },
): Promise<ApiKeyRow[]> {
  const { rows } = await pool.query<ApiKeyRow>(
    `SELECT ${SHOWN} FROM api_keys k
     WHERE k.tenant_id = $1 AND ($2::text IS NULL OR (k.created_at, k.key_id) <
       (SELECT l.created_at, l.key_id FROM api_keys l WHERE l.tenant_id = $1 AND l.key_id = $2))
     ORDER BY k.created_at DESC, k.key_id DESC LIMIT $3`,
    [tenantId, page.after ?? null, page.limit],
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

/** @returns the tenant that a key belongs to, for who may see all of them */
export async function findTenantOfApiKey(pool: Pool, keyId: string): Promise<string | undefined> {
  const { rows } = await pool.query<{ tenant_id: string }>(
    'SELECT tenant_id FROM api_keys WHERE key_id = $1',
    [keyId],
  );
  return rows[0]?.tenant_id;
}

/** @param key `hash` is the SHA-256 of the key, `expiresAt` an ISO 8601 instant */
export async function insertApiKey(
  client: PoolClient,
  key: {
    keyId: string;
    tenantId: string;
    name: string;
    hash: Buffer;
    scopes: readonly string[];
    expiresAt: string | null;
    rotatedFrom?: string;
  },
): Promise<ApiKeyRow> {
  const { rows } = await client.query<ApiKeyRow>(
    `INSERT INTO api_keys AS k (key_id, tenant_id, name, hash, scopes, created_at, expires_at, rotated_from)
     VALUES ($1, $2, $3, $4, $5, current_instant(), $6, $7) RETURNING ${SHOWN}`,
    [key.keyId, key.tenantId, key.name, key.hash, key.scopes, key.expiresAt, key.rotatedFrom ?? null],
  );
  return only(rows);
}

/**
 * Locks a key of the tenant for the transaction, so that of two rotations one sees what the other did.
 * @returns undefined when the tenant has no such key
 */
export async function lockApiKey(
  client: PoolClient,
  tenantId: string,
  keyId: string,
): Promise<ApiKeyRow | undefined> {
  // Two statements: one that waited for the lock would still see the successors of when it began.
  await client.query('SELECT FROM api_keys WHERE tenant_id = $1 AND key_id = $2 FOR UPDATE', [
    tenantId,
    keyId,
  ]);
  const { rows } = await client.query<ApiKeyRow>(
    `SELECT ${SHOWN} FROM api_keys k WHERE k.tenant_id = $1 AND k.key_id = $2`,
    [tenantId, keyId],
  );
  return rows[0];
}

/** Lets a key end so many seconds from now; one that ends sooner keeps its end. */
export async function endApiKeyIn(client: PoolClient, keyId: string, seconds: number): Promise<ApiKeyRow> {
  const { rows } = await client.query<ApiKeyRow>(
    `UPDATE api_keys k SET expires_at = least(k.expires_at, current_instant() + make_interval(secs => $2))
     WHERE k.key_id = $1 RETURNING ${SHOWN}`,
    [keyId, seconds],
  );
  return only(rows);
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
     WHERE k.key_id = before.key_id RETURNING ${SHOWN}, before.revoked_at IS NULL AS now_revoked`,
    [tenantId, keyId],
  );
  return rows[0];
}

/** Notes that a key was used, at most once in five minutes over all processes. */
export async function noteApiKeyUse(pool: Pool, keyId: string): Promise<void> {
  await pool.query({
    name: 'note-api-key-use',
    text: `UPDATE api_keys SET last_used_at = current_instant()
     WHERE key_id = $1 AND (last_used_at IS NULL OR last_used_at < current_instant() - interval '5 minutes')`,
    values: [keyId],
  });
}

function only<Row>(rows: readonly Row[]): Row {
  const row = rows[0];
  if (row === undefined) throw new Error('RETURNING gave no row');
  return row;
}
