import { Pool } from 'pg';
import type { DirectCommand } from '../persistence/direct-write';
import { randomId } from '../security/random-id';
import { mainDatabaseOf } from './named-database';

/** Opens the database of DATABASE_URL, which is all that most commands need, for as long as `use` runs. */
export async function withMainDatabase<Result>(use: (pool: Pool) => Promise<Result>): Promise<Result> {
  const { url } = mainDatabaseOf(process.env);
  const pool = new Pool({ connectionString: url, max: 2, connectionTimeoutMillis: 10_000 });
  // A connection that breaks while idle is opened again or missed by the next query, which says so.
  pool.on('error', () => undefined);
  try {
    return await use(pool);
  } finally {
    await pool.end();
  }
}

/** How a write of the command line stands in the audit trail: each run is a command of its own. */
export function commandOfOperator(tenantId: string): DirectCommand {
  return { tenantId, id: randomId('cmd'), fingerprint: '', actor: 'command-line' };
}
