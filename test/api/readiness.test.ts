import { Pool } from 'pg';
import { createReadiness } from '../../src/api/readiness';
import { writeHeartbeat } from '../../src/persistence/heartbeat-repository';
import { createTestDatabase, type TestDatabase } from '../test-database';

describe('readiness', () => {
  let database: TestDatabase;
  let pool: Pool;

  beforeAll(async () => {
    database = await createTestDatabase();
    pool = new Pool({ connectionString: database.databaseUrl });
  });
  afterAll(async () => {
    await pool.end();
    await database.drop();
  });
  beforeEach(async () => {
    await pool.query('DELETE FROM process_heartbeats');
    await writeHeartbeat(pool, { processId: 'w1', kind: 'worker', driftMs: 10 });
  });

  const yes = () => Promise.resolve(true);

  it('is given when everything is there', async () => {
    expect(await createReadiness({ pool, temporalHealthy: yes }).check()).toEqual({
      status: 'ready',
      checks: { postgres: true, temporal: true, worker: true, clock: true },
    });
  });

  it('is not given without Temporal, whether it says no, fails or never answers', async () => {
    const never = () => new Promise<boolean>(() => undefined);
    for (const temporalHealthy of [
      () => Promise.resolve(false),
      () => Promise.reject(new Error('x')),
      never,
    ]) {
      const { status, checks } = await createReadiness({ pool, temporalHealthy }).check();
      expect([status, checks.temporal, checks.postgres]).toEqual(['not_ready', false, true]);
    }
  });

  it('is not given without a worker that was seen in the last fifteen seconds', async () => {
    await pool.query(`UPDATE process_heartbeats SET seen_at = clock_timestamp() - interval '16 seconds'`);
    expect((await createReadiness({ pool, temporalHealthy: yes }).check()).checks.worker).toBe(false);
    await writeHeartbeat(pool, { processId: 'a1', kind: 'api', driftMs: 0 });
    expect((await createReadiness({ pool, temporalHealthy: yes }).check()).checks.worker).toBe(false);
  });

  it('is not given when the clock of this process is more than two seconds off, either way', async () => {
    for (const [offMs, clock] of [
      [2_500, false],
      [-2_500, false],
      [1_500, true],
    ] as const) {
      const readiness = createReadiness({ pool, temporalHealthy: yes }, () => Date.now() + offMs);
      expect((await readiness.check()).checks.clock).toBe(clock);
    }
  });

  it("is not given when a worker's clock is off", async () => {
    await writeHeartbeat(pool, { processId: 'w2', kind: 'worker', driftMs: -3_000 });
    expect((await createReadiness({ pool, temporalHealthy: yes }).check()).checks.clock).toBe(false);
  });

  it('is not given without Postgres, and the test clock does not matter', async () => {
    await pool.query(`UPDATE test_clock SET clock_offset = '1 day'`);
    expect((await createReadiness({ pool, temporalHealthy: yes }).check()).status).toBe('ready');
    const away = new Pool({ connectionString: 'postgres://nobody@127.0.0.1:1/none' });
    const { status, checks } = await createReadiness({ pool: away, temporalHealthy: yes }).check();
    expect([status, checks.postgres, checks.temporal]).toEqual(['not_ready', false, true]);
    await away.end();
  });

  it('is taken back at once by a process that is about to end', async () => {
    let draining = false;
    const readiness = createReadiness({ pool, temporalHealthy: yes, draining: () => draining });
    expect((await readiness.check()).status).toBe('ready');
    draining = true;
    expect((await readiness.check()).status).toBe('not_ready');
  });
});
