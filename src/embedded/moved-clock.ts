import { Pool } from 'pg';
import { refuseTestRemains } from '../production-refusals';

/**
 * Says at once what worker and server would refuse one restart after the other.
 *
 * @throws {ConfigInvalid}
 */
export async function refuseMovedClock(databaseUrl: string, env: NodeJS.ProcessEnv): Promise<void> {
  const pool = new Pool({ connectionString: databaseUrl, max: 1 });
  try {
    await refuseTestRemains(pool, { testMode: env['MFAFLOW_TEST_MODE'] === '1', production: false });
  } finally {
    await pool.end();
  }
}
