import type { Pool } from 'pg';

/** Milliseconds that the deciding clock is ahead of the real one; zero outside test mode. */
export async function readClockOffset(pool: Pool): Promise<number> {
  const { rows } = await pool.query<{ ms: number }>(
    'SELECT (extract(epoch FROM clock_offset) * 1000)::float8 AS ms FROM test_clock',
  );
  return Math.round(rows[0]?.ms ?? 0);
}

/** Moves the deciding clock, either way. */
export async function writeClockOffset(pool: Pool, offsetMs: number): Promise<void> {
  await pool.query(`UPDATE test_clock SET clock_offset = make_interval(secs => $1::float8 / 1000)`, [
    offsetMs,
  ]);
}
