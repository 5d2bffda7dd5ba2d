import type { Pool } from 'pg';

/** Seconds for which the oldest row of each sweep has been due; 0 when none is. */
export interface SweepLag {
  readonly abandonAuthentications: number;
  readonly abandonEnrolments: number;
  readonly restQuietUsers: number;
  readonly forgetOldRecords: number;
  readonly startErasures: number;
  readonly startDeliveries: number;
}

/** Seconds since `due`, none while it is ahead. */
const lag = (due: string): string =>
  `greatest(0, coalesce(extract(epoch FROM current_instant() - (${due})), 0))::float8`;

const READ_SWEEP_LAG = `SELECT
  ${lag(`SELECT min(expires_at) FROM authentications WHERE status = 'pending'`)} AS "abandonAuthentications",
  ${lag(`SELECT min(pending_until) FROM factors WHERE status = 'pending'`)} AS "abandonEnrolments",
  ${lag(`SELECT min(last_command_at) + make_interval(days => $1) FROM users WHERE lifecycle = 'running'`)} AS "restQuietUsers",
  ${lag(`SELECT min(created_at) + make_interval(hours => $2) FROM commands`)} AS "forgetOldRecords",
  ${lag(`SELECT min(coalesce(started_at + interval '1 hour', requested_at)) FROM erasures WHERE status = 'running'`)} AS "startErasures",
  ${lag(`SELECT min(due_at) FROM deliveries WHERE status = 'queued'`)} AS "startDeliveries"`;

/** Each is the first row of an index that its sweep goes by. */
export async function readSweepLag(
  pool: Pool,
  retention: { commandHours: number; restAfterDays: number },
): Promise<SweepLag> {
  const { rows } = await pool.query<SweepLag>({
    name: 'sweep-lag',
    text: READ_SWEEP_LAG,
    values: [retention.restAfterDays, retention.commandHours],
  });
  const [read] = rows;
  if (read === undefined) throw new Error('a query without a table has one row');
  return read;
}
