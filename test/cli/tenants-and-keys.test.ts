import { Pool } from 'pg';
import { hashApiKey } from '../../src/security/api-key';
import { createTestDatabase, type TestDatabase } from '../test-database';
import { runCommand, setEnvironment } from './run-command';

const keyShape = /mfk_[0-9A-Za-z]{49}/;

describe('tenants and keys on the command line', () => {
  let database: TestDatabase;
  let pool: Pool;

  beforeAll(async () => {
    database = await createTestDatabase();
    setEnvironment({ DATABASE_URL: database.databaseUrl });
    pool = new Pool({ connectionString: database.databaseUrl, max: 2 });
  });
  afterAll(async () => {
    await pool.end();
    await database.drop();
  });

  const json = async (...args: string[]) => {
    const outcome = await runCommand([...args, '--json']);
    expect([outcome.exitCode, outcome.stderr]).toEqual([0, '']);
    return outcome.json;
  };
  const refusal = async (...args: string[]) => {
    const { exitCode, stderr } = await runCommand([...args, '--json']);
    return [exitCode, JSON.parse(stderr).error.code];
  };

  it('make a tenant with a first key, which is printed this once and stored nowhere', async () => {
    const { exitCode, stdout } = await runCommand(['tenant', 'create', 'shop']);
    expect(exitCode).toBe(0);
    const [key = ''] = keyShape.exec(stdout) ?? [];
    const { rows } = await pool.query('SELECT name, scopes, development FROM api_keys WHERE hash = $1', [
      hashApiKey(key),
    ]);
    expect(rows).toEqual([
      {
        name: 'first key',
        scopes: ['authenticate', 'manage-users', 'operate', 'audit', 'admin', 'events', 'security-events'],
        development: false,
      },
    ]);
    const stored = await pool.query(
      `SELECT k::text AS row FROM api_keys k UNION ALL SELECT c::text FROM commands c UNION ALL SELECT a::text FROM audit a
       UNION ALL SELECT o::text FROM outbox o`,
    );
    expect(stored.rows.length).toBeGreaterThan(2);
    expect(JSON.stringify(stored.rows)).not.toContain(key);
    expect((await runCommand(['key', 'list', '--tenant', 'shop'])).stdout).not.toContain(key);
  });

  it('refuse a second tenant of the same name, and make nothing', async () => {
    await json('tenant', 'create', 'twice');
    const count = 'SELECT (SELECT count(*) FROM tenants) AS tenants, (SELECT count(*) FROM api_keys) AS keys';
    const before = await pool.query(count);
    expect(await refusal('tenant', 'create', 'twice')).toEqual([1, 'conflict']);
    expect((await pool.query(count)).rows).toEqual(before.rows);
  });

  it('list, rename, disable and enable tenants by name or id', async () => {
    const made = await json('tenant', 'create', 'before');
    expect((await json('tenant', 'rename', 'before', 'after')).name).toBe('after');
    expect(await refusal('tenant', 'rename', 'after', 'shop')).toEqual([1, 'conflict']);
    expect((await json('tenant', 'disable', made.id)).disabledAt).toEqual(expect.any(String));
    const listed = await json('tenant', 'list');
    expect(listed.tenants.find(({ id }: { id: string }) => id === made.id)).toEqual({
      id: made.id,
      name: 'after',
      createdAt: made.createdAt,
      disabledAt: expect.any(String),
    });
    expect((await json('tenant', 'enable', 'after')).disabledAt).toBeUndefined();
    expect((await runCommand(['tenant', 'list'])).stdout).toMatch(/^NAME +ID +MADE +DISABLED\n(.+\n)+$/);
    expect(await refusal('tenant', 'disable', 'nobody')).toEqual([1, 'not_found']);
  });

  it('make keys of any scope, the deployment-wide one too, with an end', async () => {
    await json('tenant', 'create', 'operations');
    const made = await json(
      ...['key', 'create', '--tenant', 'operations', '--name', 'console'],
      ...['--scope', 'manage-tenants', 'audit', '--expires', '90d'],
    );
    expect(made).toMatchObject({ name: 'console', scopes: ['manage-tenants', 'audit'], status: 'active' });
    expect(made.key).toMatch(keyShape);
    const days = (Date.parse(made.expiresAt) - Date.now()) / 86_400_000;
    expect(Math.round(days)).toBe(90);
  });

  it.each([
    [['--scope', 'root'], /no scope root/],
    [['--scope', 'audit', '--expires', '2020-01-01T00:00:00Z'], /has passed/],
    [['--scope', 'audit', '--expires', 'tomorrow'], /no duration/],
    [['--scope', 'audit', '--name', 'a\u0007b'], /control characters/],
  ])('refuse a key made with %j, and make none', async (options, said) => {
    const before = await pool.query('SELECT count(*) FROM api_keys');
    const { exitCode, stderr } = await runCommand(['key', 'create', '--tenant', 'shop', ...options]);
    expect(exitCode).toBe(2);
    expect(stderr).toMatch(said);
    expect((await pool.query('SELECT count(*) FROM api_keys')).rows).toEqual(before.rows);
  });

  it('rotate a key once: the new one has its scopes, the old one ends after the overlap', async () => {
    const old = await json('key', 'create', '--tenant', 'shop', '--scope', 'audit,operate');
    const { apiKey, previous } = await json('key', 'rotate', old.id, '--overlap', '2h');
    expect(apiKey).toMatchObject({ name: old.name, scopes: old.scopes, rotatedFrom: old.id });
    expect(apiKey.key).not.toBe(old.key);
    expect(previous).toMatchObject({ id: old.id, status: 'rotated', rotatedTo: apiKey.id });
    expect(Math.round((Date.parse(previous.expiresAt) - Date.now()) / 60_000)).toBe(120);
    expect(await refusal('key', 'rotate', old.id)).toEqual([1, 'conflict']);
    expect(await refusal('key', 'rotate', apiKey.id, '--overlap', '31d')).toEqual([2, 'usage']);
    const { stdout } = await runCommand(['key', 'rotate', apiKey.id, '--overlap', '0']);
    expect(stdout).toContain('has ended');
  });

  it('revoke a key, and refuse to rotate it then', async () => {
    const made = await json('key', 'create', '--tenant', 'shop', '--scope', 'audit');
    expect((await json('key', 'revoke', made.id)).status).toBe('revoked');
    expect((await json('key', 'revoke', made.id)).status).toBe('revoked');
    expect(await refusal('key', 'rotate', made.id)).toEqual([1, 'conflict']);
  });

  it('do not repeat a key that was given where its id belongs', async () => {
    const made = await json('key', 'create', '--tenant', 'shop', '--scope', 'audit');
    const { exitCode, stdout, stderr } = await runCommand(['key', 'revoke', made.key]);
    expect([exitCode, stdout]).toEqual([1, '']);
    expect(stderr).not.toContain(made.key);
  });

  it('of ten rotations of one key at once carry one out', async () => {
    const old = await json('key', 'create', '--tenant', 'shop', '--scope', 'audit');
    const outcomes = await Promise.all(
      Array.from({ length: 10 }, () => runCommand(['key', 'rotate', old.id, '--json'])),
    );
    expect(outcomes.filter(({ exitCode }) => exitCode === 0)).toHaveLength(1);
    for (const { stderr } of outcomes.filter(({ exitCode }) => exitCode !== 0))
      expect(JSON.parse(stderr).error.code).toBe('conflict');
    const { rows } = await pool.query('SELECT key_id FROM api_keys WHERE rotated_from = $1', [old.id]);
    expect(rows).toHaveLength(1);
  });

  it('leave who, what and when in the audit trail and in the events', async () => {
    const { id, apiKey } = await json('tenant', 'create', 'audited');
    await json('key', 'rotate', apiKey.id);
    await json('key', 'revoke', apiKey.id);
    await json('tenant', 'disable', id);
    await json('tenant', 'disable', id);
    const audit = await pool.query('SELECT action, actor FROM audit WHERE tenant_id = $1 ORDER BY sequence', [
      id,
    ]);
    expect(audit.rows).toEqual(
      ['tenant.create', 'api-key.rotate', 'api-key.revoke', 'tenant.change'].map((action) => ({
        action,
        actor: 'command-line',
      })),
    );
    const events = await pool.query('SELECT type FROM outbox WHERE tenant_id = $1', [id]);
    expect(events.rows.map(({ type }) => type).sort()).toEqual(
      ['tenant.created', 'api-key.rotated', 'api-key.revoked', 'tenant.changed'].sort(),
    );
  });
});
