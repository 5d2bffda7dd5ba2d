import { cpSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { createHash } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { withClient } from '../../../src/embedded/database';
import { migrationFiles } from '../../../src/persistence/migrate';
import { createTestDatabase, type TestDatabase } from '../../test-database';
import { mfaflow, mfaflowJson } from './command';
import { createEmptyDatabases, dropEmptyDatabases, type EmptyDatabases } from './empty-databases';

const ROWS = `
  INSERT INTO tenants (tenant_id, name) VALUES ('ten_a', 'acme');
  INSERT INTO users (user_id, tenant_id, external_id, groups) VALUES
    ('usr_a', 'ten_a', E'tab\\tand "quote"\\\\', '{"a,b","c\\"d"}'), ('usr_b', 'ten_a', 'zwölf', '{}');
  INSERT INTO flows (flow_id, tenant_id, name, version, definition) VALUES ('flo_a', 'ten_a', 'login', 1, '{"a": [1, null]}');
  UPDATE tenants SET login_flow_id = 'flo_a';
  INSERT INTO factors (factor_id, tenant_id, user_id, kind, status, material, authorised, created_at)
    VALUES ('fac_a', 'ten_a', 'usr_a', 'totp', 'active', '\\x00ff0a0d5c', true, '2026-01-01T00:00:00.123456Z');
  INSERT INTO audit (tenant_id, at, actor, action, outcome, epoch) VALUES ('ten_a', now(), 'a', 'b', 'c', 0), ('ten_a', now(), 'a', 'b', 'c', 0);
  SELECT nextval('epoch_values') FROM generate_series(1, 41);`;

const FACTS = `
  SELECT (SELECT jsonb_agg(to_jsonb(u) - 'created_at' ORDER BY user_id) FROM (SELECT user_id, external_id, groups FROM users) u) AS users,
    (SELECT jsonb_agg(to_jsonb(f)) FROM (SELECT factor_id, encode(material, 'hex') AS material, created_at FROM factors) f) AS factors,
    (SELECT jsonb_agg(to_jsonb(t)) FROM (SELECT tenant_id, name, login_flow_id FROM tenants) t) AS tenants,
    (SELECT jsonb_agg(definition) FROM flows) AS flows`;

describe('mfaflow restore', () => {
  let database: TestDatabase;
  let scratch = '';
  let backup = '';

  const tablesIn = (url: string): Promise<number> =>
    withClient(url, async (client) => {
      const { rows } = await client.query<{ count: number }>(
        `SELECT count(*)::integer AS count FROM pg_class WHERE relnamespace = 'public'::regnamespace`,
      );
      return rows[0]!.count;
    });

  const factsOf = (url: string) =>
    withClient(url, async (client) => (await client.query<Record<string, unknown>>(FACTS)).rows[0]);

  async function refused(folder: string, ...options: string[]): Promise<string> {
    const target = await createEmptyDatabases();
    const ran = await mfaflow({ ...target }, 'restore', folder, ...options);
    expect([ran.exitCode, ran.stdout]).toEqual([1, '']);
    expect([await tablesIn(target.DATABASE_URL), await tablesIn(target.KEYS_DATABASE_URL)]).toEqual([0, 0]);
    expect(ran.stderr).toMatch(/^[^\n]+\.\n$/);
    return ran.stderr.replaceAll(folder, 'FOLDER').trim();
  }

  function copyOf(name: string): string {
    const folder = join(scratch, name);
    cpSync(backup, folder, { recursive: true });
    return folder;
  }

  /** As someone would who changes a manifest and knows how its digest is made. */
  function rewrite(folder: string, change: (manifest: any) => void): void {
    const path = join(folder, 'manifest.json');
    const { sha256, ...manifest } = JSON.parse(readFileSync(path, 'utf8'));
    expect(sha256).toMatch(/^[0-9a-f]{64}$/);
    change(manifest);
    const digest = createHash('sha256').update(JSON.stringify(manifest)).digest('hex');
    writeFileSync(path, JSON.stringify({ ...manifest, sha256: digest }));
  }

  beforeAll(async () => {
    scratch = mkdtempSync(join(tmpdir(), 'mfaflow-restore-'));
    backup = join(scratch, 'backup');
    database = await createTestDatabase();
    await withClient(database.databaseUrl, (client) => client.query(ROWS));
    const environment = { DATABASE_URL: database.databaseUrl, KEYS_DATABASE_URL: database.keysDatabaseUrl };
    const ran = await mfaflow(environment, 'backup', backup);
    expect([ran.exitCode, ran.stderr]).toEqual([0, '']);
  });

  afterAll(async () => {
    await database.drop();
    await dropEmptyDatabases();
    rmSync(scratch, { recursive: true, force: true });
  });

  it('brings back every value as it was, and counts on from where sequences stood', async () => {
    const target = await createEmptyDatabases();
    const ran = await mfaflow({ ...target }, 'restore', backup);
    expect([ran.exitCode, ran.stderr]).toEqual([0, '']);
    expect(ran.stdout).toContain('2 users are restored');
    expect(ran.stdout).toContain('mfaflow restore-check --apply');
    expect(await factsOf(target.DATABASE_URL)).toEqual(await factsOf(database.databaseUrl));
    await withClient(target.DATABASE_URL, async (client) => {
      const inserted = await client.query<{ sequence: string }>(
        `INSERT INTO audit (tenant_id, at, actor, action, outcome, epoch) VALUES ('ten_a', now(), 'a', 'b', 'c', 0) RETURNING sequence`,
      );
      const epoch = await client.query<{ value: string }>(`SELECT nextval('epoch_values') AS value`);
      expect([inserted.rows[0]!.sequence, epoch.rows[0]!.value]).toEqual(['3', '42']);
      const orphan = `INSERT INTO users (user_id, tenant_id, external_id) VALUES ('usr_c', 'nobody', 'c')`;
      await expect(client.query(orphan)).rejects.toThrow('foreign key');
    });
  });

  it('refuses databases that are not empty', async () => {
    const target = await createEmptyDatabases();
    expect((await mfaflow({ ...target }, 'restore', backup)).exitCode).toBe(0);
    const again = await mfaflow({ ...target }, 'restore', backup);
    expect([again.exitCode, again.stderr]).toEqual([
      1,
      'The keys database is not empty: create an empty one, or keep what it holds with --keep-keys.\n',
    ]);
    const main = await mfaflow({ ...target }, 'restore', backup, '--keep-keys');
    expect([main.exitCode, main.stderr]).toEqual([
      1,
      'The database of DATABASE_URL is not empty: a restore takes a database that was just created, before any migration.\n',
    ]);
  });

  it('makes the databases where it is told to, and says so where it is not', async () => {
    const target = await createEmptyDatabases();
    const absent = {
      DATABASE_URL: `${target.DATABASE_URL}-new`,
      KEYS_DATABASE_URL: `${target.KEYS_DATABASE_URL}-new`,
    };
    const refusal = await mfaflow(absent, 'restore', backup);
    expect([refusal.exitCode, refusal.stderr]).toEqual([1, expect.stringMatching(/does not exist[^\n]*\n$/)]);
    try {
      expect(await mfaflow(absent, 'restore', backup, '--create')).toMatchObject({ exitCode: 0, stderr: '' });
      expect(await factsOf(absent.DATABASE_URL)).toEqual(await factsOf(database.databaseUrl));
    } finally {
      await withClient(target.DATABASE_URL, async (client) => {
        for (const url of Object.values(absent))
          await client.query(`DROP DATABASE IF EXISTS "${new URL(url).pathname.slice(1)}" WITH (FORCE)`);
      });
    }
  });

  it('leaves the keys database as it is when told to', async () => {
    const target = await createEmptyDatabases();
    const kept: EmptyDatabases = { ...target, KEYS_DATABASE_URL: database.keysDatabaseUrl };
    expect((await mfaflow({ ...kept }, 'restore', backup, '--keep-keys')).exitCode).toBe(0);
    expect(await tablesIn(target.KEYS_DATABASE_URL)).toBe(0);
    expect(await factsOf(target.DATABASE_URL)).toEqual(await factsOf(database.databaseUrl));
  });

  it('refuses a backup that was not finished', async () => {
    const folder = copyOf('unfinished');
    rmSync(join(folder, 'manifest.json'));
    expect(await refused(folder)).toBe(
      'FOLDER holds no finished backup: manifest.json, which is written last, cannot be read.',
    );
  });

  it('refuses a table that is missing, cut short or changed, before it writes anything', async () => {
    const damage: [string, (file: string) => void][] = [
      ['missing', (file) => rmSync(file)],
      ['cut', (file) => truncateSync(file, 20)],
      [
        'changed',
        (file) => {
          const bytes = readFileSync(file);
          bytes[bytes.length - 1]! ^= 1;
          writeFileSync(file, bytes);
        },
      ],
    ];
    for (const [name, spoil] of damage) {
      const folder = copyOf(name);
      spoil(join(folder, 'main', 'users.copy.gz'));
      expect(await refused(folder)).toBe(
        'FOLDER/main/users.copy.gz is missing, cut short or changed: nothing was restored; use another copy of the backup.',
      );
    }
  });

  it('refuses a manifest that was changed, or is none', async () => {
    const damaged = 'manifest.json in FOLDER is damaged or was changed: use another copy of the backup.';
    for (const [index, change] of [
      (text: string) => text.replace('"rows": 2', '"rows": 3'),
      (text: string) => text.slice(0, -40),
      () => '[]',
      () => 'null',
    ].entries()) {
      const folder = copyOf(`manifest-${index}`);
      const path = join(folder, 'manifest.json');
      const text = readFileSync(path, 'utf8');
      expect(change(text)).not.toBe(text);
      writeFileSync(path, change(text));
      expect(await refused(folder)).toBe(damaged);
    }
  });

  it('lets a manifest name neither files elsewhere nor fewer tables than there are', async () => {
    const elsewhere = copyOf('elsewhere');
    rewrite(elsewhere, (manifest) => (manifest.databases.main.tables[0].name = '../../etc/passwd'));
    expect(await refused(elsewhere)).toContain('is damaged or was changed');
    const fewer = copyOf('fewer');
    rewrite(fewer, ({ databases: { main } }) => {
      main.tables = main.tables.filter((table: { name: string }) => table.name !== 'spent_codes');
    });
    expect(await refused(fewer)).toBe(
      'The backup lacks the table spent_codes or a part of it: use another backup.',
    );
    const sequence = copyOf('sequence');
    rewrite(sequence, ({ databases: { main } }) => (main.sequences = []));
    expect(await refused(sequence)).toContain('The backup does not say where');
  });

  it('refuses a backup of a later release', async () => {
    const later = copyOf('later');
    rewrite(later, ({ databases: { main } }) => main.migrations.push('9999-tomorrow.sql'));
    expect(await refused(later)).toMatch(
      /^The backup in FOLDER was made by mfaflow \S+ and has migration main\/9999-tomorrow\.sql, which this release does not know: /,
    );
    const format = copyOf('format');
    rewrite(format, (manifest) => (manifest.format = 2));
    expect(await refused(format)).toBe(
      'The backup in FOLDER was made by a later release: restore it with that one.',
    );
  });

  it('of two at once into the same databases lets one be', async () => {
    const target = await createEmptyDatabases();
    const outcomes = await Promise.all([1, 2].map(() => mfaflow({ ...target }, 'restore', backup)));
    expect(outcomes.map(({ exitCode }) => exitCode).sort()).toEqual([0, 1]);
    expect(await factsOf(target.DATABASE_URL)).toEqual(await factsOf(database.databaseUrl));
  });

  it('restores a backup of an older schema, and migrates it to this one', async () => {
    const old = await createEmptyDatabases();
    const files = {
      DATABASE_URL: migrationFiles('main').slice(0, 2),
      KEYS_DATABASE_URL: migrationFiles('keys').slice(0, 1),
    };
    for (const name of ['DATABASE_URL', 'KEYS_DATABASE_URL'] as const) {
      await withClient(old[name], async (client) => {
        await client.query(
          'CREATE TABLE migrations (name text PRIMARY KEY, applied_at timestamptz NOT NULL DEFAULT now())',
        );
        for (const file of files[name]) {
          await client.query(file.sql);
          await client.query('INSERT INTO migrations (name) VALUES ($1)', [file.name]);
        }
      });
    }
    await withClient(old.DATABASE_URL, (client) => client.query(ROWS));
    const folder = join(scratch, 'older');
    expect((await mfaflow({ ...old }, 'backup', folder)).exitCode).toBe(0);
    const target = await createEmptyDatabases();
    const restored = await mfaflowJson({ ...target }, 'restore', folder);
    expect([restored.exitCode, restored.users]).toEqual([0, 2]);
    expect(await factsOf(target.DATABASE_URL)).toEqual(await factsOf(old.DATABASE_URL));
    await withClient(target.DATABASE_URL, async (client) => {
      const { rows } = await client.query<{ name: string }>('SELECT name FROM migrations ORDER BY name');
      expect(rows.map(({ name }) => name)).toEqual(migrationFiles('main').map(({ name }) => name));
      const users = await client.query('SELECT erased, preferred_order FROM users');
      expect(users.rows[0]).toEqual({ erased: false, preferred_order: [] });
    });
  });
});
