import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { isRunning } from '../../src/embedded/process-identity';
import type { ReadyFile } from '../../src/embedded/ready-file';
import { createTestDatabase } from '../test-database';
import { checkout, processesOf, startSystem, type System, type SystemOptions } from './running-system';

describe('the one command', () => {
  const systems: System[] = [];
  let folder = '';
  let dataDir = '';
  let system: System;
  let ready: ReadyFile;

  function start(options: SystemOptions): System {
    const started = startSystem(options);
    systems.push(started);
    return started;
  }

  const statusOfAlice = async ({ apiUrl, apiKey }: ReadyFile): Promise<number> => {
    const response = await fetch(`${apiUrl}/v1/users/alice`, {
      headers: { authorization: `Bearer ${apiKey}` },
    });
    return response.status;
  };

  beforeAll(async () => {
    execFileSync('npx', ['tsc', '-p', 'tsconfig.build.json'], { cwd: checkout, stdio: 'inherit' });
    folder = mkdtempSync(join(tmpdir(), 'mfaflow-system-'));
    dataDir = join(folder, 'data');
    system = start({ dataDir });
    ready = await system.ready();
  }, 240_000);

  afterAll(async () => {
    for (const { child } of systems) child.kill('SIGTERM');
    await Promise.all(systems.map(({ exited }) => exited));
    rmSync(folder, { recursive: true, force: true });
  }, 120_000);

  it('prints each step as it happens and says in the ready file where everything is', () => {
    expect(system.output()).toMatch(/✓ Postgres on 127\.0\.0\.1:\d+ \(\d+\.\d s\)/);
    expect(system.output()).toMatch(/✓ Temporal on 127\.0\.0\.1:\d+/);
    expect(Object.keys(ready).sort()).toEqual([
      'apiKey',
      'apiUrl',
      'codecUrl',
      'databaseUrl',
      'inboxKey',
      'inboxUrl',
      'keysDatabaseUrl',
      'metricsUrls',
      'temporalAddress',
      'temporalUiUrl',
      'tenant',
    ]);
    expect(system.output()).not.toContain(ready.apiKey);
  });

  it('prints a curl line that makes a first user when it is pasted', async () => {
    const line = system
      .output()
      .split('\n')
      .find((candidate) => candidate.includes('curl '));
    const answer = execFileSync('sh', ['-c', line!], { encoding: 'utf8' });
    expect(JSON.parse(answer)).toMatchObject({ id: 'alice' });
    await expect(statusOfAlice(ready)).resolves.toBe(200);
  });

  it('keeps what holds keys to its owner', () => {
    const files = [
      system.readyFile,
      ...['development-key', 'inbox-key', 'master-key', 'postgres-password', 'supervisor.lock'].map((name) =>
        join(dataDir, name),
      ),
    ];
    for (const file of files) expect([file, statSync(file).mode & 0o777]).toEqual([file, 0o600]);
    expect(statSync(dataDir).mode & 0o777).toBe(0o700);
    expect(readFileSync(join(dataDir, 'development-key'), 'utf8')).toBe(ready.apiKey);
  });

  it('serves the Temporal Web UI, the documentation of the API and the metrics', async () => {
    await expect(fetch(ready.temporalUiUrl!).then((page) => page.status)).resolves.toBe(200);
    for (const url of [`${ready.apiUrl}/docs`, ready.metricsUrls.api, ready.metricsUrls.worker])
      await expect(fetch(url).then((page) => page.status)).resolves.toBe(200);
  });

  it('refuses to run twice on one data folder, with a sentence', async () => {
    const second = start({ dataDir });
    await expect(second.exited).resolves.toBe(1);
    expect(second.output()).toMatch(
      /✗ mfaflow already runs on this data folder \(process \d+, .*--data-dir DIR/,
    );
    await expect(statusOfAlice(ready)).resolves.toBe(200);
  });

  it('runs beside another, apart from it, with test mode on its own port and key', async () => {
    const other = start({ dataDir: join(folder, 'other'), env: { MFAFLOW_TEST_MODE: '1' } });
    const otherReady = await other.ready();
    await expect(statusOfAlice(otherReady)).resolves.toBe(404);
    await expect(statusOfAlice({ ...otherReady, apiKey: ready.apiKey })).resolves.toBe(401);
    expect(otherReady.testUrl).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    const mailbox = await fetch(`${otherReady.testUrl!}/test/mailbox`, {
      headers: { authorization: `Bearer ${otherReady.testKey!}` },
    });
    expect(mailbox.status).toBe(200);
    other.child.kill('SIGINT');
    await expect(other.exited).resolves.toBe(0);
  });

  it('takes over after a SIGKILL, with key, data and nothing left running twice', async () => {
    const before = processesOf(dataDir);
    expect(before).toHaveLength(4);
    system.child.kill('SIGKILL');
    await system.exited;
    system = start({ dataDir });
    rmSync(system.readyFile, { force: true });
    const again = await system.ready();
    expect(before.filter(isRunning)).toEqual([]);
    expect(again).toMatchObject({ apiKey: ready.apiKey, tenant: ready.tenant });
    ready = again;
    await expect(statusOfAlice(ready)).resolves.toBe(200);
  });

  it('starts a killed worker and a killed server again', async () => {
    for (const name of ['worker', 'server']) {
      const record = join(dataDir, `${name}.pid`);
      const { pid } = JSON.parse(readFileSync(record, 'utf8')) as { pid: number };
      process.kill(pid, 'SIGKILL');
      while (!existsSync(record) || readFileSync(record, 'utf8').includes(`"pid":${pid},`)) await sleep(50);
    }
    let status = 0;
    while (status !== 200) {
      status = await fetch(`${ready.apiUrl}/readyz`).then(
        (response) => response.status,
        () => 0,
      );
      await sleep(50);
    }
    await expect(statusOfAlice(ready)).resolves.toBe(200);
  });

  it('stops in order on Ctrl-C with exit code 0 and leaves no process', async () => {
    const running = processesOf(dataDir);
    expect(running).toHaveLength(4);
    system.child.kill('SIGINT');
    await expect(system.exited).resolves.toBe(0);
    expect(running.filter(isRunning)).toEqual([]);
    const stopped = [...system.output().matchAll(/^(.*) stopped$/gm)].map(([, name]) => name);
    expect(stopped).toEqual(['The server', 'The worker', 'Temporal', 'Postgres']);
    expect(existsSync(system.readyFile)).toBe(false);
  });

  it('stops by itself when the npm that started it is killed', async () => {
    system = start({ dataDir, npm: true });
    await system.ready();
    const running = processesOf(dataDir);
    system.child.kill('SIGKILL');
    while (running.some(isRunning)) await sleep(50);
    while (existsSync(join(dataDir, 'supervisor.lock'))) await sleep(50);
    expect(running).toHaveLength(4);
  });

  it('starts nothing in place of servers that are configured', async () => {
    const database = await createTestDatabase();
    const remote = start({
      dataDir: join(folder, 'remote'),
      env: {
        DATABASE_URL: database.databaseUrl,
        TEMPORAL_ADDRESS: process.env['MFAFLOW_TEST_TEMPORAL_ADDRESS'],
      },
    });
    const remoteReady = await remote.ready();
    expect(remoteReady).toMatchObject({
      databaseUrl: database.databaseUrl,
      keysDatabaseUrl: database.keysDatabaseUrl,
      temporalAddress: process.env['MFAFLOW_TEST_TEMPORAL_ADDRESS'],
    });
    for (const name of ['postgres', 'temporal.db'])
      expect(existsSync(join(folder, 'remote', name))).toBe(false);
    await expect(statusOfAlice(remoteReady)).resolves.toBe(404);
    remote.child.kill('SIGTERM');
    await expect(remote.exited).resolves.toBe(0);
    await database.drop();
  });

  it('refuses production, where no development key may exist', async () => {
    const refused = start({ dataDir: join(folder, 'production'), env: { NODE_ENV: 'production' } });
    await expect(refused.exited).resolves.toBe(1);
    expect(refused.output()).toMatch(/^✗ .*NODE_ENV=production/m);
    expect(existsSync(join(folder, 'production'))).toBe(false);
  });
});
