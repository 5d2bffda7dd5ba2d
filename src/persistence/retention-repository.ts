import type { Pool } from 'pg';

/**
 * Deletes what has served its time: results of commands that nobody retries any more, events that nothing reads,
 * ended authentications and sessions, what was shown once, what was delivered, links, limits and heartbeats of long ago.
 *
 * @returns the most rows deleted of one kind, at most `limit`.
 */
export async function forgetOld(
  pool: Pool,
  retention: { outboxDays: number; commandHours: number },
  limit: number,
): Promise<number> {
  const counts = [
    await deleted(
      pool,
      `DELETE FROM commands WHERE ctid = ANY (ARRAY(SELECT ctid FROM commands
       WHERE created_at < current_instant() - make_interval(hours => $1) ORDER BY created_at LIMIT $2))`,
      [retention.commandHours, limit],
    ),
    await deleted(
      pool,
      `DELETE FROM outbox WHERE ctid = ANY (ARRAY(SELECT ctid FROM outbox
       WHERE at < current_instant() - make_interval(days => $1) ORDER BY at LIMIT $2))`,
      [retention.outboxDays, limit],
    ),
    await deleted(
      pool,
      `DELETE FROM authentications WHERE ctid = ANY (ARRAY(SELECT ctid FROM authentications
       WHERE status <> 'pending' AND ended_at < current_instant() - make_interval(days => $1) LIMIT $2))`,
      [retention.outboxDays, limit],
    ),
    await deleted(
      pool,
      `DELETE FROM sessions WHERE ctid = ANY (ARRAY(SELECT ctid FROM sessions
       WHERE expires_at < current_instant() - make_interval(days => $1) ORDER BY expires_at LIMIT $2))`,
      [retention.outboxDays, limit],
    ),
    // With the ledger of each.
    await deleted(
      pool,
      `DELETE FROM deliveries WHERE ctid = ANY (ARRAY(SELECT ctid FROM deliveries
       WHERE created_at < current_instant() - make_interval(days => $1) AND status <> 'queued'
       ORDER BY created_at LIMIT $2))`,
      [retention.outboxDays, limit],
    ),
    await deleted(
      pool,
      `DELETE FROM tickets WHERE ctid = ANY (ARRAY(SELECT ctid FROM tickets
       WHERE expires_at < current_instant() - make_interval(days => $1) ORDER BY expires_at LIMIT $2))`,
      [retention.outboxDays, limit],
    ),
    // What was shown of a temporary pass, for the retry of a lost answer.
    await deleted(
      pool,
      `UPDATE factors SET disclosure = NULL WHERE ctid = ANY (ARRAY(SELECT ctid FROM factors
       WHERE disclosure IS NOT NULL AND status = 'active' AND created_at < current_instant() - interval '10 minutes'
       ORDER BY created_at LIMIT $1))`,
      [limit],
    ),
    // The longest window is a day.
    await deleted(
      pool,
      `DELETE FROM delivery_allowances WHERE ctid = ANY (ARRAY(SELECT ctid FROM delivery_allowances
       WHERE window_start < current_instant() - interval '2 days' ORDER BY window_start LIMIT $1))`,
      [limit],
    ),
  ];
  // A new API key is shown to retries for ten minutes; after that nothing can show it.
  await pool.query(
    `UPDATE commands SET result = result - 'sealedKey'
     WHERE result ? 'sealedKey' AND created_at < current_instant() - interval '10 minutes'`,
  );
  await pool.query(`DELETE FROM rate_limits WHERE expire < extract(epoch FROM clock_timestamp()) * 1000`);
  await pool.query(`DELETE FROM process_heartbeats WHERE seen_at < clock_timestamp() - interval '1 hour'`);
  return Math.max(...counts);
}

async function deleted(pool: Pool, sql: string, values: unknown[]): Promise<number> {
  const { rowCount } = await pool.query(sql, values);
  return rowCount ?? 0;
}
