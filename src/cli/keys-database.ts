import { Pool } from 'pg';
import { besideKeysUrl, settings } from '../config';

/** KEYS_DATABASE_URL, or what it is by default. */
export function keysDatabaseUrl(): string {
  return settings.keysDatabaseUrl.read(process.env) ?? besideKeysUrl(settings.databaseUrl.read(process.env));
}

/** Opens the database of wrapped data keys for as long as `use` runs. */
export async function withKeysDatabase<Result>(use: (pool: Pool) => Promise<Result>): Promise<Result> {
  const pool = new Pool({ connectionString: keysDatabaseUrl(), max: 3, connectionTimeoutMillis: 10_000 });
  // A connection that breaks while idle is opened again or missed by the next query, which says so.
  pool.on('error', () => undefined);
  try {
    return await use(pool);
  } finally {
    await pool.end();
  }
}
