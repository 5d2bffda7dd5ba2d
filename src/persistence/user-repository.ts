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
  readonly locale: string | null;
  readonly default_factor: string | null;
  readonly preferred_order: string[];
  readonly created_at: Date;
  readonly factors: { id: string; kind: string; status: string }[];
}

// Pending factors whose time is over are as good as gone, whether or not the sweep has passed.
export const SHOWN_USER = `
  SELECT u.user_id, u.external_id, u.groups, u.operator_only, u.lock_reason, u.failures, u.locale,
    u.default_factor, u.preferred_order, u.created_at,
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
  const { rows } = await pool.query<UserRow>(
    `${SHOWN_USER} WHERE u.tenant_id = $1 AND u.user_id = $2 AND NOT u.erased`,
    [tenantId, userId],
  );
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
    `${SHOWN_USER} WHERE u.tenant_id = $1 AND u.external_id > $2 AND NOT u.erased ORDER BY u.external_id LIMIT $3`,
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

/**
 * Takes a user's row for this transaction.
 * @returns false when the user was erased since it was looked up: the tenant's id may be somebody else's by now
 */
export async function holdUser(client: PoolClient, userId: string): Promise<boolean> {
  const { rowCount } = await client.query(
    'SELECT FROM users WHERE user_id = $1 AND NOT erased FOR NO KEY UPDATE',
    [userId],
  );
  return rowCount === 1;
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

/**
 * Joining a group notes the epoch of that moment, so that raises of before end nothing. Leaving one whose epoch was
 * raised turns the raise into one of the user, so that what it refused stays refused.
 */
const SET_GROUPS = `
  WITH before AS (
    SELECT u.user_id, u.tenant_id, u.groups, u.group_since, t.epoch FROM users u JOIN tenants t USING (tenant_id)
    WHERE u.user_id = $1 AND NOT u.erased FOR UPDATE OF u
  ), changed AS (
    UPDATE users u SET groups = $2, version = version + 1, group_since = coalesce((
      SELECT jsonb_object_agg(joined, CASE WHEN joined = ANY (b.groups) THEN b.group_since->joined ELSE to_jsonb(b.epoch) END)
      FROM unnest($2::text[]) joined WHERE NOT joined = ANY (b.groups) OR b.group_since ? joined), '{}')
    FROM before b WHERE u.user_id = b.user_id AND b.groups <> $2
    RETURNING u.user_id
  ), kept AS (
    INSERT INTO epochs (tenant_id, scope, subject, value, raised_at, reason)
    SELECT b.tenant_id, 'user', b.user_id, max(e.value), current_instant(), 'left a group whose epoch was raised'
    FROM before b JOIN epochs e ON e.tenant_id = b.tenant_id AND e.scope = 'group' AND e.subject = ANY (b.groups)
    WHERE NOT e.subject = ANY ($2) AND e.value > coalesce((b.group_since->>e.subject)::bigint, 0)
    GROUP BY b.tenant_id, b.user_id
    ON CONFLICT (tenant_id, scope, subject) DO UPDATE SET value = greatest(epochs.value, excluded.value)
  )
  SELECT FROM changed`;

/** @returns whether the groups were others before. Raises the version: decisions depend on groups. */
export async function setGroups(
  client: PoolClient,
  userId: string,
  groups: readonly string[],
): Promise<boolean> {
  const { rowCount } = await client.query(SET_GROUPS, [userId, groups]);
  return rowCount === 1;
}
