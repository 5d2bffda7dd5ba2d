import { execFile, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Client } from 'pg';
import { randomId } from '../../src/security/random-id';
import { call } from '../running-system';
import { createTestDatabase, type TestDatabase } from '../test-database';
import { startProgram } from './programs';
import { checkout } from './running-system';

const manifest = JSON.parse(readFileSync(join(checkout, 'package.json'), 'utf8')) as {
  bin: Record<string, string>;
  scripts: Record<string, string>;
};

describe('a fresh installation', () => {
  let database: TestDatabase;
  let environment: Record<string, string>;
  const folder = mkdtempSync(join(tmpdir(), 'mfaflow-fresh-'));

  beforeAll(async () => {
    database = await createTestDatabase();
    for (const connectionString of [database.databaseUrl, database.keysDatabaseUrl]) {
      const client = new Client({ connectionString });
      await client.connect();
      await client.query('DROP SCHEMA public CASCADE; CREATE SCHEMA public');
      await client.end();
    }
    environment = {
      PATH: process.env['PATH']!,
      DATABASE_URL: database.databaseUrl,
      KEYS_DATABASE_URL: database.keysDatabaseUrl,
      MFAFLOW_MASTER_KEY_FILE: join(folder, 'master-key'),
    };
  });
  afterAll(async () => {
    await database.drop();
    rmSync(folder, { recursive: true, force: true });
  });

  const npm = async (...args: string[]) =>
    (await promisify(execFile)('npm', ['run', '--silent', ...args], { cwd: checkout, env: environment }))
      .stdout;

  it('is made by the scripts that README names, and its first key is good in production', async () => {
    expect(await npm('create-master-key')).toContain('is in order');
    expect(statSync(join(folder, 'master-key')).mode & 0o777).toBe(0o600);
    expect(await npm('migrate')).toContain('applied main/0001-foundations.sql');
    const { apiKey } = JSON.parse(await npm('create-tenant', '--', 'example', '--json'));
    expect(JSON.parse(await npm('rotate-keys', '--', '--master', '--json'))).toMatchObject({ failed: [] });
    const server = await startProgram('server', {
      ...environment,
      NODE_ENV: 'production',
      TEMPORAL_ADDRESS: process.env['MFAFLOW_TEST_TEMPORAL_ADDRESS']!,
      MFAFLOW_TASK_QUEUE: randomId('queue'),
      MFAFLOW_API_PORT: '0',
      MFAFLOW_CODEC_PORT: '0',
    });
    const url = `http://127.0.0.1:${server.apiPort}`;
    const { status } = await call(url, 'GET', '/v1/users', { key: apiKey.key });
    server.kill('SIGTERM');
    await server.ended;
    expect(status).toBe(200);
  });
});

describe('the mfaflow command of the package', () => {
  it('is a program of its own, as npm links it', () => {
    expect(manifest.bin).toEqual({ mfaflow: 'dist/src/cli/mfaflow.js' });
    expect(readFileSync(join(checkout, manifest.bin['mfaflow']!), 'utf8')).toMatch(
      /^#!\/usr\/bin\/env node\n/,
    );
  });

  it('ends in peace when nobody reads on', () => {
    const { status, stderr } = spawnSync(
      'sh',
      ['-c', 'node "$0" --help | true', join(checkout, manifest.bin['mfaflow']!)],
      { encoding: 'utf8' },
    );
    expect([status, stderr]).toEqual([0, '']);
  });
});
