import type { Pool, PoolClient } from 'pg';

/** Runs `work` in one transaction, which is committed when it says so and rolled back when it does not or throws. */
export async function inTransaction<Value>(
  pool: Pool,
  work: (client: PoolClient) => Promise<{ keep: boolean; value: Value }>,
): Promise<Value> {
  const client = await pool.connect();
  let broken = true;
  try {
    await client.query('BEGIN');
    const { keep, value } = await work(client);
    await client.query(keep ? 'COMMIT' : 'ROLLBACK');
    broken = false;
    return value;
  } finally {
    client.release(broken);
  }
}
