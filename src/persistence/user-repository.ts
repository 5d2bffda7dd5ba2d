import type { Pool, PoolClient } from 'pg';

/** A user as the API shows it. */
export interface UserRow {
  readonly user_id: string;
  readonly external_id: string;
  readonly groups: string[];
  readonly status: 'active' | 'waiting' | 'locked';
  readonly wait_until: Date | null;
  readonly locked_until: Date | null;
  readonly operator_only: boolean;
  readonly lock_reason: string | null;
  readonly failures: number;
  readonly created_at: Date;
  readonly factors: { id: string; kind: string; status: string }[];
}

// Pending factors whose time is over are as good as gone, whether or not the sweep has passed.
const SHOWN = `
  SELECT u.user_id, u.external_id, u.groups, u.operator_only, u.lock_reason, u.failures, u.created_at,
    CASE WHEN u.operator_only OR u.locked_until > current_instant() THEN 'locked'
         WHEN u.wait_until > current_instant() THEN 'waiting' ELSE 'active' END AS status,
    CASE WHEN u.wait_until > current_instant() THEN u.wait_until END AS wait_until,
    CASE WHEN u.locked_until > current_instant() THEN u.locked_until END AS locked_until,
    coalesce((SELECT jsonb_agg(jsonb_build_object('id', f.factor_id, 'kind', f.kind, 'status', f.status)
        ORDER BY f.created_at, f.factor_id)
      FROM factors f WHERE f.user_id = u.user_id
        AND (f.status = 'active' OR f.pending_until > current_instant())), '[]') AS factors
  FROM users u`;

export async function readUser(pool: Pool, tenantId: string, userId: string): Promise<UserRow | undefined> {
  const { rows } = await pool.query<UserRow>(`${SHOWN} WHERE u.tenant_id = $1 AND u.user_id = $2`, [
    tenantId,
    userId,
  ]);
  return rows[0];
}

/** One page in the order of the tenant's ids, the first after `after`. */
export async function listUsers(
  pool: Pool,
  tenantId: string,
  after: string,
  limit: number,
): Promise<UserRow[]> {
  const { rows } = await pool.query<UserRow>(
    `${SHOWN} WHERE u.tenant_id = $1 AND u.external_id > $2 ORDER BY u.external_id LIMIT $3`,
    [tenantId, after, limit],
  );
  return rows;
}

/** @returns the internal id, or undefined when the tenant has no such user. */
export async function findUserId(
  connection: Pool | PoolClient,
  tenantId: string,
  externalId: string,
): Promise<string | undefined> {
  const { rows } = await connection.query<{ user_id: string }>(
    'SELECT user_id FROM users WHERE tenant_id = $1 AND external_id = $2',
    [tenantId, externalId],
  );
  return rows[0]?.user_id;
}

export interface NewUser {
  readonly userId: string;
  readonly tenantId: string;
  readonly externalId: string;
  readonly groups: readonly string[];
}

/** @returns false when another writer was first: the row is then not this one's. */
export async function insertUser(client: PoolClient, user: NewUser): Promise<boolean> {
  const { rowCount } = await client.query(
    `INSERT INTO users (user_id, tenant_id, external_id, groups) VALUES ($1, $2, $3, $4)
     ON CONFLICT (tenant_id, external_id) DO NOTHING`,
    [user.userId, user.tenantId, user.externalId, user.groups],
  );
  return rowCount === 1;
}

/** @returns whether the groups were others before. Raises the version: decisions depend on groups. */
export async function setGroups(
  client: PoolClient,
  userId: string,
  groups: readonly string[],
): Promise<boolean> {
  const { rowCount } = await client.query(
    'UPDATE users SET groups = $2, version = version + 1 WHERE user_id = $1 AND groups <> $2',
    [userId, groups],
  );
  return rowCount === 1;
}
