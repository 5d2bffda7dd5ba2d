import { Pool } from 'pg';
import { againAfterDeadlock } from '../../src/persistence/deadlock';
import { createTestDatabase, type TestDatabase } from '../test-database';

describe('A statement that Postgres ends to break a deadlock', () => {
  let database: TestDatabase;
  let pool: Pool;

  beforeAll(async () => {
    database = await createTestDatabase();
    pool = new Pool({ connectionString: database.databaseUrl, max: 4 });
    pool.on('error', () => undefined);
  });

  afterAll(async () => {
    await pool.end();
    await database.drop();
  });

  it('is run once more', async () => {
    let runs = 0;
    const other = await pool.connect();
    try {
      // The other looks for a deadlock much later: the statement is the one that is ended.
      await other.query(`BEGIN; SET LOCAL deadlock_timeout = '1min'; SELECT pg_advisory_xact_lock(1)`);
      const statement = againAfterDeadlock(async () => {
        runs += 1;
        await pool.query('SELECT pg_advisory_xact_lock(2), pg_advisory_xact_lock(1)');
      });
      await someoneWaits(pool);
      await other.query('SELECT pg_advisory_xact_lock(2)');
      await other.query('COMMIT');
      await statement;
    } finally {
      other.release();
    }
    expect(runs).toBe(2);
  });

  it('fails for every other reason at once', async () => {
    let runs = 0;
    const failing = againAfterDeadlock(async () => {
      runs += 1;
      return await pool.query('SELECT 1 / 0');
    });
    await expect(failing).rejects.toMatchObject({ code: '22012' });
    expect(runs).toBe(1);
  });
});

async function someoneWaits(pool: Pool): Promise<void> {
  for (let left = 400; left > 0; left -= 1) {
    const { rows } = await pool.query(
      `SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND NOT granted
         AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`,
    );
    if (rows.length > 0) return;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  throw new Error('nobody waits');
}
