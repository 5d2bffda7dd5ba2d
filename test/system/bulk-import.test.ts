import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createInstallation, type Installation, linesOf, secretOf } from '../cli/bulk/installation';
import { checkout } from './running-system';

const USERS = 20_000;

describe('mfaflow import as a process', () => {
  let at: Installation;

  beforeAll(async () => {
    at = await createInstallation();
  });
  beforeEach(() => at.empty());
  afterAll(() => at.close());

  const mfaflow = (...args: string[]): ChildProcess => {
    const child = spawn(process.execPath, [join(checkout, 'dist', 'src', 'cli', 'mfaflow.js'), ...args], {
      env: { PATH: process.env['PATH'], ...at.environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    child.stderr.resume();
    return child;
  };

  async function outcome(
    child: ChildProcess,
  ): Promise<{ exitCode: number | null; stdout: string; stderr: string }> {
    const said = { stdout: '', stderr: '' };
    child.stdout!.on('data', (bytes: Buffer) => (said.stdout += bytes.toString()));
    child.stderr!.on('data', (bytes: Buffer) => (said.stderr += bytes.toString()));
    const [exitCode] = (await once(child, 'close')) as [number | null];
    return { exitCode, ...said };
  }

  const run = async () =>
    (
      await at.pool.query<{ position: number; created: number; report_bytes: number }>(
        `SELECT position::float8, created::int, report_bytes::int FROM imports ORDER BY started_at DESC LIMIT 1`,
      )
    ).rows[0];

  it('goes on after kill -9 at any point with nothing twice, nothing lost and a whole report', async () => {
    const path = at.file(
      'users.jsonl',
      Array.from({ length: USERS }, (_, number) =>
        number % 100 === 99
          ? `{"id":"bad ${number}"}\n`
          : `{"id":"user-${number}","emails":["u${number}@example.com"],"factors":[{"secret":"${secretOf(number)}"}]}\n`,
      ).join(''),
    );
    const args = ['import', path, '--tenant', 'acme', '--resume'];
    for (let kill = 0; kill < 5; kill += 1) {
      const before = (await run())?.position ?? 0;
      const child = mfaflow(...args);
      const ended = once(child, 'exit');
      // Just behind a commit, and then somewhere in the next batch.
      while (child.exitCode === null && ((await run())?.position ?? 0) <= before) await sleep(2);
      await sleep(kill * 15);
      child.kill('SIGKILL');
      await ended;
      const now = await run();
      const { rows } = await at.pool.query<{ users: number; factors: number; contacts: number }>(
        `SELECT (SELECT count(*)::int FROM users) AS users, (SELECT count(*)::int FROM factors) AS factors,
           (SELECT count(*)::int FROM contacts) AS contacts`,
      );
      const { created = 0 } = now ?? {};
      expect(rows).toEqual([{ users: created, factors: created, contacts: created }]);
      expect(statSync(`${path}.refused.jsonl`).size).toBeGreaterThanOrEqual(now?.report_bytes ?? 0);
    }
    const { exitCode, stdout } = await outcome(mfaflow(...args, '--json'));
    expect(exitCode).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({ refused: 200, changed: 0 });
    const stored = await at.users();
    expect(stored).toHaveLength(USERS - 200);
    expect(
      stored.every((user) => user.factors === 1 && user.contacts.length === 1 && user.version === 1),
    ).toBe(true);
    expect(linesOf(`${path}.refused.jsonl`).map(({ line }) => line)).toEqual(
      Array.from({ length: 200 }, (_, number) => (number + 1) * 100),
    );
    const { rows: keys } = await at.keysPool.query<{ user_id: string }>('SELECT user_id FROM data_keys');
    const { rows: users } = await at.pool.query<{ user_id: string }>('SELECT user_id FROM users');
    const withKey = new Set(keys.map(({ user_id }) => user_id));
    expect(users.filter(({ user_id }) => !withKey.has(user_id))).toEqual([]);
  });

  it('says in one sentence that the disk is full, and goes on once there is room', async () => {
    const path = at.file('users.jsonl', 'no json\n'.repeat(3_000) + '{"id":"last"}\n');
    const full = spawn(
      'bash',
      // In blocks of 1,024 bytes: what a full disk leaves of the report.
      [
        '-c',
        `trap '' XFSZ; ulimit -f 8; exec "$0" "$@"`,
        process.execPath,
        join(checkout, 'dist/src/cli/mfaflow.js'),
        'import',
        path,
        '--tenant',
        'acme',
      ],
      { env: { PATH: process.env['PATH'], ...at.environment }, stdio: ['ignore', 'pipe', 'pipe'] },
    );
    const { exitCode, stderr } = await outcome(full);
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(/The report .*cannot be written: it would be larger than files may be here\.\n$/);
    expect(await at.users()).toEqual([]);
    expect((await outcome(mfaflow('import', path, '--tenant', 'acme', '--resume'))).exitCode).toBe(1);
    expect((await at.users()).map(({ id }) => id)).toEqual(['last']);
    expect(linesOf(`${path}.refused.jsonl`)).toHaveLength(3_000);
  });

  it('writes an export to a pipe that reads slowly, or stops reading, without a complaint', async () => {
    writeFileSync(
      join(at.folder, 'some.csv'),
      `id\n${Array.from({ length: 5_000 }, (_, n) => `user-${n}`).join('\n')}\n`,
    );
    expect((await at.import(join(at.folder, 'some.csv'))).exitCode).toBe(0);
    const slow = mfaflow('export', '--tenant', 'acme', '--format', 'csv');
    slow.stdout!.pause();
    await sleep(200);
    const { stdout, exitCode } = await outcome(slow);
    expect([exitCode, stdout.split('\n').length]).toEqual([0, 5_002]);
    const stops = mfaflow('export', '--tenant', 'acme', '--format', 'csv');
    stops.stdout!.once('data', () => stops.stdout!.destroy());
    await once(stops, 'exit');
    expect(stops.exitCode).toBe(0);
    expect(readFileSync(join(at.folder, 'some.csv'), 'utf8')).toContain('user-4999');
  });
});
