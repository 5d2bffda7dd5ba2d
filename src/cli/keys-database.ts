import { Pool } from 'pg';
import { keysDatabaseOf } from './named-database';

/** Opens the database of wrapped data keys for as long as `use` runs. */
export async function withKeysDatabase<Result>(use: (pool: Pool) => Promise<Result>): Promise<Result> {
  const { url } = keysDatabaseOf(process.env);
  const pool = new Pool({ connectionString: url, max: 3, connectionTimeoutMillis: 10_000 });
  // A connection that breaks while idle is opened again or missed by the next query, which says so.
  pool.on('error', () => undefined);
  try {
    return await use(pool);
  } finally {
    await pool.end();
  }
}
