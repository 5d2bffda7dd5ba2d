import type { Pool } from 'pg';

export interface DueUser {
  tenantId: string;
  userId: string;
}

/** Users whose lifecycle runs though nothing was asked of it for `days`. */
export async function usersDueForRest(pool: Pool, days: number, limit: number): Promise<DueUser[]> {
  const { rows } = await pool.query<DueUser>(
    `SELECT tenant_id AS "tenantId", user_id AS "userId" FROM users
     WHERE lifecycle = 'running' AND last_command_at < current_instant() - make_interval(days => $1)
     ORDER BY last_command_at LIMIT $2`,
    [days, limit],
  );
  return rows;
}

/** Marks those at rest that nobody woke since. */
export async function markResting(pool: Pool, users: readonly DueUser[], days: number): Promise<void> {
  await pool.query(
    `UPDATE users SET lifecycle = 'resting'
     WHERE user_id = ANY ($1) AND lifecycle = 'running'
       AND last_command_at < current_instant() - make_interval(days => $2)`,
    [users.map((user) => user.userId), days],
  );
}
