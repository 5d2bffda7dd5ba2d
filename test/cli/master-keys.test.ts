import { mkdtempSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Pool } from 'pg';
import { withRotationLock } from '../../src/persistence/rotation-lock';
import { createDataKeys, type DataKeys } from '../../src/security/data-keys';
import { deploymentScope } from '../../src/security/key-scope';
import { openFileMasterKeyStore } from '../../src/security/master-key/file-master-key-store';
import { createTestDatabase, type TestDatabase } from '../test-database';
import { runCommand, setEnvironment } from './run-command';

const users = Array.from({ length: 450 }, (_, index) => ({ tenantId: 'acme', userId: `user${index}` }));

describe('master keys on the command line', () => {
  let folder: string;
  let path: string;
  let database: TestDatabase;
  let keysPool: Pool;
  let dataKeys: DataKeys;

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'mfaflow-keys-'));
    path = join(folder, 'master-key.json');
    database = await createTestDatabase();
    setEnvironment({
      DATABASE_URL: database.databaseUrl,
      KEYS_DATABASE_URL: database.keysDatabaseUrl,
      MFAFLOW_MASTER_KEY_FILE: path,
    });
    await runCommand(['master-key', 'create']);
    keysPool = new Pool({ connectionString: database.keysDatabaseUrl, max: 4 });
    dataKeys = createDataKeys({ pool: keysPool, masterKeys: await openFileMasterKeyStore(path) });
    await dataKeys.ensure(deploymentScope);
  });
  afterEach(async () => {
    await keysPool.end();
    await database.drop();
    rmSync(folder, { recursive: true });
  });

  const json = async (...args: string[]) => {
    const outcome = await runCommand([...args, '--json']);
    expect([args, outcome.exitCode]).toEqual([args, 0]);
    return outcome.json;
  };
  const refusal = async (...args: string[]) => {
    const { exitCode, stderr } = await runCommand([...args, '--json']);
    return [exitCode, JSON.parse(stderr.trim().split('\n').at(-1)!).error.code];
  };
  const fileNow = () => JSON.parse(readFileSync(path, 'utf8')) as { current: string; keys: object };
  const aMinuteLater = () => utimesSync(path, new Date(0), new Date(0));
  const listed = async () =>
    ((await json('master-key', 'list')).masterKeys as { id: string; state: string; wrapped: number }[]).map(
      ({ id, state, wrapped }) => [id, state, wrapped],
    );

  it('are made once, in a file for its owner alone', async () => {
    const before = readFileSync(path, 'utf8');
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect((await runCommand(['master-key', 'create'])).stdout).toContain('is in order');
    expect(readFileSync(path, 'utf8')).toBe(before);
  });

  it('are never printed', async () => {
    const outputs = [
      await runCommand(['master-key', 'list']),
      await runCommand(['master-key', 'add', '--json']),
      await runCommand(['rotate-keys', '--master']),
      await runCommand(['master-key', 'list', '--json']),
    ];
    const said = outputs.map(({ stdout, stderr }) => stdout + stderr).join();
    for (const key of Object.values(fileNow().keys)) expect(said).not.toContain(key);
  });

  it('are announced, used, wrapped under, and the old one removed', async () => {
    const old = fileNow().current;
    const { id } = await json('master-key', 'add');
    expect(await listed()).toEqual([
      [old, 'current', 1],
      [id, 'kept', 0],
    ]);
    await json('master-key', 'use', id);
    expect(await json('rotate-keys', '--rewrap')).toEqual({ masterKey: id, rewrapped: 1, failed: [] });
    aMinuteLater();
    const { stdout } = await runCommand(['master-key', 'remove', old]);
    expect(stdout).toContain('keep the copy of the file');
    expect(await listed()).toEqual([[id, 'current', 1]]);
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  it('are not removed while they wrap a key, are current, unknown, or may still be in use by what stood in the file', async () => {
    const old = fileNow().current;
    await json('master-key', 'add');
    expect(await refusal('master-key', 'remove', old)).toEqual([1, 'too_soon']);
    aMinuteLater();
    expect(await refusal('master-key', 'remove', old)).toEqual([1, 'in_use']);
    await json('rotate-keys', '--master');
    aMinuteLater();
    expect(await refusal('master-key', 'remove', fileNow().current)).toEqual([1, 'in_use']);
    expect(await refusal('master-key', 'remove', 'nothing')).toEqual([1, 'master_key_file_refused']);
    expect(await refusal('master-key', 'use', 'nothing')).toEqual([1, 'master_key_file_refused']);
    expect(Object.keys(fileNow().keys)).toHaveLength(3);
  });

  it('wait with a removal for whoever is storing a key, and do not lose it', async () => {
    const old = fileNow().current;
    const writer = await keysPool.connect();
    const key = await (await openFileMasterKeyStore(path)).wrap(Buffer.alloc(32), 'x');
    await writer.query('BEGIN');
    await writer.query(
      `INSERT INTO data_keys (key_id, tenant_id, user_id, wrapped, master_key_id) VALUES ('late', 't', 'u', $1, $2)`,
      [key.wrapped, key.masterKeyId],
    );
    await json('rotate-keys', '--master');
    aMinuteLater();
    const removal = refusal('master-key', 'remove', old);
    await writer.query('COMMIT');
    writer.release();
    expect(await removal).toEqual([1, 'in_use']);
    expect(Object.keys(fileNow().keys)).toContain(old);
  });

  it('are named as missing when the file that held them is not there any more', async () => {
    const { current } = fileNow();
    rmSync(path);
    await runCommand(['master-key', 'create']);
    expect(await listed()).toEqual([
      [fileNow().current, 'current', 0],
      [current, 'missing', 1],
    ]);
  });

  it('are rotated over what a killed rotation left beside the file', async () => {
    writeFileSync(`${path}.new`, '{"curr', { mode: 0o600 });
    const { masterKey } = await json('rotate-keys', '--master');
    expect(fileNow().current).toBe(masterKey);
  });

  it('are rotated by one process at a time', async () => {
    await withRotationLock(keysPool, async () => {
      for (const args of [
        ['rotate-keys', '--master'],
        ['rotate-keys', '--rewrap'],
        ['master-key', 'add'],
      ])
        expect(await refusal(...args)).toEqual([1, 'rotation_under_way']);
    });
    expect(Object.keys(fileNow().keys)).toHaveLength(1);
    expect(await refusal('master-key', 'remove', 'x')).not.toContain('rotation_under_way');
  });

  it('are rotated with progress: JSON lines with the total, a bar on a terminal, nothing of it in a pipe', async () => {
    for (const user of users) await dataKeys.ensure(user);
    const outcome = await runCommand(['rotate-keys', '--master', '--json']);
    const lines = outcome.stderr
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    const total = users.length + 1;
    expect(lines.at(-1)).toEqual({ progress: 'keys wrapped again', done: total, total });
    expect(outcome.json).toMatchObject({ rewrapped: total, failed: [] });
    const onTerminal = await runCommand(['rotate-keys', '--master'], { terminal: true });
    expect(onTerminal.stderr).toContain(`] ${total} of ${total}`);
    const piped = await runCommand(['rotate-keys', '--master', '--full-speed']);
    expect(piped.stderr).toBe(`keys wrapped again: ${total} of ${total}\n`);
    expect(piped.stdout).toMatch(/^Master key \w+ is current; 451 keys were wrapped again under it\.\n$/);
  });

  it('name keys that do not open, wrap the others, and fail', async () => {
    const { keyId } = await dataKeys.ensure(users[0]!);
    await keysPool.query(`UPDATE data_keys SET wrapped = 'damaged' WHERE key_id = $1`, [keyId]);
    const { exitCode, stdout, stderr } = await runCommand(['rotate-keys', '--master']);
    expect(exitCode).toBe(1);
    expect(stdout).toContain('1 key was wrapped again');
    expect(stderr).toContain(`left as it is (1 in all): ${keyId}.`);
  });

  it('leave the signing key alone, which is rotated when its successor was announced for an hour, or by force', async () => {
    expect(await refusal('rotate-keys', '--signing')).toEqual([1, 'rotation_too_soon']);
    const { signingKey } = await json('rotate-keys', '--signing', '--force');
    const pool = new Pool({ connectionString: database.databaseUrl, max: 1 });
    const { rows } = await pool.query(`SELECT kid, status FROM signing_keys ORDER BY created_at, status`);
    await pool.end();
    expect(rows.map(({ status }) => status).sort()).toEqual(['active', 'compromised', 'next']);
    expect(rows.find(({ status }) => status === 'active').kid).toBe(signingKey);
  });
});
