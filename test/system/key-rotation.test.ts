import { existsSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { createLocalJWKSet, jwtVerify } from 'jose';
import { Pool } from 'pg';
import { dataKeyBinding } from '../../src/security/data-keys';
import { openFileMasterKeyStore } from '../../src/security/master-key/file-master-key-store';
import { randomBase62, randomId } from '../../src/security/random-id';
import { TestClock } from '../end-to-end/test-clock';
import { call, type CallOptions } from '../running-system';
import { LoginStream, type StreamOutcome } from './login-stream';
import { startCommand } from './mfaflow-command';
import { createDeployment, testMode, type Deployment } from './deployment';
import { startProgram, type Program } from './programs';

const USERS = 12;
/** Keys of users who do not log in meanwhile: what makes a rotation take its time. */
const KEYS_AT_REST = 8_000;

let deployment: Deployment;
let apiKey: string;
let masterKeyFile: string;
let environment: Record<string, string>;
let pool: Pool;
let keysPool: Pool;
let clock: TestClock;
let stream: LoginStream;
const servers: Program[] = [];
const workers: Program[] = [];

beforeAll(async () => {
  deployment = await createDeployment({
    ...testMode,
    MFAFLOW_LIMIT_USER_PER_MINUTE: '1000000',
    MFAFLOW_LIMIT_KEY_PER_MINUTE: '1000000',
  });
  ({ apiKey, environment, masterKeyFile, pool } = deployment);
  keysPool = new Pool({ connectionString: environment['KEYS_DATABASE_URL']!, max: 2 });
  clock = new TestClock(pool);
  let turn = 0;
  const both = (method: string, path: string, options: CallOptions = {}) => {
    turn += 1;
    return callOf(servers[turn % servers.length]!, method, path, options);
  };
  await startAll();
  stream = new LoginStream({ call: both, clock });
  await stream.addUsers(USERS);
  await addKeysAtRest();
}, 120_000);

afterAll(async () => {
  await stopAll();
  await keysPool.end();
  await deployment.drop();
}, 60_000);

async function startAll(): Promise<void> {
  const start = (name: 'server' | 'worker') => [0, 1].map(() => startProgram(name, environment));
  workers.push(...(await Promise.all(start('worker'))));
  servers.push(...(await Promise.all(start('server'))));
}

async function stopAll(): Promise<void> {
  const programs = [...servers.splice(0), ...workers.splice(0)];
  for (const program of programs) program.kill('SIGTERM');
  await Promise.all(programs.map(({ ended }) => ended));
}

function callOf(server: Program, method: string, path: string, options: CallOptions = {}) {
  return call(`http://127.0.0.1:${server.apiPort}`, method, path, { key: apiKey, ...options });
}

async function addKeysAtRest(): Promise<void> {
  const masterKeys = await openFileMasterKeyStore(masterKeyFile);
  const rows = Array.from({ length: KEYS_AT_REST }, () => ({
    keyId: randomBase62(12),
    scope: { tenantId: 'ten_rest', userId: randomId('usr') },
  }));
  const wrapped = await masterKeys.wrapMany(
    rows.map(({ keyId, scope }) => ({
      plain: Buffer.alloc(32, 7),
      associatedData: dataKeyBinding(scope, keyId),
    })),
  );
  await keysPool.query(
    `INSERT INTO data_keys (key_id, tenant_id, user_id, wrapped, master_key_id)
     SELECT key_id, 'ten_rest', user_id, wrapped, $4 FROM unnest($1::text[], $2::text[], $3::bytea[]) AS k (key_id, user_id, wrapped)`,
    [
      rows.map(({ keyId }) => keyId),
      rows.map(({ scope }) => scope.userId),
      wrapped.map((one) => one.wrapped),
      masterKeys.currentKeyId(),
    ],
  );
}

const run = (...args: string[]) => startCommand(args, environment).ended;
const fileNow = () =>
  JSON.parse(readFileSync(masterKeyFile, 'utf8')) as { current: string; keys: Record<string, string> };

async function masterKeysInUse(): Promise<string[]> {
  const { rows } = await keysPool.query<{ id: string }>(
    'SELECT DISTINCT master_key_id AS id FROM data_keys WHERE destroyed_at IS NULL',
  );
  return rows.map(({ id }) => id);
}

/** A minute has passed since the file changed. */
function ageMasterKeyFile(): void {
  const past = new Date(Date.now() - 120_000);
  utimesSync(masterKeyFile, past, past);
}

function expectNoneFailed({ approved, failures }: StreamOutcome): void {
  expect(failures).toEqual([]);
  expect(approved).toBeGreaterThanOrEqual(USERS);
}

describe('while users log in over two APIs and two workers', () => {
  it('the master key is rotated and the old one removed, with no failed login', async () => {
    const old = fileNow().current;
    let progress: readonly { done: number; total: number }[] = [];
    const outcome = await stream.during(async () => {
      const rotation = startCommand(['rotate-keys', '--master'], environment);
      const { exitCode, stdout } = await rotation.ended;
      expect([exitCode, JSON.parse(stdout)]).toEqual([
        0,
        { masterKey: fileNow().current, rewrapped: expect.any(Number), failed: [] },
      ]);
      ({ progress } = rotation);
    });
    expectNoneFailed(outcome);
    expect(progress.at(-1)!.total).toBeGreaterThanOrEqual(KEYS_AT_REST);
    expect(progress.map(({ done }) => done)).toEqual(
      [...progress.map(({ done }) => done)].sort((a, b) => a - b),
    );
    const { current } = fileNow();
    expect(current).not.toBe(old);
    expect((await run('rotate-keys', '--rewrap')).exitCode).toBe(0);
    expect(await masterKeysInUse()).toEqual([current]);
    ageMasterKeyFile();
    expectNoneFailed(
      await stream.during(async () => {
        expect((await run('master-key', 'remove', old)).exitCode).toBe(0);
      }),
    );
    expect(Object.keys(fileNow().keys)).toEqual([current]);
    await stopAll();
    await startAll();
    expectNoneFailed(await stream.during(() => Promise.resolve()));
  }, 240_000);

  it.each([
    'as it begins',
    'once the file has a new key',
    'after its first page',
    'in the middle of a page',
    'near its end',
  ])(
    'a rotation is killed %s, and the next one brings all to its end, with no failed login',
    async (moment) => {
      const outcome = await stream.during(async () => {
        await killedAt(moment);
        const again = await run('rotate-keys', moment === 'as it begins' ? '--master' : '--rewrap');
        expect([again.exitCode, JSON.parse(again.stdout).failed]).toEqual([0, []]);
      });
      expectNoneFailed(outcome);
      expect((await run('rotate-keys', '--rewrap')).exitCode).toBe(0);
      expect(await masterKeysInUse()).toEqual([fileNow().current]);
      expect(existsSync(`${masterKeyFile}.new`)).toBe(false);
    },
    240_000,
  );

  async function killedAt(moment: string): Promise<void> {
    const { current } = fileNow();
    // What a rotation leaves that is killed while it writes.
    if (moment === 'as it begins') writeFileSync(`${masterKeyFile}.new`, '{"curr', { mode: 0o600 });
    const rotation = startCommand(['rotate-keys', '--master'], environment, (done, total) => {
      if (moment === 'after its first page' || (moment === 'near its end' && done > 0.8 * total))
        rotation.kill();
      if (moment === 'in the middle of a page' && done > 0.3 * total) setTimeout(() => rotation.kill(), 13);
    });
    if (moment === 'as it begins') rotation.kill();
    if (moment === 'once the file has a new key') {
      while (fileNow().current === current) await sleep(1);
      rotation.kill();
    }
    expect((await rotation.ended).exitCode).toBeNull();
  }

  it('a second rotation at the same time is refused in one sentence, and the first one ends well', async () => {
    const outcome = await stream.during(async () => {
      let second: ReturnType<typeof run> | undefined;
      const first = startCommand(['rotate-keys', '--master'], environment, () => {
        second ??= run('rotate-keys', '--master');
      });
      expect((await first.ended).exitCode).toBe(0);
      const refused = await second!;
      expect([refused.exitCode, JSON.parse(refused.stderr).error.code]).toEqual([1, 'rotation_under_way']);
    });
    expectNoneFailed(outcome);
    expect(await masterKeysInUse()).toEqual([fileNow().current]);
  }, 240_000);

  it('the signing key is rotated; sessions from before go on, and every assertion verifies with either API', async () => {
    const before = await stream.during(() => Promise.resolve());
    await pool.query(
      `UPDATE signing_keys SET created_at = created_at - interval '2 hours' WHERE status = 'next'`,
    );
    const outcome = await stream.during(async () => {
      const { exitCode, stdout } = await run('rotate-keys', '--signing');
      expect([exitCode, JSON.parse(stdout)]).toEqual([0, { signingKey: expect.any(String) }]);
    });
    expectNoneFailed(outcome);
    for (const { token } of [...before.logins.values(), ...outcome.logins.values()]) {
      const { status, body } = await stream.call('POST', '/v1/sessions/introspect', { body: { token } });
      expect([status, body.active]).toEqual([200, true]);
    }
    const signing = new Set<string>();
    for (const server of servers) {
      const { body: keySet } = await callOf(server, 'GET', '/.well-known/jwks.json');
      for (const { assertion } of outcome.logins.values()) {
        const currentDate = new Date(clock.now());
        const { protectedHeader } = await jwtVerify(assertion, createLocalJWKSet(keySet), { currentDate });
        signing.add(protectedHeader.kid!);
      }
    }
    expect(signing.size).toBeGreaterThan(0);
  }, 240_000);

  it('an API key is rotated; its clients change over within the overlap, and then the old key is refused', async () => {
    const old = apiKey;
    const { rows } = await pool.query<{ key_id: string }>(
      `SELECT key_id FROM api_keys WHERE revoked_at IS NULL`,
    );
    const outcome = await stream.during(async () => {
      const { exitCode, stdout } = await run('key', 'rotate', rows[0]!.key_id, '--overlap', '30d');
      expect(exitCode).toBe(0);
      const { apiKey: fresh } = JSON.parse(stdout) as { apiKey: { key: string } };
      for (const key of [old, fresh.key])
        expect((await callOf(servers[0]!, 'GET', '/v1/users', { key })).status).toBe(200);
      apiKey = fresh.key;
    });
    expectNoneFailed(outcome);
    await clock.forward(31 * 86_400_000);
    for (const server of servers) {
      expect((await callOf(server, 'GET', '/v1/users', { key: old })).status).toBe(401);
      expect((await callOf(server, 'GET', '/v1/users')).status).toBe(200);
    }
    expectNoneFailed(await stream.during(() => Promise.resolve()));
  }, 240_000);
});
