import { Pool } from 'pg';
import { ensureFirstTenant } from '../../src/persistence/bootstrap';
import { readSweepLag } from '../../src/persistence/sweep-lag-repository';
import { newApiKey } from '../../src/security/api-key';
import { createTestDatabase, type TestDatabase } from '../test-database';

const retention = { commandHours: 24, restAfterDays: 30 };

describe('the lag of the sweep that starts erasures', () => {
  let database: TestDatabase;
  let pool: Pool;
  let tenantId: string;

  beforeAll(async () => {
    database = await createTestDatabase();
    pool = new Pool({ connectionString: database.databaseUrl, max: 1 });
    const options = { tenantName: 'acme', apiKey: newApiKey() };
    ({ tenantId } = await ensureFirstTenant(database.databaseUrl, options));
  });

  afterAll(async () => {
    await pool.end();
    await database.drop();
  });

  async function erasure(status: 'running' | 'done', requestedAgo: string, startedAgo?: string) {
    await pool.query('DELETE FROM erasures');
    await pool.query(
      `INSERT INTO erasures (erasure_id, tenant_id, user_id, subject, status, actor, requested_at, started_at)
       VALUES ('era_1', $1, 'usr_1', '\\x00', $2, 'key_1', now() - $3::interval, now() - $4::interval)`,
      [tenantId, status, requestedAgo, startedAgo ?? null],
    );
    return (await readSweepLag(pool, retention)).startErasures;
  }

  it('counts from the request of one that never started', async () => {
    expect(Math.round(await erasure('running', '2 hours'))).toBe(7_200);
  });

  it('is none while one that started has its hour, and grows after it', async () => {
    expect(await erasure('running', '2 hours', '30 minutes')).toBe(0);
    expect(Math.round(await erasure('running', '3 hours', '90 minutes'))).toBe(1_800);
  });

  it('is none once all are done', async () => {
    expect(await erasure('done', '2 days', '1 day')).toBe(0);
  });
});
