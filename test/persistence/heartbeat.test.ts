import { Pool } from 'pg';
import { startHeartbeat } from '../../src/persistence/heartbeat';
import { measureDrift, readHeartbeats } from '../../src/persistence/heartbeat-repository';
import { createTestDatabase, type TestDatabase } from '../test-database';

describe('heartbeats', () => {
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

  const beat = (processId: string, kind: 'api' | 'worker') =>
    startHeartbeat({
      pool,
      processId,
      kind,
      everyMs: 20,
      onError: (error) => {
        throw error;
      },
    });

  it('tell every process how many APIs live, and nothing of those that have stopped', async () => {
    const first = await beat('a1', 'api');
    const worker = await beat('w1', 'worker');
    const second = await beat('a2', 'api');
    expect(second.liveApiProcesses()).toBe(2);
    while (first.liveApiProcesses() < 2) await new Promise((resolve) => setTimeout(resolve, 10));
    await second.stop();
    while (first.liveApiProcesses() > 1) await new Promise((resolve) => setTimeout(resolve, 10));
    const alive = await readHeartbeats(pool);
    expect(alive.map(({ processId }) => processId).sort()).toEqual(['a1', 'w1']);
    await first.stop();
    await worker.stop();
    expect(await readHeartbeats(pool)).toEqual([]);
  });

  it('measure how far a clock is from that of Postgres, whatever the test clock says', async () => {
    await pool.query(`UPDATE test_clock SET clock_offset = '1 hour'`);
    const drift = await measureDrift(pool, () => Date.now() + 60_000);
    expect(Math.round(drift / 10_000)).toBe(6);
  });

  it('go on after a beat that failed', async () => {
    const errors: unknown[] = [];
    const away = new Pool({ connectionString: 'postgres://nobody@127.0.0.1:1/none' });
    const heartbeat = await startHeartbeat({
      pool: away,
      processId: 'x',
      kind: 'api',
      everyMs: 10,
      onError: (error) => errors.push(error),
    });
    while (errors.length < 3) await new Promise((resolve) => setTimeout(resolve, 5));
    expect(heartbeat.liveApiProcesses()).toBe(1);
    await heartbeat.stop();
    await away.end();
  });
});
