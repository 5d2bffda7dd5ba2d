import { Pool } from 'pg';
import { writeOnce } from '../../src/persistence/direct-write';
import { createTestDatabase, type TestDatabase } from '../test-database';

describe('a write of the API', () => {
  let database: TestDatabase;
  let pool: Pool;

  beforeAll(async () => {
    database = await createTestDatabase();
    pool = new Pool({ connectionString: database.databaseUrl, max: 20 });
    await pool.query(`INSERT INTO tenants (tenant_id, name, epoch) VALUES ('t', 't', 7), ('other', 'o', 0)`);
  });
  afterAll(async () => {
    await pool.end();
    await database.drop();
  });

  const command = (id: string, fingerprint = 'f', tenantId = 't') => ({
    tenantId,
    id,
    fingerprint,
    actor: 'key',
  });
  let carriedOut = 0;
  const act = () => {
    carriedOut += 1;
    return Promise.resolve({
      result: { number: carriedOut },
      audit: [{ action: 'a', outcome: 'done' }],
      events: [{ type: 'api-key.revoked' as const, data: { keyId: `key_${String(carriedOut)}` } }],
    });
  };

  async function leftBy(id: string) {
    const { rows } = await pool.query(
      `SELECT (SELECT count(*)::integer FROM commands WHERE command_id = $1) AS commands,
         (SELECT count(*)::integer FROM audit WHERE command_id = $1 AND epoch = 7) AS audit,
         (SELECT count(*)::integer FROM outbox WHERE command_id = $1 AND epoch = 7) AS outbox`,
      [id],
    );
    return rows[0];
  }

  it('leaves its result, an audit entry and an event, all with the epoch that was read', async () => {
    const { result, replayed } = await writeOnce(pool, command('one'), act);
    expect([result.number, replayed]).toEqual([carriedOut, false]);
    expect(await leftBy('one')).toEqual({ commands: 1, audit: 1, outbox: 1 });
  });

  it('is carried out once for a command that is sent again, or twenty times at once', async () => {
    const all = await Promise.all(Array.from({ length: 20 }, () => writeOnce(pool, command('crowd'), act)));
    expect(new Set(all.map(({ result }) => result.number)).size).toBe(1);
    expect(all.filter(({ replayed }) => !replayed)).toHaveLength(1);
    expect(await leftBy('crowd')).toEqual({ commands: 1, audit: 1, outbox: 1 });
  });

  it('gets its result when the attempt that was first has changed what this one needs', async () => {
    await pool.query('CREATE TABLE single_use (id integer PRIMARY KEY)');
    await pool.query('INSERT INTO single_use VALUES (1)');
    const useUp = () =>
      writeOnce(pool, command('overlapping'), async (client) => {
        const { rowCount } = await client.query('DELETE FROM single_use WHERE id = 1');
        if (rowCount === 0) throw new Error('it was used up');
        return await act();
      });
    const all = await Promise.all(Array.from({ length: 10 }, useUp));
    expect(new Set(all.map(({ result }) => result.number)).size).toBe(1);
    await expect(
      writeOnce(pool, command('later'), () => Promise.reject(new Error('it was used up'))),
    ).rejects.toThrow('it was used up');
  });

  it('is refused under the id of another request, and is its own in another tenant', async () => {
    await writeOnce(pool, command('taken'), act);
    await expect(writeOnce(pool, command('taken', 'g'), act)).rejects.toMatchObject({
      code: 'idempotency_mismatch',
    });
    await expect(writeOnce(pool, command('taken', 'g', 'other'), act)).resolves.toMatchObject({
      replayed: false,
    });
  });

  it('leaves nothing when it fails, and may be tried again', async () => {
    const failing = writeOnce(pool, command('failing'), async (client) => {
      await client.query(`UPDATE tenants SET name = 'changed' WHERE tenant_id = 't'`);
      throw new Error('no');
    });
    await expect(failing).rejects.toThrow('no');
    const { rows } = await pool.query(`SELECT name FROM tenants WHERE tenant_id = 't'`);
    expect(rows).toEqual([{ name: 't' }]);
    expect(await leftBy('failing')).toEqual({ commands: 0, audit: 0, outbox: 0 });
    await expect(writeOnce(pool, command('failing'), act)).resolves.toMatchObject({ replayed: false });
  });
});
