import type { Pool, PoolClient } from 'pg';

export type EpochScope = 'tenant' | 'group' | 'user' | 'kind';

export interface EpochRow {
  readonly scope: EpochScope;
  readonly subject: string;
  readonly value: string;
  readonly raised_at: Date;
  readonly reason: string;
  /** The tenant's id of the user, for the scope `user`. */
  readonly external_id: string | null;
}

/**
 * Raises an epoch inside the caller's transaction. The tenant's row is locked first, so that within a tenant
 * a later raise always has the greater value.
 *
 * @returns the value below which everything is refused from the commit on
 */
export async function raiseEpoch(
  client: PoolClient,
  epoch: { tenantId: string; scope: EpochScope; subject: string; reason: string },
): Promise<{ value: string; raisedAt: Date }> {
  await client.query('SELECT FROM tenants WHERE tenant_id = $1 FOR UPDATE', [epoch.tenantId]);
  const { rows } = await client.query<{ value: string; raised_at: Date }>(
    `WITH raised AS (
       INSERT INTO epochs (tenant_id, scope, subject, value, raised_at, reason)
       VALUES ($1, $2, $3, nextval('epoch_values'), current_instant(), $4)
       ON CONFLICT (tenant_id, scope, subject) DO UPDATE
         SET value = excluded.value, raised_at = excluded.raised_at, reason = excluded.reason
       RETURNING value, raised_at
     ), stamped AS (
       UPDATE tenants SET epoch = raised.value FROM raised WHERE tenant_id = $1
     )
     SELECT value, raised_at FROM raised`,
    [epoch.tenantId, epoch.scope, epoch.subject, epoch.reason],
  );
  const row = rows[0];
  if (row === undefined) throw new Error('INSERT … RETURNING gave no row');
  return { value: row.value, raisedAt: row.raised_at };
}

/** Where an epoch stands in the list of its tenant. */
export type EpochPlace = Pick<EpochRow, 'value' | 'scope' | 'subject'>;

/** One page, the newest first, of what comes after the epoch `after`. */
export async function listEpochs(
  pool: Pool,
  tenantId: string,
  after: EpochPlace | undefined,
  limit: number,
): Promise<EpochRow[]> {
  const { rows } = await pool.query<EpochRow>(
    `SELECT e.scope, e.subject, e.value, e.raised_at, e.reason,
       (SELECT u.external_id FROM users u WHERE e.scope = 'user' AND u.user_id = e.subject) AS external_id
     FROM epochs e
     WHERE e.tenant_id = $1
       AND (e.value, e.scope, e.subject) < (coalesce($2, 9223372036854775807), coalesce($3, ''), coalesce($4, ''))
     ORDER BY e.value DESC, e.scope DESC, e.subject DESC LIMIT $5`,
    [tenantId, after?.value ?? null, after?.scope ?? null, after?.subject ?? null, limit],
  );
  return rows;
}
