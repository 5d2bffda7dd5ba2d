import type { ClientBase } from 'pg';
import { copyTables, tableCopy } from './bulk-copy';
import { copyBytea, copyRowOf, copyText } from './bulk-copy-fields';
import type { DataKeyRow } from './data-key-repository';

const row = copyRowOf(5);

/** Stores new keys of scopes that have none, all or none of them; a key id that is taken fails it (SQLSTATE 23505). */
export async function copyDataKeys(client: ClientBase, keys: readonly DataKeyRow[]): Promise<void> {
  const columns = 'key_id, tenant_id, user_id, wrapped, master_key_id';
  const textOf = ({ keyId, tenantId, userId, wrapped, masterKeyId }: DataKeyRow): string =>
    `${row}${copyText(keyId)}${copyText(tenantId)}${copyText(userId)}${copyBytea(wrapped)}${copyText(masterKeyId)}`;
  await copyTables(client, [tableCopy('data_keys', columns, keys, textOf)]);
}

/** The living keys of some users of a tenant, in no order. */
export async function findDataKeysOfUsers(
  client: ClientBase,
  tenantId: string,
  userIds: readonly string[],
): Promise<DataKeyRow[]> {
  const { rows } = await client.query<DataKeyRow>(
    `SELECT key_id AS "keyId", tenant_id AS "tenantId", user_id AS "userId", wrapped, master_key_id AS "masterKeyId"
     FROM data_keys WHERE tenant_id = $1 AND user_id = ANY ($2) AND destroyed_at IS NULL`,
    [tenantId, userIds],
  );
  return rows;
}

/** Removes the keys of users who were never written: nothing was sealed under them that anybody has. */
export async function deleteUnusedDataKeys(
  client: ClientBase,
  tenantId: string,
  userIds: readonly string[],
): Promise<void> {
  await client.query('DELETE FROM data_keys WHERE tenant_id = $1 AND user_id = ANY ($2)', [
    tenantId,
    userIds,
  ]);
}
