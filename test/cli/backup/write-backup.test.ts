import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { Pool } from 'pg';
import { withClient } from '../../../src/embedded/database';
import { startEndToEnd, type EndToEndSystem } from '../../end-to-end/end-to-end-system';
import { Person } from '../../end-to-end/person';
import { mfaflow, mfaflowJson, type Ran } from './command';
import { createEmptyDatabases, dropEmptyDatabases } from './empty-databases';

describe('mfaflow backup', () => {
  let system: EndToEndSystem;
  let scratch = '';
  let environment: Record<string, string>;

  beforeAll(async () => {
    system = await startEndToEnd();
    scratch = mkdtempSync(join(tmpdir(), 'mfaflow-backup-'));
    const { databaseUrl, keysDatabaseUrl } = system.running.config;
    environment = { DATABASE_URL: databaseUrl, KEYS_DATABASE_URL: keysDatabaseUrl };
    await Promise.all([1, 2, 3].map(() => system.enrolled()));
  }, 60_000);

  afterAll(async () => {
    await system.stop();
    await dropEmptyDatabases();
    rmSync(scratch, { recursive: true, force: true });
  });

  const filesOf = (folder: string): string[] =>
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name));

  const rowsOf = (url: string, sql: string): Promise<Record<string, string>[]> =>
    withClient(url, async (client) => (await client.query<Record<string, string>>(sql)).rows);

  it('writes a file a table that only its owner may read, and the manifest', async () => {
    const folder = join(scratch, 'first');
    const ran = await mfaflow(environment, 'backup', folder);
    expect([ran.exitCode, ran.stderr]).toEqual([0, '']);
    expect(ran.stdout).toContain('holds 3 users');
    expect(ran.stdout).toContain('The master key is not in it');
    const files = filesOf(folder);
    expect(files).toContain(join(folder, 'main', 'users.copy.gz'));
    expect(files).toContain(join(folder, 'keys', 'data_keys.copy.gz'));
    for (const left of ['test_clock', 'process_heartbeats', 'rate_limits', 'migrations'])
      expect(files.filter((file) => file.includes(left))).toEqual([]);
    for (const file of files) expect([file, statSync(file).mode & 0o777]).toEqual([file, 0o600]);
    for (const each of ['.', 'main', 'keys']) expect(statSync(join(folder, each)).mode & 0o777).toBe(0o700);
  });

  it('holds no master key and no secret in clear', async () => {
    const folder = join(scratch, 'sealed');
    await mfaflow(environment, 'backup', folder);
    const { keys } = JSON.parse(readFileSync(system.running.config.masterKeyFile, 'utf8')) as {
      keys: Record<string, string>;
    };
    const person = await system.enrolled();
    await mfaflow(environment, 'backup', join(scratch, 'sealed-too'));
    const secret = new URL(person.phone!.otpauthUri).searchParams.get('secret')!;
    for (const file of [...filesOf(folder), ...filesOf(join(scratch, 'sealed-too'))]) {
      const bytes = readFileSync(file);
      const text = (file.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('latin1');
      for (const planted of [...Object.values(keys), secret, system.running.keys.all])
        expect([file, text.includes(planted)]).toEqual([file, false]);
      for (const key of Object.values(keys))
        expect(text.includes(Buffer.from(key, 'base64').toString('hex'))).toBe(false);
    }
  });

  it('refuses a folder that holds something, and leaves it alone', async () => {
    const folder = mkdtempSync(join(scratch, 'taken-'));
    writeFileSync(join(folder, 'note'), 'mine');
    const ran = await mfaflow(environment, 'backup', folder);
    expect([ran.exitCode, ran.stdout]).toEqual([1, '']);
    expect(ran.stderr).toBe(`${folder} is not empty: name a new folder for each backup.\n`);
    expect(readdirSync(folder)).toEqual(['note']);
  });

  it('of two at once into one folder lets one be, which is whole; into two folders both', async () => {
    const folder = join(scratch, 'shared');
    const outcomes = await Promise.all([1, 2].map(() => mfaflow(environment, 'backup', folder)));
    expect(outcomes.map(({ exitCode }) => exitCode).sort()).toEqual([0, 1]);
    const apart = await Promise.all(
      ['one', 'two'].map((name) => mfaflow(environment, 'backup', join(scratch, name))),
    );
    expect(apart.map(({ exitCode }) => exitCode)).toEqual([0, 0]);
    for (const each of [folder, join(scratch, 'one'), join(scratch, 'two')]) {
      const restored = await mfaflow({ ...(await createEmptyDatabases()) }, 'restore', each);
      expect([restored.exitCode, restored.stderr]).toEqual([0, '']);
    }
  });

  it('says in one sentence that a database was never migrated', async () => {
    const ran = await mfaflow({ ...(await createEmptyDatabases()) }, 'backup', join(scratch, 'nothing'));
    expect([ran.exitCode, ran.stderr]).toEqual([
      1,
      'There is nothing to back up: the database was never migrated by mfaflow.\n',
    ]);
  });

  it('has a key for every user, whoever is made between the two moments', async () => {
    const folder = join(scratch, 'in-between');
    let enrolled: Person | undefined;
    let running: Promise<Ran> | undefined;
    await withClient(environment['KEYS_DATABASE_URL']!, async (client) => {
      // The copy reads this table of the keys database as soon as it holds that one still.
      await client.query('BEGIN');
      await client.query('LOCK TABLE migrations IN ACCESS EXCLUSIVE MODE');
      running = mfaflow(environment, 'backup', folder);
      const waiting = `SELECT FROM pg_locks WHERE relation = 'migrations'::regclass AND NOT granted`;
      while ((await client.query(waiting)).rowCount === 0)
        await new Promise((resolve) => setTimeout(resolve, 5));
      enrolled = await system.enrolled();
      await client.query('ROLLBACK');
    });
    expect(await running).toMatchObject({ exitCode: 0 });
    const target = await createEmptyDatabases();
    expect(await mfaflow({ ...target }, 'restore', folder)).toMatchObject({ exitCode: 0 });
    const users = await rowsOf(target.DATABASE_URL, 'SELECT user_id, external_id FROM users');
    const keys = await rowsOf(target.KEYS_DATABASE_URL, 'SELECT user_id FROM data_keys');
    const owners = new Set(keys.map((row) => row['user_id']));
    expect(users.filter((row) => !owners.has(row['user_id']))).toEqual([]);
    expect(users.map((row) => row['external_id'])).not.toContain(enrolled!.id);
  });

  it('is of one moment while people enrol, log in and spend codes', async () => {
    const folder = join(scratch, 'under-load');
    let over = false;
    let made = 0;
    async function keepBusy(): Promise<void> {
      while (!over) {
        const person = await Person.enrolled(system);
        const [code = ''] = await person.enrolRecoveryCodes();
        await person.authenticate({ response: { kind: 'recovery-code', code } });
        made += 1;
      }
    }
    const busy = Promise.all([1, 2, 3, 4].map(keepBusy));
    const before = made;
    while (made < before + 4) await new Promise((resolve) => setTimeout(resolve, 20));
    const summary = await mfaflowJson(environment, 'backup', folder);
    over = true;
    await busy;
    expect(summary.exitCode).toBe(0);

    const target = await createEmptyDatabases();
    const restored = await mfaflow({ ...target }, 'restore', folder);
    expect([restored.exitCode, restored.stderr]).toEqual([0, '']);
    const pool = new Pool({ connectionString: target.DATABASE_URL });
    const keysPool = new Pool({ connectionString: target.KEYS_DATABASE_URL });
    try {
      const users = await pool.query<{ user_id: string }>('SELECT user_id FROM users');
      const keys = await keysPool.query<{ user_id: string }>('SELECT user_id FROM data_keys');
      const owners = new Set(keys.rows.map((row) => row.user_id));
      expect(users.rows.length).toBe(summary.users);
      expect(users.rows.filter((row) => !owners.has(row.user_id))).toEqual([]);
      const unmatched = await pool.query(
        `SELECT FROM spent_codes s WHERE NOT EXISTS (
           SELECT FROM authentications a, jsonb_array_elements(a.proofs) p
           WHERE a.status = 'approved' AND p->>'factorId' = s.factor_id)`,
      );
      expect(unmatched.rowCount).toBe(0);
      const { rows } = await pool.query<{ spent: number; sessions: number; logins: number }>(
        `SELECT (SELECT count(*) FROM spent_codes)::integer AS spent, (SELECT count(*) FROM sessions)::integer AS sessions,
           (SELECT count(*) FROM authentications WHERE purpose = 'login' AND status = 'approved')::integer AS logins`,
      );
      expect(rows[0]!.spent).toBeGreaterThan(3);
      expect(rows[0]!.sessions).toBe(rows[0]!.logins);
    } finally {
      await Promise.all([pool.end(), keysPool.end()]);
    }
  }, 60_000);
});
