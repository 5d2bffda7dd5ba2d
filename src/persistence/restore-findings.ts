import type { Pool, PoolClient } from 'pg';
import type { DataKeyRow } from './data-key-repository';

export interface RestoredFactor {
  readonly factorId: string;
  readonly kind: string;
  readonly counter: number;
  /** Sealed under the user's key. */
  readonly material: Buffer;
  readonly spent: string[];
}

/** A user as a restored database has it, with the confirmed factors. */
export interface RestoredUser {
  readonly tenantId: string;
  readonly userId: string;
  readonly externalId: string;
  /** On its way out already: an erasure under way when the backup was taken. */
  readonly erased: boolean;
  readonly locked: boolean;
  readonly factors: RestoredFactor[];
}

export async function listTenants(pool: Pool): Promise<{ tenantId: string; name: string }[]> {
  const { rows } = await pool.query<{ tenantId: string; name: string }>(
    'SELECT tenant_id AS "tenantId", name FROM tenants ORDER BY tenant_id',
  );
  return rows;
}

export async function countUsers(pool: Pool): Promise<number> {
  const { rows } = await pool.query<{ count: number }>('SELECT count(*)::float8 AS count FROM users');
  return rows[0]?.count ?? 0;
}

type UserRow = Omit<RestoredUser, 'factors'> & {
  factors: (Omit<RestoredFactor, 'material'> & { material: string })[];
};

/** One page of a tenant's users in the order of the tenant's ids, the first after `after`. */
export async function pageOfUsers(
  connection: Pool | PoolClient,
  tenantId: string,
  after: string,
  limit: number,
): Promise<RestoredUser[]> {
  const { rows } = await connection.query<UserRow>(
    `SELECT u.tenant_id AS "tenantId", u.user_id AS "userId", u.external_id AS "externalId", u.erased,
       u.operator_only OR coalesce(u.locked_until > current_instant(), false) AS locked,
       coalesce((
         SELECT jsonb_agg(jsonb_build_object('factorId', f.factor_id, 'kind', f.kind, 'counter', f.counter,
           'material', encode(f.material, 'base64'),
           'spent', coalesce((SELECT jsonb_agg(s.code_id) FROM spent_codes s WHERE s.factor_id = f.factor_id), '[]')))
         FROM factors f WHERE f.user_id = u.user_id AND f.status = 'active'), '[]') AS factors
     FROM users u WHERE u.tenant_id = $1 AND u.external_id > $2 ORDER BY u.external_id LIMIT $3`,
    [tenantId, after, limit],
  );
  return rows.map((row) => ({
    ...row,
    factors: row.factors.map((factor) => ({ ...factor, material: Buffer.from(factor.material, 'base64') })),
  }));
}

/** The living keys of some users of a tenant. */
export async function livingKeys(
  keysPool: Pool,
  tenantId: string,
  userIds: readonly string[],
): Promise<DataKeyRow[]> {
  const { rows } = await keysPool.query<DataKeyRow>(
    `SELECT key_id AS "keyId", tenant_id AS "tenantId", user_id AS "userId", wrapped, master_key_id AS "masterKeyId"
     FROM data_keys WHERE tenant_id = $1 AND user_id = ANY ($2) AND destroyed_at IS NULL`,
    [tenantId, userIds],
  );
  return rows;
}

/** Somebody who was erased, by the internal id: what the destroyed key or a list of erasures says. */
export interface Tombstone {
  readonly userId: string;
  /** Of the erasure, where it is known. */
  readonly erasureId?: string;
  /** Of the destroyed key, where it is known. */
  readonly keyId?: string;
}

/** One page of destroyed keys in the order of their ids, the first after `after`. */
export async function pageOfTombstones(
  keysPool: Pool,
  after: string,
  limit: number,
): Promise<(Tombstone & { keyId: string })[]> {
  const { rows } = await keysPool.query<Tombstone & { keyId: string }>(
    `SELECT key_id AS "keyId", user_id AS "userId" FROM data_keys
     WHERE destroyed_at IS NOT NULL AND key_id > $1 ORDER BY key_id LIMIT $2`,
    [after, limit],
  );
  return rows;
}

/** Those of the users that are there, and not on their way out: by internal id, with the tenant. */
export async function findUsers(
  pool: Pool,
  userIds: readonly string[],
): Promise<{ tenantId: string; userId: string }[]> {
  const { rows } = await pool.query<{ tenantId: string; userId: string }>(
    'SELECT tenant_id AS "tenantId", user_id AS "userId" FROM users WHERE user_id = ANY ($1) AND NOT erased',
    [userIds],
  );
  return rows;
}

/** How many there are, and the first of them. */
export interface Listed<Item> {
  readonly count: number;
  readonly shown: readonly Item[];
}

export interface UnderWay {
  readonly id: string;
  readonly tenantId: string;
  readonly userId: string;
  readonly since: Date;
}

/** What was waiting for something when the backup was taken. */
export async function readUnderWay(
  pool: Pool,
  shown: number,
): Promise<Record<'authentications' | 'enrolments' | 'erasures', Listed<UnderWay>>> {
  const listed = async (source: string): Promise<Listed<UnderWay>> => {
    const { rows } = await pool.query<UnderWay & { count: number }>(
      `SELECT id, tenant_id AS "tenantId", user_id AS "userId", since, (count(*) OVER ())::float8 AS count
       FROM (${source}) AS waiting ORDER BY since LIMIT $1`,
      [shown],
    );
    return {
      count: rows[0]?.count ?? 0,
      shown: rows.map(({ id, tenantId, userId, since }) => ({ id, tenantId, userId, since })),
    };
  };
  return {
    authentications: await listed(
      `SELECT authentication_id AS id, tenant_id, user_id, created_at AS since FROM authentications WHERE status = 'pending'`,
    ),
    enrolments: await listed(
      `SELECT factor_id AS id, tenant_id, user_id, created_at AS since FROM factors WHERE status = 'pending'`,
    ),
    erasures: await listed(
      `SELECT erasure_id AS id, tenant_id, user_id, requested_at AS since FROM erasures WHERE status = 'running'`,
    ),
  };
}

export interface LivingApiKey {
  readonly keyId: string;
  readonly tenantId: string;
  readonly name: string;
  readonly scopes: string[];
  readonly createdAt: Date;
}

/** Every API key that is accepted: one that was revoked since the backup is among them again. */
export async function livingApiKeys(pool: Pool): Promise<LivingApiKey[]> {
  const { rows } = await pool.query<LivingApiKey>(
    `SELECT key_id AS "keyId", tenant_id AS "tenantId", name, scopes, created_at AS "createdAt" FROM api_keys
     WHERE revoked_at IS NULL AND (expires_at IS NULL OR expires_at > current_instant()) ORDER BY tenant_id, created_at`,
  );
  return rows;
}

/** @returns the tenant's id of a user, or undefined when there is none. */
export async function externalIdOf(client: PoolClient, userId: string): Promise<string | undefined> {
  const { rows } = await client.query<{ external_id: string }>(
    'SELECT external_id FROM users WHERE user_id = $1 AND NOT erased',
    [userId],
  );
  return rows[0]?.external_id;
}

/**
 * Every erasure that has not ended, of users who rose and of those who were on their way out in the backup already. Each
 * counts as not started from now on, so that a sweep starts it.
 */
export async function reclaimErasures(
  pool: Pool,
): Promise<{ erasureId: string; tenantId: string; userId: string }[]> {
  const { rows } = await pool.query<{ erasureId: string; tenantId: string; userId: string }>(
    `UPDATE erasures SET started_at = NULL WHERE status = 'running'
     RETURNING erasure_id AS "erasureId", tenant_id AS "tenantId", user_id AS "userId"`,
  );
  return rows;
}
