import type { Pool } from 'pg';
import type { Config } from './config';
import { holdsDevelopmentKey } from './persistence/api-key-repository';
import { readClockOffset } from './persistence/test-clock-repository';
import { ConfigInvalid } from './setting';

/**
 * What a database must not hold when no test or developer is at work: a clock that a test has moved, and, in
 * production, the development key with every scope.
 *
 * @throws {ConfigInvalid}
 */
export async function refuseTestRemains(
  pool: Pool,
  config: Pick<Config, 'testMode' | 'production'>,
): Promise<void> {
  if (!config.testMode && (await readClockOffset(pool)) !== 0) {
    throw new ConfigInvalid(
      'The clock of this database was moved by a test (table test_clock): start with MFAFLOW_TEST_MODE=1, or set clock_offset to 0 where nobody relies on what was done meanwhile.',
    );
  }
  if (config.production && (await holdsDevelopmentKey(pool))) {
    throw new ConfigInvalid(
      'This database holds the development key of npm start, which is refused in production: revoke it (mfaflow key list, mfaflow key revoke) or use a database of its own.',
    );
  }
}
