import type { Pool } from 'pg';

/** A row of `data_keys`, in the keys database: a data key, wrapped, and whom it serves. */
export interface DataKeyRow {
  readonly keyId: string;
  readonly tenantId: string;
  readonly userId: string;
  readonly wrapped: Buffer;
  readonly masterKeyId: string;
}

const columns =
  'key_id AS "keyId", tenant_id AS "tenantId", user_id AS "userId", wrapped, master_key_id AS "masterKeyId"';

/** The living key of a scope. */
export async function findDataKeyOfScope(
  pool: Pool,
  tenantId: string,
  userId: string,
): Promise<DataKeyRow | undefined> {
  const { rows } = await pool.query<DataKeyRow>({
    name: 'data-key-of-scope',
    text: `SELECT ${columns} FROM data_keys WHERE tenant_id = $1 AND user_id = $2 AND destroyed_at IS NULL`,
    values: [tenantId, userId],
  });
  return rows[0];
}

/** The living key of that id. */
export async function findDataKeyById(pool: Pool, keyId: string): Promise<DataKeyRow | undefined> {
  const { rows } = await pool.query<DataKeyRow>({
    name: 'data-key-by-id',
    text: `SELECT ${columns} FROM data_keys WHERE key_id = $1 AND destroyed_at IS NULL`,
    values: [keyId],
  });
  return rows[0];
}

/** Stores a new key unless its scope has one by now, or its id is taken. */
export async function insertDataKeyIfAbsent(pool: Pool, row: DataKeyRow): Promise<void> {
  await pool.query(
    `INSERT INTO data_keys (key_id, tenant_id, user_id, wrapped, master_key_id) VALUES ($1, $2, $3, $4, $5)
     ON CONFLICT DO NOTHING`,
    [row.keyId, row.tenantId, row.userId, row.wrapped, row.masterKeyId],
  );
}

/** Where the scopes of destroyed keys are told, as `tenant/user`, to every process that listens on the keys database. */
export const DESTROYED_KEYS_CHANNEL = 'data_keys_destroyed';

/**
 * Destroys the living key of a scope for good: the wrapped key is overwritten, and every listening process is told as the
 * deletion commits. Doing it again does nothing.
 */
export async function destroyDataKeys(pool: Pool, tenantId: string, userId: string): Promise<void> {
  await pool.query(
    `WITH destroyed AS (
       UPDATE data_keys SET wrapped = '', destroyed_at = now()
       WHERE tenant_id = $1 AND user_id = $2 AND destroyed_at IS NULL
       RETURNING tenant_id, user_id
     )
     SELECT pg_notify('${DESTROYED_KEYS_CHANNEL}', tenant_id || '/' || user_id) FROM destroyed`,
    [tenantId, userId],
  );
}

/** One page of living keys that are wrapped under any other master key, in the order of their ids. */
export async function listDataKeysNotUnder(
  pool: Pool,
  masterKeyId: string,
  page: { after: string; limit: number },
): Promise<DataKeyRow[]> {
  const { rows } = await pool.query<DataKeyRow>(
    `SELECT ${columns} FROM data_keys
     WHERE destroyed_at IS NULL AND master_key_id <> $1 AND key_id > $2 ORDER BY key_id LIMIT $3`,
    [masterKeyId, page.after, page.limit],
  );
  return rows;
}

/**
 * Puts newly wrapped keys in place of the old, where the key is still there and still under the master key
 * that was read: a key destroyed meanwhile stays destroyed.
 * @returns how many were replaced
 */
export async function replaceWrappings(
  pool: Pool,
  replacements: readonly { keyId: string; oldMasterKeyId: string; masterKeyId: string; wrapped: Buffer }[],
): Promise<number> {
  const { rowCount } = await pool.query(
    `UPDATE data_keys SET wrapped = new.wrapped, master_key_id = new.master_key_id, rewrapped_at = now()
     FROM unnest($1::text[], $2::text[], $3::text[], $4::bytea[]) AS new (key_id, old_master_key_id, master_key_id, wrapped)
     WHERE data_keys.key_id = new.key_id AND data_keys.master_key_id = new.old_master_key_id
       AND data_keys.destroyed_at IS NULL`,
    [
      replacements.map((one) => one.keyId),
      replacements.map((one) => one.oldMasterKeyId),
      replacements.map((one) => one.masterKeyId),
      replacements.map((one) => one.wrapped),
    ],
  );
  return rowCount ?? 0;
}
