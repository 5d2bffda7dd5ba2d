import {
  chmodSync,
  chownSync,
  mkdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { withClient } from '../../src/embedded/database';
import { startPostgres, type EmbeddedPostgres } from '../../src/embedded/postgres';
import { identifyProcess } from '../../src/embedded/process-identity';
import { scratchFolder } from './scratch-folder';

describe('the embedded Postgres', () => {
  const folder = scratchFolder();
  const running: EmbeddedPostgres[] = [];

  async function start(): Promise<EmbeddedPostgres> {
    const postgres = await startPostgres({ dataDir: join(folder(), 'data'), port: 0 });
    running.push(postgres);
    return postgres;
  }

  const value = (url: string, sql: string): Promise<unknown> =>
    withClient(
      url,
      async (client) => Object.values((await client.query<Record<string, unknown>>(sql)).rows[0]!)[0],
    );

  afterEach(async () => {
    await Promise.all(running.splice(0).map((postgres) => postgres.stop()));
  });

  it('keeps its data over a restart, durably and privately', async () => {
    const first = await start();
    await first.ensureDatabase('mfaflow');
    await first.ensureDatabase('mfaflow');
    await withClient(first.databaseUrl('mfaflow'), (client) =>
      client.query('CREATE TABLE kept AS SELECT 42 AS answer'),
    );
    await first.stop();
    const second = await start();
    expect(second.password).toBe(first.password);
    await expect(value(second.databaseUrl('mfaflow'), 'SELECT answer FROM kept')).resolves.toBe(42);
    await expect(value(second.adminUrl, 'SHOW fsync')).resolves.toBe('on');
    expect(statSync(join(folder(), 'data')).mode & 0o777).toBe(0o700);
    expect(statSync(join(folder(), 'data', 'postgres-password')).mode & 0o777).toBe(0o600);
  });

  it('listens on 127.0.0.1 only and asks for its password', async () => {
    const postgres = await start();
    await expect(value(postgres.adminUrl, 'SHOW listen_addresses')).resolves.toBe('127.0.0.1');
    await expect(value(postgres.adminUrl, 'SHOW unix_socket_directories')).resolves.toBe('');
    const wrong = postgres.adminUrl.replace(postgres.password, 'wrong');
    await expect(withClient(wrong, () => Promise.resolve())).rejects.toMatchObject({ code: '28P01' });
  });

  it('ends the server that a killed parent left, and no other process that has its pid now', async () => {
    const orphan = await start();
    const identity = identifyProcess(orphan.pid)!;
    const successor = await start();
    expect(identifyProcess(orphan.pid)).not.toEqual(identity);
    await successor.stop();
    const stale = join(folder(), 'data', 'postgres', 'postmaster.pid');
    writeFileSync(stale, `${process.pid}\n`);
    const owner = statSync(join(stale, '..'));
    chownSync(stale, owner.uid, owner.gid);
    const postgres = await start();
    await expect(value(postgres.adminUrl, 'SELECT 1')).resolves.toBe(1);
  });

  it('starts again after its own server was killed', async () => {
    const killed = await start();
    await withClient(killed.adminUrl, (client) => client.query('CREATE TABLE kept AS SELECT 42 AS answer'));
    process.kill(killed.pid, 'SIGKILL');
    await killed.exited;
    const postgres = await start();
    await expect(value(postgres.adminUrl, 'SELECT answer FROM kept')).resolves.toBe(42);
  });

  it('begins anew when it was killed while it made the cluster', async () => {
    mkdirSync(join(folder(), 'data', 'postgres.new', 'base'), { recursive: true });
    const postgres = await start();
    await expect(value(postgres.adminUrl, 'SELECT 1')).resolves.toBe(1);
  });

  it('works below a folder that only its owner may enter, with a umask of 077', async () => {
    chmodSync(folder(), 0o700);
    const before = process.umask(0o077);
    try {
      const postgres = await start();
      await expect(value(postgres.adminUrl, 'SELECT 1')).resolves.toBe(1);
      expect(readlinkSync(`/proc/${postgres.pid}/cwd`)).toBe(
        realpathSync(join(folder(), 'data', 'postgres')),
      );
    } finally {
      process.umask(before);
    }
  });

  it('never runs as root', async () => {
    const postgres = await start();
    expect(statSync(`/proc/${postgres.pid}`).uid).not.toBe(0);
  });

  it('writes no statement and no value of a failing one to its log', async () => {
    const postgres = await start();
    await withClient(postgres.adminUrl, async (client) => {
      await client.query('CREATE TABLE people (name text UNIQUE)');
      await client.query("INSERT INTO people VALUES ('planted-name')");
      await expect(client.query("INSERT INTO people VALUES ('planted-name')")).rejects.toMatchObject({
        code: '23505',
      });
    });
    const log = readFileSync(join(folder(), 'data', 'logs', 'postgres.log'), 'utf8');
    expect(log).toContain('duplicate key value');
    expect(log).not.toContain('planted-name');
  });

  it('says what is wrong with a cluster that it cannot open', async () => {
    await (await start()).stop();
    const password = join(folder(), 'data', 'postgres-password');
    const kept = readFileSync(password);
    rmSync(password);
    await expect(start()).rejects.toMatchObject({
      code: 'cluster_unusable',
      message: expect.stringContaining('postgres-password'),
    });
    writeFileSync(password, kept);
    writeFileSync(join(folder(), 'data', 'postgres', 'PG_VERSION'), '15\n');
    await expect(start()).rejects.toMatchObject({
      code: 'cluster_unusable',
      message: expect.stringContaining('Postgres 15'),
    });
  });
});
