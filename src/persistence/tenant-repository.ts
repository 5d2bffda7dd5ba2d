import type { Pool, PoolClient } from 'pg';

export interface TenantRow {
  readonly tenant_id: string;
  readonly name: string;
  readonly created_at: Date;
  readonly disabled_at: Date | null;
}

/** A tenant's name: a DNS label (RFC 1123 §2.1) in small letters, since it is `aud` and `tenant` of assertions. */
export const tenantNameShape = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;

const SHOWN = 'tenant_id, name, created_at, disabled_at';

/** A page of all tenants in the order of their names, the first after `after`. */
export async function listTenants(pool: Pool, page: { after: string; limit: number }): Promise<TenantRow[]> {
  const { rows } = await pool.query<TenantRow>(
    `SELECT ${SHOWN} FROM tenants WHERE name > $1 ORDER BY name LIMIT $2`,
    [page.after, page.limit],
  );
  return rows;
}

export async function findTenant(
  pool: Pool,
  by: { tenantId: string } | { name: string },
): Promise<TenantRow | undefined> {
  const [column, value] = 'name' in by ? ['name', by.name] : ['tenant_id', by.tenantId];
  const { rows } = await pool.query<TenantRow>(`SELECT ${SHOWN} FROM tenants WHERE ${column} = $1`, [value]);
  return rows[0];
}

/** @returns undefined when another tenant has the name */
export async function insertTenant(
  client: PoolClient,
  tenant: { tenantId: string; name: string },
): Promise<TenantRow | undefined> {
  const { rows } = await client.query<TenantRow>(
    `INSERT INTO tenants (tenant_id, name, created_at) VALUES ($1, $2, current_instant())
     ON CONFLICT (name) DO NOTHING RETURNING ${SHOWN}`,
    [tenant.tenantId, tenant.name],
  );
  return rows[0];
}

/** What of a tenant can be changed; what is left out stays. */
export interface TenantChange {
  readonly name?: string | undefined;
  readonly disabled?: boolean | undefined;
}

/**
 * One that is disabled already keeps its first instant.
 * @returns undefined when there is no such tenant; `name_taken` when another has the name
 */
export async function changeTenant(
  client: PoolClient,
  tenantId: string,
  change: TenantChange,
): Promise<{ before: TenantRow; after: TenantRow } | 'name_taken' | undefined> {
  const before = await client.query<TenantRow>(
    `SELECT ${SHOWN} FROM tenants WHERE tenant_id = $1 FOR UPDATE`,
    [tenantId],
  );
  if (before.rows[0] === undefined) return undefined;
  await client.query('SAVEPOINT before_change');
  try {
    const after = await client.query<TenantRow>(
      `UPDATE tenants SET name = coalesce($2, name),
         disabled_at = CASE $3::boolean WHEN true THEN coalesce(disabled_at, current_instant())
                                        WHEN false THEN NULL ELSE disabled_at END
       WHERE tenant_id = $1 RETURNING ${SHOWN}`,
      [tenantId, change.name ?? null, change.disabled ?? null],
    );
    return { before: before.rows[0], after: after.rows[0] ?? before.rows[0] };
  } catch (error) {
    await client.query('ROLLBACK TO SAVEPOINT before_change');
    // unique_violation of the Postgres manual, appendix A.
    if (error instanceof Error && 'code' in error && error.code === '23505') return 'name_taken';
    throw error;
  }
}
