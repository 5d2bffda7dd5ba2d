import type { Pool, PoolClient } from 'pg';
import { eventLiteral } from './event-literal';

export { deleteUserRows } from './erased-rows';

/** An erasure as Postgres knows it. `certificate` grows with each step and is whole once the status is `done`. */
export interface ErasureRow {
  readonly erasure_id: string;
  readonly tenant_id: string;
  /** The internal, random id that the user had. */
  readonly user_id: string;
  readonly status: 'running' | 'done';
  /** Id of the API key that asked for it. */
  readonly actor: string;
  readonly requested_at: Date;
  readonly done_at: Date | null;
  readonly certificate: StoredCertificate;
}

/** What the steps have put down so far. */
export interface StoredCertificate {
  /** Rows deleted, by table. */
  readonly deleted?: Record<string, number>;
  /** Rows that stay without what was personal in them, by table. */
  readonly stripped?: Record<string, number>;
  /** Ids of the data keys that were destroyed. */
  readonly keys?: string[];
  /** Runs of the lifecycle that Temporal does not have any more. */
  readonly runsGone?: string[];
  /** Runs that Temporal still had at the end. */
  readonly runsLeft?: string[];
}

const COLUMNS = 'erasure_id, tenant_id, user_id, status, actor, requested_at, done_at, certificate';

/**
 * Takes the user out of everybody's sight, inside the caller's transaction: the tenant's id is given up for one that no
 * route can name, sessions and open authentications end, and whoever decides about the user at this moment finds
 * another version and looks again.
 *
 * @param erasure subject: keyed hash of the tenant's id
 * @returns false when another request was first
 */
export async function markErased(
  client: PoolClient,
  erasure: { erasureId: string; tenantId: string; userId: string; subject: Buffer; actor: string },
): Promise<boolean> {
  const { rowCount } = await client.query(
    `WITH marked AS (
       UPDATE users SET erased = true, external_id = '/erased/' || user_id, version = version + 1
       WHERE tenant_id = $2 AND user_id = $3 AND NOT erased
       RETURNING user_id
     ), recorded AS (
       INSERT INTO erasures (erasure_id, tenant_id, user_id, subject, status, actor, requested_at)
       SELECT $1, $2, user_id, $4, 'running', $5, current_instant() FROM marked
     ), revoked AS (
       UPDATE sessions s SET revoked_at = current_instant(), revoked_reason = 'user_erased'
       FROM marked WHERE s.user_id = marked.user_id AND s.revoked_at IS NULL
     ), ended AS (
       UPDATE authentications a SET status = 'expired', reason = 'user_erased', ended_at = current_instant()
       FROM marked WHERE a.user_id = marked.user_id AND a.status = 'pending'
     )
     SELECT FROM marked`,
    [erasure.erasureId, erasure.tenantId, erasure.userId, erasure.subject, erasure.actor],
  );
  return rowCount === 1;
}

/** @returns undefined when the tenant has no such erasure. */
export async function readErasure(
  pool: Pool,
  tenantId: string,
  erasureId: string,
): Promise<ErasureRow | undefined> {
  const { rows } = await pool.query<ErasureRow>(
    `SELECT ${COLUMNS} FROM erasures WHERE tenant_id = $1 AND erasure_id = $2`,
    [tenantId, erasureId],
  );
  return rows[0];
}

/** The newest erasure of whoever had the id that `subject` is the keyed hash of. */
export async function findErasureOf(
  pool: Pool,
  tenantId: string,
  subject: Buffer,
): Promise<ErasureRow | undefined> {
  const { rows } = await pool.query<ErasureRow>(
    `SELECT ${COLUMNS} FROM erasures WHERE tenant_id = $1 AND subject = $2 ORDER BY requested_at DESC LIMIT 1`,
    [tenantId, subject],
  );
  return rows[0];
}

/** One page, newest first, of what was asked for before the erasure `after`. */
export async function listErasures(
  pool: Pool,
  tenantId: string,
  after: string | null,
  limit: number,
): Promise<ErasureRow[]> {
  const { rows } = await pool.query<ErasureRow>(
    `SELECT ${COLUMNS} FROM erasures
     WHERE tenant_id = $1 AND ($2::text IS NULL OR (requested_at, erasure_id) <
       (SELECT requested_at, erasure_id FROM erasures WHERE tenant_id = $1 AND erasure_id = $2))
     ORDER BY requested_at DESC, erasure_id DESC LIMIT $3`,
    [tenantId, after, limit],
  );
  return rows;
}

export interface StartableErasure {
  readonly erasureId: string;
  readonly tenantId: string;
  readonly userId: string;
}

/** Erasures whose workflow was never started, or not seen for an hour: those that nobody looked at for longest first. */
export async function erasuresToStart(pool: Pool, limit: number): Promise<StartableErasure[]> {
  const { rows } = await pool.query<StartableErasure>(
    `SELECT erasure_id AS "erasureId", tenant_id AS "tenantId", user_id AS "userId" FROM erasures
     WHERE status = 'running' AND (started_at IS NULL OR started_at < current_instant() - interval '1 hour')
     ORDER BY started_at NULLS FIRST LIMIT $1`,
    [limit],
  );
  return rows;
}

export async function noteStarted(pool: Pool, erasureId: string): Promise<void> {
  await pool.query('UPDATE erasures SET started_at = current_instant() WHERE erasure_id = $1', [erasureId]);
}

/** Ends an erasure; one that has ended stays as it is. Audit entry and event come with it. */
export async function completeErasure(pool: Pool, erasureId: string): Promise<void> {
  await pool.query(
    `WITH done AS (
       UPDATE erasures e SET status = 'done', done_at = current_instant(),
         certificate = certificate || jsonb_build_object('runsLeft', coalesce((
           SELECT jsonb_agg(r.run_id ORDER BY r.run_id) FROM lifecycle_runs r WHERE r.user_id = e.user_id), '[]'))
       WHERE e.erasure_id = $1 AND e.status = 'running'
       RETURNING e.erasure_id, e.tenant_id, e.user_id
     ), forgotten AS (
       DELETE FROM lifecycle_runs r USING done WHERE r.user_id = done.user_id
     ), audited AS (
       INSERT INTO audit (tenant_id, user_id, at, actor, action, outcome, detail, epoch)
       SELECT d.tenant_id, d.user_id, current_instant(), 'system', 'user.erase', 'done',
         jsonb_build_object('erasureId', d.erasure_id), t.epoch
       FROM done d JOIN tenants t USING (tenant_id)
     )
     INSERT INTO outbox (tenant_id, user_id, type, data, at, epoch)
     SELECT d.tenant_id, d.user_id, ${eventLiteral('user.erased')}, jsonb_build_object('erasureId', d.erasure_id),
       current_instant(), t.epoch
     FROM done d JOIN tenants t USING (tenant_id)`,
    [erasureId],
  );
}
