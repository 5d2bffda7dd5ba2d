import type { Pool, PoolClient } from 'pg';

/** How many living data keys are wrapped under each master key; one that wraps none is not there. */
export async function countDataKeysByMasterKey(connection: Pool | PoolClient): Promise<Map<string, number>> {
  const { rows } = await connection.query<{ id: string; count: string }>(
    'SELECT master_key_id AS id, count(*) AS count FROM data_keys WHERE destroyed_at IS NULL GROUP BY 1',
  );
  return new Map(rows.map(({ id, count }) => [id, Number(count)]));
}

/** How many living data keys are wrapped under any other master key. */
export async function countDataKeysNotUnder(pool: Pool, masterKeyId: string): Promise<number> {
  const { rows } = await pool.query<{ count: string }>(
    'SELECT count(*) AS count FROM data_keys WHERE destroyed_at IS NULL AND master_key_id <> $1',
    [masterKeyId],
  );
  return Number(rows[0]?.count ?? 0);
}

/**
 * Runs `act` while nobody writes a data key, after every write under way has ended: what it counts stays so. Readers go
 * on. Gives up after five seconds of waiting (SQLSTATE 55P03).
 */
export async function whileNoDataKeyIsWritten<Result>(
  pool: Pool,
  act: (client: PoolClient) => Promise<Result>,
): Promise<Result> {
  const client = await pool.connect();
  let broken = true;
  try {
    await client.query(`BEGIN; SET LOCAL lock_timeout = '5s'; LOCK TABLE data_keys IN SHARE MODE`);
    const result = await act(client);
    await client.query('COMMIT');
    broken = false;
    return result;
  } finally {
    // Closing the connection rolls back and lets go of the lock, whatever has happened to it.
    client.release(broken);
  }
}
