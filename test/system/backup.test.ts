import { execFile, execFileSync, spawn, type ChildProcess } from 'node:child_process';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { withClient } from '../../src/embedded/database';
import type { ReadyFile } from '../../src/embedded/ready-file';
import { createEmptyDatabases, dropEmptyDatabases } from '../cli/backup/empty-databases';
import { createTestDatabase, type TestDatabase } from '../test-database';
import { checkout, startSystem, type System } from './running-system';

const mfaflow = join(checkout, 'dist', 'src', 'cli', 'mfaflow.js');

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** As an operator runs it: a process of its own, through a shell where a limit is set first. */
function run(environment: Record<string, string>, command: string, ...args: string[]): Promise<Ended> {
  const env = { PATH: process.env['PATH'], ...environment };
  return new Promise((resolve) => {
    execFile(command, args, { env }, (error, stdout, stderr) =>
      resolve({
        code: error === null ? 0 : typeof error.code === 'number' ? error.code : null,
        stdout,
        stderr,
      }),
    );
  });
}

function begin(
  environment: Record<string, string>,
  ...args: string[]
): { child: ChildProcess; ended: Promise<void> } {
  const env = { PATH: process.env['PATH'], ...environment };
  const child = spawn(process.execPath, [mfaflow, ...args], { env, stdio: 'ignore' });
  return { child, ended: new Promise((resolve) => child.once('exit', () => resolve())) };
}

const lastLine = (text: string): string => text.trimEnd().split('\n').at(-1) ?? '';

describe('a backup', () => {
  let scratch = '';
  let database: TestDatabase;
  let source: Record<string, string>;

  beforeAll(async () => {
    execFileSync('npx', ['tsc', '-p', 'tsconfig.build.json'], { cwd: checkout, stdio: 'inherit' });
    scratch = mkdtempSync(join(tmpdir(), 'mfaflow-backups-'));
    database = await createTestDatabase();
    source = { DATABASE_URL: database.databaseUrl, KEYS_DATABASE_URL: database.keysDatabaseUrl };
    await withClient(database.databaseUrl, async (client) => {
      await client.query(`INSERT INTO tenants (tenant_id, name) VALUES ('ten_a', 'acme')`);
      // Random, so that it stays as large when it is compressed.
      await client.query(
        `INSERT INTO audit (tenant_id, at, actor, action, outcome, detail, epoch)
         SELECT 'ten_a', now(), 'a', 'b', 'c', jsonb_build_object('random', md5(random()::text) || md5(random()::text)), 0
         FROM generate_series(1, 300000)`,
      );
    });
  }, 240_000);

  afterAll(async () => {
    await dropEmptyDatabases();
    await database.drop();
    rmSync(scratch, { recursive: true, force: true });
  });

  it('that was killed in the middle is none, and the next one is', async () => {
    const folder = join(scratch, 'killed');
    const largest = join(folder, 'main', 'audit.copy.gz');
    const { child, ended } = begin(source, 'backup', folder);
    while (!existsSync(largest) || statSync(largest).size === 0) await sleep(2);
    child.kill('SIGKILL');
    await ended;
    expect(readdirSync(folder).sort()).toEqual(['keys', 'main']);
    const target = await createEmptyDatabases();
    const refused = await run({ ...target }, process.execPath, mfaflow, 'restore', folder);
    expect([refused.code, lastLine(refused.stderr)]).toEqual([
      1,
      `${folder} holds no finished backup: manifest.json, which is written last, cannot be read.`,
    ]);
    const again = await run(source, process.execPath, mfaflow, 'backup', folder);
    expect([again.code, lastLine(again.stderr)]).toEqual([
      1,
      `${folder} is not empty: name a new folder for each backup.`,
    ]);
    const next = await run(source, process.execPath, mfaflow, 'backup', join(scratch, 'whole'));
    expect(next.code).toBe(0);
  });

  it('whose restore was killed in the middle leaves the databases empty, and restores the next time', async () => {
    const folder = join(scratch, 'whole');
    const target = await createEmptyDatabases();
    const { child, ended } = begin({ ...target }, 'restore', folder);
    const loading = `SELECT FROM pg_stat_progress_copy WHERE datname = current_database() AND tuples_processed > 1000`;
    const busy = `SELECT FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()`;
    await withClient(target.DATABASE_URL, async (client) => {
      while ((await client.query(loading)).rowCount === 0) await sleep(2);
      child.kill('SIGKILL');
      await ended;
      // The server notices the broken connection when it next reads from it.
      while ((await client.query(busy)).rowCount !== 0) await sleep(20);
    });
    for (const url of Object.values(target))
      await withClient(url, async (client) => {
        const tables = `SELECT FROM pg_class WHERE relnamespace = 'public'::regnamespace`;
        expect((await client.query(tables)).rowCount).toBe(0);
      });
    const again = await run({ ...target }, process.execPath, mfaflow, 'restore', folder);
    expect(again.code).toBe(0);
    await withClient(target.DATABASE_URL, async (client) => {
      const { rows } = await client.query<{ count: string }>('SELECT count(*) FROM audit');
      expect(rows[0]!.count).toBe('300000');
    });
  });

  it('for which there is no room says so in one sentence, and keeps nothing', async () => {
    const folder = join(scratch, 'no-room');
    const limited = `ulimit -f 512; exec "$0" "$1" backup "$2"`;
    const full = await run(source, 'bash', '-c', limited, process.execPath, mfaflow, folder);
    expect([full.code, full.stdout, lastLine(full.stderr)]).toEqual([
      1,
      '',
      `There is no room for the backup in ${folder} (EFBIG): nothing of it was kept; make room or name another folder.`,
    ]);
    expect(full.stderr).not.toContain('    at ');
    expect(readdirSync(folder)).toEqual([]);
    const device = await run(source, process.execPath, mfaflow, 'backup', '/dev/full');
    expect([device.code, lastLine(device.stderr)]).toEqual([
      1,
      '/dev/full cannot be used for a backup (EEXIST): name a folder that you may make or write into.',
    ]);
  });
});

describe('the backup of the one command', () => {
  const systems: System[] = [];
  const scratch = mkdtempSync(join(tmpdir(), 'mfaflow-moved-'));

  afterAll(async () => {
    for (const { child } of systems) child.kill('SIGTERM');
    await Promise.all(systems.map(({ exited }) => exited));
    rmSync(scratch, { recursive: true, force: true });
  }, 120_000);

  async function start(dataDir: string, ...more: string[]): Promise<{ system: System; ready: ReadyFile }> {
    const system = startSystem({ dataDir, more });
    systems.push(system);
    return { system, ready: await system.ready() };
  }

  async function stop({ child, exited }: System): Promise<void> {
    child.kill('SIGTERM');
    expect(await exited).toBe(0);
  }

  it('is restored into a data folder of its own, as the guide for operators says', async () => {
    const [first, second] = [join(scratch, 'first'), join(scratch, 'second')];
    const backup = join(scratch, 'backup');
    const command = (...args: string[]): Promise<Ended> => run({}, process.execPath, mfaflow, ...args);

    const { system, ready } = await start(first);
    const authorization = `Bearer ${ready.apiKey}`;
    await fetch(`${ready.apiUrl}/v1/users/alice`, { method: 'PUT', headers: { authorization } });
    const written = await command('backup', backup, '--ready-file', system.readyFile);
    expect([written.code, written.stdout]).toEqual([0, expect.stringContaining('holds 1 users')]);
    await stop(system);

    mkdirSync(second, { mode: 0o700 });
    copyFileSync(join(first, 'master-key'), join(second, 'master-key'));
    const stores = await start(second, '--stores-only');
    expect(JSON.parse(readFileSync(stores.system.readyFile, 'utf8'))).not.toHaveProperty('apiUrl');
    const restored = await command('restore', backup, '--ready-file', stores.system.readyFile);
    expect(restored.code).toBe(0);
    const checked = await command('restore-check', '--apply', '--ready-file', stores.system.readyFile);
    expect([checked.code, checked.stdout]).toEqual([0, expect.stringContaining('tenants were repaired')]);
    await stop(stores.system);

    const moved = await start(second);
    const found = await fetch(`${moved.ready.apiUrl}/v1/users/alice`, { headers: { authorization } });
    expect([found.status, (await found.json()) as object]).toEqual([
      200,
      expect.objectContaining({ id: 'alice' }),
    ]);
    await stop(moved.system);
  }, 240_000);
});
