import type { Pool, PoolClient } from 'pg';
import { eventLiteral } from './event-literal';

/** A restore of the main database. `takenAt` is absent where the database was restored by other means. */
export interface RestoreRow {
  readonly restoreId: string;
  readonly takenAt: Date | null;
  readonly restoredAt: Date;
}

/** What was spent or revoked since the backup is not known here: serving from this database would accept it again. */
export class RestoreUnchecked extends Error {
  readonly code = 'restore_unchecked';
  override readonly name = 'RestoreUnchecked';

  constructor() {
    super(
      'This database was restored from a backup, and what was spent or revoked since is not refused yet: run mfaflow restore-check --apply, then start again.',
    );
  }
}

/** The newest restore that was not checked to the end. */
export async function uncheckedRestore(pool: Pool): Promise<RestoreRow | undefined> {
  const { rows } = await pool.query<RestoreRow>(
    `SELECT restore_id AS "restoreId", taken_at AS "takenAt", restored_at AS "restoredAt" FROM restores
     WHERE checked_at IS NULL ORDER BY restored_at DESC LIMIT 1`,
  );
  return rows[0];
}

/**
 * Lets no server start on a database that was restored and not checked.
 *
 * @throws {RestoreUnchecked}
 */
export async function refuseUncheckedRestore(pool: Pool): Promise<void> {
  if ((await uncheckedRestore(pool)) !== undefined) throw new RestoreUnchecked();
}

/** Notes a restore by other means than ours, which left no word of itself. */
export async function noteRestore(pool: Pool, restoreId: string): Promise<void> {
  await pool.query('INSERT INTO restores (restore_id) VALUES ($1)', [restoreId]);
}

/** @returns false when an earlier, interrupted check is done with the tenant already. */
export async function beginRepair(client: PoolClient, restoreId: string, tenantId: string): Promise<boolean> {
  await client.query('SELECT FROM tenants WHERE tenant_id = $1 FOR UPDATE', [tenantId]);
  const { rowCount } = await client.query(
    `INSERT INTO restore_repairs (restore_id, tenant_id, repaired_at, counts)
     VALUES ($1, $2, current_instant(), '{}') ON CONFLICT DO NOTHING`,
    [restoreId, tenantId],
  );
  return rowCount === 1;
}

/** Leaves with the tenant what was done: in the list of repairs, in its audit trail and as an event. */
export async function recordRepair(
  client: PoolClient,
  repair: { restoreId: string; tenantId: string; takenAt: Date | null; counts: object },
): Promise<void> {
  const said = {
    restoreId: repair.restoreId,
    ...(repair.takenAt === null ? {} : { takenAt: repair.takenAt.toISOString() }),
    ...repair.counts,
  };
  await client.query(
    `WITH repaired AS (
       UPDATE restore_repairs SET counts = $3 WHERE restore_id = $1 AND tenant_id = $2
     ), audited AS (
       INSERT INTO audit (tenant_id, at, actor, action, outcome, detail, epoch)
       SELECT tenant_id, current_instant(), 'command-line', 'database.restore', 'done', $4, epoch
       FROM tenants WHERE tenant_id = $2
     )
     INSERT INTO outbox (tenant_id, type, data, at, epoch)
     SELECT tenant_id, ${eventLiteral('database.restored')}, $4, current_instant(), epoch FROM tenants WHERE tenant_id = $2`,
    [repair.restoreId, repair.tenantId, JSON.stringify(repair.counts), JSON.stringify(said)],
  );
}

/** Ends every restore that waits for its check, unless a tenant has not been repaired in the newest one. */
export async function markChecked(pool: Pool, restoreId: string): Promise<void> {
  await pool.query(
    `UPDATE restores SET checked_at = now() WHERE checked_at IS NULL AND NOT EXISTS (
       SELECT FROM tenants t WHERE NOT EXISTS (
         SELECT FROM restore_repairs r WHERE r.restore_id = $1 AND r.tenant_id = t.tenant_id))`,
    [restoreId],
  );
}
