import type { Pool } from 'pg';

/** Adds what Temporal itself lists, often longer than it has it, to what decisions have recorded. */
export async function noteRuns(
  pool: Pool,
  erasure: { erasureId: string; userId: string },
  runIds: readonly string[],
): Promise<void> {
  await pool.query(
    `INSERT INTO lifecycle_runs (user_id, run_id, began_at)
     SELECT $2, listed.run_id, current_instant() FROM erasures e, unnest($3::text[]) AS listed (run_id)
     WHERE e.erasure_id = $1 AND e.status = 'running'
       AND NOT coalesce(e.certificate->'runsGone' ? listed.run_id, false)
     ON CONFLICT DO NOTHING`,
    [erasure.erasureId, erasure.userId, runIds],
  );
}

/** A run that Temporal may still have. `askNow`: nobody has asked for its deletion, or too long ago. */
export interface ErasedRun {
  readonly run_id: string;
  readonly askNow: boolean;
}

/**
 * The first `limit` of them. The server puts every request for a deletion into a queue in which others wait behind it, and
 * may lose one for a run that is just closing: a run is asked for once, and again when it is still there after a minute.
 */
export async function runsToDelete(pool: Pool, userId: string, limit: number): Promise<ErasedRun[]> {
  const { rows } = await pool.query<ErasedRun>(
    `SELECT run_id, coalesce(asked_at < now() - interval '1 minute', true) AS "askNow"
     FROM lifecycle_runs WHERE user_id = $1 ORDER BY began_at, run_id LIMIT $2`,
    [userId, limit],
  );
  return rows;
}

/** Their ids alone. */
export async function listRuns(pool: Pool, userId: string, limit: number): Promise<string[]> {
  return (await runsToDelete(pool, userId, limit)).map((run) => run.run_id);
}

export async function noteAsked(pool: Pool, userId: string, runIds: readonly string[]): Promise<void> {
  await pool.query('UPDATE lifecycle_runs SET asked_at = now() WHERE user_id = $1 AND run_id = ANY ($2)', [
    userId,
    runIds,
  ]);
}

/**
 * Moves runs that Temporal does not have any more to the certificate.
 * @returns how many are left
 */
export async function certifyRunsGone(
  pool: Pool,
  erasure: { erasureId: string; userId: string },
  runIds: readonly string[],
): Promise<number> {
  const { rows } = await pool.query<{ left: number }>(
    `WITH gone AS (
       DELETE FROM lifecycle_runs WHERE user_id = $2 AND run_id = ANY ($3) RETURNING run_id
     ), certified AS (
       UPDATE erasures SET certificate = certificate || jsonb_build_object('runsGone',
         coalesce(certificate->'runsGone', '[]') || (SELECT coalesce(jsonb_agg(run_id ORDER BY run_id), '[]') FROM gone))
       WHERE erasure_id = $1 AND status = 'running'
     )
     SELECT count(*)::integer AS left FROM lifecycle_runs
     WHERE user_id = $2 AND run_id <> ALL ($3)`,
    [erasure.erasureId, erasure.userId, runIds],
  );
  return rows[0]?.left ?? 0;
}

/** Puts the ids of keys down before they are destroyed: afterwards nothing finds them by their user. */
export async function certifyKeys(pool: Pool, erasureId: string, keyIds: readonly string[]): Promise<void> {
  await pool.query(
    `UPDATE erasures SET certificate = certificate || jsonb_build_object('keys', (
       SELECT coalesce(jsonb_agg(DISTINCT key_id), '[]')
       FROM (SELECT jsonb_array_elements_text(coalesce(certificate->'keys', '[]')) UNION SELECT unnest($2::text[])) AS all_keys (key_id)))
     WHERE erasure_id = $1 AND status = 'running'`,
    [erasureId, keyIds],
  );
}
