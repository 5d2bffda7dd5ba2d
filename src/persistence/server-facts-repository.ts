import type { Pool } from 'pg';

/** What a Postgres server is set to and busy with, for who looks after it. */
export interface DurabilitySettings {
  readonly fsync: string;
  readonly fullPageWrites: string;
  readonly synchronousCommit: string;
}

export async function readDurabilitySettings(pool: Pool): Promise<DurabilitySettings> {
  const { rows } = await pool.query<DurabilitySettings>(
    `SELECT current_setting('fsync') AS fsync, current_setting('full_page_writes') AS "fullPageWrites",
            current_setting('synchronous_commit') AS "synchronousCommit"`,
  );
  return rows[0] ?? { fsync: 'unknown', fullPageWrites: 'unknown', synchronousCommit: 'unknown' };
}

export interface ConnectionUse {
  /** Connections that ordinary users may have in all. */
  readonly available: number;
  readonly used: number;
}

export async function readConnectionUse(pool: Pool): Promise<ConnectionUse> {
  const { rows } = await pool.query<ConnectionUse>(
    `SELECT current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int AS available,
            (SELECT count(*)::int FROM pg_stat_activity WHERE backend_type = 'client backend') AS used`,
  );
  return rows[0] ?? { available: 0, used: 0 };
}

/** The folder of the server's data, where it tells this user. */
export async function readDataDirectory(pool: Pool): Promise<string | undefined> {
  const { rows } = await pool.query<{ path: string | null }>(
    `SELECT CASE WHEN pg_has_role('pg_read_all_settings', 'USAGE') THEN current_setting('data_directory') END AS path`,
  );
  return rows[0]?.path ?? undefined;
}

/** Days that the oldest event has been kept; 0 when there is none. */
export async function readOutboxDays(pool: Pool): Promise<number> {
  const { rows } = await pool.query<{ days: number }>(
    `SELECT coalesce(extract(epoch FROM current_instant() - min(at)) / 86400, 0)::float8 AS days FROM outbox`,
  );
  return rows[0]?.days ?? 0;
}

/** The heartbeats of the last hour of processes that neither beat nor took their leave, by kind. */
export async function countLostProcesses(pool: Pool, aliveSeconds: number): Promise<number> {
  const { rows } = await pool.query<{ lost: number }>(
    `SELECT count(*)::int AS lost FROM process_heartbeats
     WHERE seen_at < clock_timestamp() - make_interval(secs => $1)`,
    [aliveSeconds],
  );
  return rows[0]?.lost ?? 0;
}
