import type { Pool } from 'pg';

export type ProcessKind = 'api' | 'worker';

/** A process that was seen lately. */
export interface Heartbeat {
  readonly processId: string;
  readonly kind: ProcessKind;
  /** The process's clock minus that of Postgres; positive when the process is ahead. */
  readonly driftMs: number;
}

/** A process that was not seen for so long is not counted as alive. */
export const HEARTBEAT_ALIVE_SECONDS = 15;

/** A process whose clock is further than this from that of Postgres is not ready, and does not start. */
export const MAX_DRIFT_MS = 2_000;

/**
 * Milliseconds by which this process's clock is ahead of that of Postgres, the test offset left out. Half the round
 * trip is taken off, so the error is at most half of it.
 */
export async function measureDrift(pool: Pool, now: () => number = Date.now): Promise<number> {
  const sent = now();
  const { rows } = await pool.query<{ ms: number }>({
    name: 'clock',
    text: 'SELECT (extract(epoch FROM clock_timestamp()) * 1000)::float8 AS ms',
  });
  const received = now();
  return Math.round((sent + received) / 2 - (rows[0]?.ms ?? Number.NaN));
}

/** Says that this process lives; rows of processes that died long ago are dropped on the way. */
export async function writeHeartbeat(pool: Pool, beat: Heartbeat): Promise<void> {
  await pool.query({
    name: 'heartbeat',
    text: `WITH gone AS (DELETE FROM process_heartbeats WHERE seen_at < clock_timestamp() - interval '1 hour')
           INSERT INTO process_heartbeats (process_id, kind, seen_at, drift_ms) VALUES ($1, $2, clock_timestamp(), $3)
           ON CONFLICT (process_id) DO UPDATE SET seen_at = excluded.seen_at, drift_ms = excluded.drift_ms`,
    values: [beat.processId, beat.kind, Math.trunc(beat.driftMs)],
  });
}

export async function removeHeartbeat(pool: Pool, processId: string): Promise<void> {
  await pool.query('DELETE FROM process_heartbeats WHERE process_id = $1', [processId]);
}

/** The processes that are alive by their own word. */
export async function readHeartbeats(pool: Pool): Promise<Heartbeat[]> {
  const { rows } = await pool.query<{ process_id: string; kind: ProcessKind; drift_ms: number }>(
    `SELECT process_id, kind, drift_ms FROM process_heartbeats
     WHERE seen_at > clock_timestamp() - make_interval(secs => ${HEARTBEAT_ALIVE_SECONDS})`,
  );
  return rows.map((row) => ({ processId: row.process_id, kind: row.kind, driftMs: row.drift_ms }));
}
