import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Pool } from 'pg';
import { withClient } from '../../../src/embedded/database';
import { erase, rowsNaming, TABLES_LEFT, untilErased } from '../../end-to-end/erasing';
import { Person } from '../../end-to-end/person';
import { mfaflow, mfaflowJson } from './command';
import { createEmptyDatabases, dropEmptyDatabases } from './empty-databases';
import { installed, serveFrom, type RestoredSystem } from './restored-system';

/** Temporal remembers that the erasure has ended, and nobody would start it again. */
describe('somebody who was erased before the database was lost', () => {
  const scratch = mkdtempSync(join(tmpdir(), 'mfaflow-erase-again-'));
  const backups = { before: join(scratch, 'before'), during: join(scratch, 'during') };
  let environment: Record<string, string>;
  let erased: { userId: string; erasureId: string };
  let system: RestoredSystem | undefined;

  beforeAll(async () => {
    const old = await installed(scratch);
    environment = old.environment;
    system = await serveFrom(environment, old.apiKey);
    const person = await Person.enrolled(system);
    expect(await mfaflow(environment, 'backup', backups.before)).toMatchObject({ exitCode: 0 });
    const erasure = await erase(person);
    expect(await mfaflow(environment, 'backup', backups.during)).toMatchObject({ exitCode: 0 });
    expect((await system.call('GET', `/v1/erasures/${erasure.id}`)).body.status).toBe('running');
    erased = { userId: erasure.internalUserId, erasureId: erasure.id };
    await untilErased(system, erasure.id);
    await system.stop();
    system = undefined;
  }, 360_000);

  afterAll(async () => {
    await system?.stop();
    await dropEmptyDatabases();
    rmSync(scratch, { recursive: true, force: true });
  }, 60_000);

  async function restored(backup: string, keepKeys: boolean): Promise<Record<string, string>> {
    const target = await createEmptyDatabases();
    const kept = keepKeys ? { KEYS_DATABASE_URL: environment['KEYS_DATABASE_URL']! } : {};
    const into = { ...environment, ...target, ...kept };
    const restore = await mfaflow(into, 'restore', backup, ...(keepKeys ? ['--keep-keys'] : []));
    expect(restore).toMatchObject({ exitCode: 0 });
    return into;
  }

  async function leftIn(into: Record<string, string>) {
    const pool = new Pool({ connectionString: into['DATABASE_URL'], max: 1 });
    try {
      const { rows } = await pool.query<{ status: string }>(
        'SELECT status FROM erasures WHERE user_id = $1',
        [erased.userId],
      );
      const tables = Object.keys(await rowsNaming(pool, erased.userId));
      return {
        statuses: rows.map(({ status }) => status),
        tables: tables.filter((name) => !TABLES_LEFT.includes(name)),
      };
    } finally {
      await pool.end();
    }
  }

  it('is erased again, with a certificate, when the repair was cut off before the rows went', async () => {
    const into = await restored(backups.before, true);
    await withClient(into['DATABASE_URL']!, (client) =>
      client.query(
        `CREATE FUNCTION interrupt() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'cut off'; END $$;
         CREATE TRIGGER interrupt BEFORE DELETE ON users FOR EACH ROW EXECUTE FUNCTION interrupt()`,
      ),
    );
    const cut = await mfaflow(into, 'restore-check', '--apply');
    expect([cut.exitCode, cut.stderr]).toEqual([1, 'cut off\n']);
    expect((await leftIn(into)).tables).toContain('users');
    await withClient(into['DATABASE_URL']!, (client) => client.query('DROP TRIGGER interrupt ON users'));
    expect((await mfaflowJson(into, 'restore-check', '--apply')).exitCode).toBe(0);
    expect(await leftIn(into)).toEqual({ statuses: ['done'], tables: [] });
  }, 60_000);

  it('is erased to the end when the backup was taken in the middle of it', async () => {
    const into = await restored(backups.during, false);
    expect((await leftIn(into)).statuses).toEqual(['running']);
    expect((await mfaflowJson(into, 'restore-check', '--apply')).exitCode).toBe(0);
    expect(await leftIn(into)).toEqual({ statuses: ['done'], tables: [] });
    const living = 'SELECT FROM data_keys WHERE user_id = $1 AND destroyed_at IS NULL';
    await withClient(into['KEYS_DATABASE_URL']!, async (client) => {
      expect((await client.query(living, [erased.userId])).rowCount).toBe(0);
    });
  }, 60_000);
});
