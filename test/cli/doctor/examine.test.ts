import { chmodSync, copyFileSync, rmSync } from 'node:fs';
import { examine } from '../../../src/cli/doctor/examine';
import { ok } from '../../../src/cli/doctor/check';
import { catalogue } from '../../../src/cli/doctor/catalogue';
import { Installation } from '../../../src/cli/doctor/installation';
import { hashApiKey, newApiKey } from '../../../src/security/api-key';
import { ensureSchedules, sweepScheduleIds } from '../../../src/temporal/schedules';
import { withClient } from '../../../src/embedded/database';
import { startSystem, type RunningSystem } from '../../running-system';
import { startBentProxy } from './bent-proxy';
import { Patient } from './patient';
import { startWeakPostgres } from './weak-postgres';

jest.setTimeout(120_000);

/** A worker that serves the task queue of every patient. */
let system: RunningSystem;
let patient: Patient;

beforeAll(async () => {
  system = await startSystem();
  process.env['PATIENT_TASK_QUEUE'] = system.config.taskQueue;
}, 120_000);
afterAll(() => system.stop());
beforeEach(async () => {
  patient = await Patient.create();
});
afterEach(() => patient.end());

async function withTemporal<Result>(variables: Record<string, string>, act: () => Promise<Result>) {
  const before = { ...process.env };
  Object.assign(process.env, variables);
  try {
    return await act();
  } finally {
    for (const name of Object.keys(variables)) {
      if (before[name] === undefined) Reflect.deleteProperty(process.env, name);
      else process.env[name] = before[name];
    }
  }
}

describe('the doctor, in an installation that is well,', () => {
  it('finds every check ok, or not to be asked here', async () => {
    const findings = await patient.findings();
    expect(findings.filter(({ outcome }) => outcome !== 'ok').map(({ check }) => check)).toEqual([]);
    expect(new Set(findings.map(({ check }) => check))).toEqual(new Set(catalogue.map(({ name }) => name)));
  });

  it('says no password and no key', async () => {
    const said = JSON.stringify([
      await patient.findings(),
      await patient.findings({ DATABASE_URL: 'postgres://u:hunter2@127.0.0.1:1/x' }),
    ]);
    for (const secret of [new URL(patient.databaseUrl).password, 'hunter2'])
      expect(said).not.toContain(secret);
  });

  it('changes nothing', async () => {
    const counted = `SELECT (SELECT count(*) FROM audit)::int AS audit, (SELECT count(*) FROM signing_keys)::int AS keys,
      (SELECT count(*) FROM outbox)::int AS outbox, (SELECT count(*) FROM flows)::int AS flows`;
    const before = await patient.pool.query(counted);
    await patient.findings();
    expect((await patient.pool.query(counted)).rows).toEqual(before.rows);
  });
});

describe('the doctor complains of exactly', () => {
  it('variables that cannot be read or are misspelt, all at once', async () => {
    expect(
      await patient.complaints({ MFAFLOW_API_PORT: 'none', MFAFLOW_SWEEP_SECONDS: '0', MFAFLOW_ISUER: 'x' }),
    ).toEqual([
      ['settings', expect.stringContaining('MFAFLOW_API_PORT')],
      // The sweeps' lag cannot be judged without it, which is no complaint.
      ['settings', expect.stringContaining('MFAFLOW_SWEEP_SECONDS')],
      ['settings', expect.stringMatching(/MFAFLOW_ISUER.*Correct its name/)],
    ]);
  });

  it('a main database that is away', async () => {
    expect(await patient.complaints({ DATABASE_URL: 'postgres://u:p@127.0.0.1:1/x' })).toEqual([
      ['main-database', expect.stringMatching(/127\.0\.0\.1:1.*Start it, or correct DATABASE_URL/)],
    ]);
  });

  it('a main database that accepts connections and never answers, without hanging itself', async () => {
    const mute = await startBentProxy(patient.databaseUrl);
    expect(await patient.complaints({ DATABASE_URL: mute.urlOf(patient.databaseUrl) })).toEqual([
      ['main-database', expect.stringContaining('cannot be reached')],
    ]);
    await mute.close();
  });

  it('a password that is wrong, a keys database that does not exist', async () => {
    const wrong = new URL(patient.databaseUrl);
    wrong.password = 'guessed';
    expect(await patient.complaints({ DATABASE_URL: wrong.href })).toEqual([
      ['main-database', expect.stringMatching(/refuses the user or the password.*Correct them/)],
    ]);
    const nowhere = new URL('/nowhere', patient.keysDatabaseUrl).href;
    expect(await patient.complaints({ KEYS_DATABASE_URL: nowhere })).toEqual([
      ['keys-database', expect.stringMatching(/no database nowhere.*Create it/)],
    ]);
  });

  it('a Postgres that is too old', async () => {
    const { rows } = await patient.pool.query<{ server_version_num: string }>('SHOW server_version_num');
    const old = await startBentProxy(patient.databaseUrl, [rows[0]!.server_version_num, '140023']);
    expect(await patient.complaints({ DATABASE_URL: old.urlOf(patient.databaseUrl) })).toEqual([
      ['main-database', expect.stringMatching(/needs 15 or newer.*Upgrade it/)],
    ]);
    await old.close();
  });

  it('a database that was never migrated', async () => {
    await patient.pool.query('CREATE SCHEMA elsewhere');
    const name = new URL(patient.databaseUrl).pathname.slice(1);
    await patient.pool.query(`ALTER DATABASE ${name} SET search_path = elsewhere`);
    expect(await patient.complaints()).toEqual([
      ['migrations', expect.stringMatching(/lacks migration 0001-.*Run npm run migrate/)],
    ]);
  });

  it('a database that a newer release has migrated', async () => {
    await patient.pool.query(`INSERT INTO migrations (name) VALUES ('9999-of-tomorrow.sql')`);
    expect(await patient.complaints()).toEqual([
      ['migrations', expect.stringMatching(/9999-of-tomorrow\.sql.*Run the newer release/)],
    ]);
  });

  it('commits that are answered before they are on the disk', async () => {
    const name = new URL(patient.keysDatabaseUrl).pathname.slice(1);
    await patient.pool.query(`ALTER DATABASE ${name} SET synchronous_commit = off`);
    expect(await patient.complaints()).toEqual([
      ['durability', expect.stringMatching(/synchronous_commit is off for the keys database.*Set synchron/)],
    ]);
  });

  it('a server that does not sync, and one with few connections', async () => {
    const weak = await startWeakPostgres({ fsync: 'off', full_page_writes: 'off', max_connections: '40' });
    const weakPatient = await Patient.create(weak.adminUrl);
    expect(await weakPatient.complaints()).toEqual([
      ...['fsync', 'full_page_writes'].map((setting) => [
        'durability',
        expect.stringMatching(`${setting} is off for the main database.*Set ${setting} = on`),
      ]),
      ...['fsync', 'full_page_writes'].map((setting) => [
        'durability',
        expect.stringMatching(`${setting} is off for the keys database`),
      ]),
      ['connections', expect.stringMatching(/may want 50 connections.*Raise max_connections/)],
    ]);
    await weakPatient.end();
    await weak.stop();
  });

  it('a master key file that is gone', async () => {
    rmSync(patient.masterKeyFile);
    expect(await patient.complaints()).toEqual([['master-key', expect.stringContaining('Restore the file')]]);
  });

  it('a master key file that anybody may read', async () => {
    chmodSync(patient.masterKeyFile, 0o644);
    expect(await patient.complaints()).toEqual([['master-key', expect.stringContaining('chmod 600')]]);
  });

  it('the master key of another deployment', async () => {
    const other = await Patient.create();
    copyFileSync(other.masterKeyFile, patient.masterKeyFile);
    expect(await patient.complaints()).toEqual([
      ['data-keys', expect.stringMatching(/2 data keys .* lacks.*Restore the master key file/)],
    ]);
    await other.end();
  });

  it('a master key of the right name with other bytes', async () => {
    await withClient(patient.keysDatabaseUrl, (client) =>
      client.query(`UPDATE data_keys SET wrapped = set_byte(wrapped, 20, get_byte(wrapped, 20) # 1)`),
    );
    expect(await patient.complaints()).toEqual([
      ['data-keys', expect.stringMatching(/2 of 2 data keys do not open.*name those of one deployment/)],
    ]);
  });

  it('a keys database with its own master key that belongs to another main database', async () => {
    const other = await Patient.create();
    const { KEYS_DATABASE_URL, MFAFLOW_MASTER_KEY_FILE } = other.environment();
    expect(
      await patient.complaints({
        KEYS_DATABASE_URL: KEYS_DATABASE_URL!,
        MFAFLOW_MASTER_KEY_FILE: MFAFLOW_MASTER_KEY_FILE!,
      }),
    ).toEqual([['signing-keys', expect.stringMatching(/do not open.*of one deployment/)]]);
    await other.end();
  });

  it('a signing key that was destroyed, and one that leaked and can still sign', async () => {
    await patient.pool.query(`UPDATE signing_keys SET private_sealed = '' WHERE status = 'active'`);
    expect(await patient.complaints()).toEqual([
      ['signing-keys', expect.stringMatching(/no active signing key.*Start an API process/)],
    ]);
    await patient.pool.query(`UPDATE signing_keys SET status = 'compromised' WHERE status = 'next'`);
    expect(await patient.complaints()).toEqual([
      ['signing-keys', expect.stringContaining('no active')],
      ['signing-keys', expect.stringContaining('no next')],
      ['signing-keys', expect.stringMatching(/leaked.*rotate-keys/)],
    ]);
  });

  it('a Temporal that is away', async () => {
    const complaints = await withTemporal({ TEMPORAL_ADDRESS: '127.0.0.1:1' }, () => patient.complaints());
    expect(complaints).toEqual([
      ['temporal', expect.stringMatching(/127\.0\.0\.1:1.*Start it, or correct TEMPORAL_ADDRESS/)],
    ]);
  });

  it('a namespace that does not exist', async () => {
    const complaints = await withTemporal({ TEMPORAL_NAMESPACE: 'nowhere' }, () => patient.complaints());
    expect(complaints).toEqual([
      ['namespace', expect.stringMatching(/no namespace nowhere.*namespace create --namespace nowhere/)],
    ]);
  });

  it('a namespace that forgets sooner than commands may be repeated', async () => {
    expect(await patient.complaints({ MFAFLOW_COMMAND_HOURS: '8760' })).toEqual([
      ['namespace', expect.stringMatching(/less than.*--retention 8760h/)],
    ]);
  });

  it('schedules that are missing or paused', async () => {
    const { taskQueue } = system.config;
    const [first, second] = sweepScheduleIds(taskQueue);
    await system.temporal.schedule.getHandle(first!).delete();
    await system.temporal.schedule.getHandle(second!).pause();
    expect(await patient.complaints()).toEqual([
      ['schedules', expect.stringMatching(/is missing.*Start a worker again/)],
      ['schedules', expect.stringMatching(/is paused.*schedule toggle --unpause/)],
    ]);
    await ensureSchedules(system.temporal, taskQueue, 3_600);
    expect(await patient.complaints()).toEqual([]);
  });

  it('no worker, no API', async () => {
    patient.beats = [];
    expect(await patient.complaints()).toEqual([
      ['processes', expect.stringMatching(/No worker is alive.*npm run worker/)],
      ['processes', expect.stringMatching(/No API process.*npm run server/)],
    ]);
  });

  it('workers that serve another task queue', async () => {
    await ensureSchedules(system.temporal, 'deserted', 3_600);
    expect(await patient.complaints({ MFAFLOW_TASK_QUEUE: 'deserted' })).toEqual([
      ['task-queue', expect.stringMatching(/none polls the task queue deserted.*same MFAFLOW_TASK_QUEUE/)],
    ]);
    for (const id of sweepScheduleIds('deserted')) await system.temporal.schedule.getHandle(id).delete();
  });

  it("a process whose clock is off, and one's own", async () => {
    patient.beats = [...patient.beats, { processId: 'w2', kind: 'worker', driftMs: -5_000 }];
    expect(await patient.complaints()).toEqual([
      ['clocks', expect.stringMatching(/worker process w2 is 5\.0 s behind.*NTP/)],
    ]);
  });

  it('a clock that a test has moved', async () => {
    await patient.pool.query(`UPDATE test_clock SET clock_offset = '1 hour'`);
    expect(await patient.complaints()).toEqual([
      ['test-clock', expect.stringMatching(/3600 s.*set clock_offset to 0/)],
    ]);
    expect(await patient.complaints({ MFAFLOW_TEST_MODE: '1', MFAFLOW_TEST_KEY: 'x' })).toEqual([]);
  });

  it('what is left of development in production', async () => {
    await patient.pool.query(`INSERT INTO tenants (tenant_id, name) VALUES ('ten_d', 'd')`);
    await patient.pool.query(
      `INSERT INTO api_keys (key_id, tenant_id, name, hash, scopes, development) VALUES ('key_d', 'ten_d', 'd', $1, '{}', true)`,
      [hashApiKey(newApiKey())],
    );
    expect(await patient.complaints({ NODE_ENV: 'production' })).toEqual([
      ['production', expect.stringMatching(/development key.*Revoke it/)],
      ['production', expect.stringMatching(/no https address.*public https/)],
    ]);
  });

  it('sweeps that fall behind', async () => {
    await patient.pool.query(`INSERT INTO tenants (tenant_id, name) VALUES ('ten_l', 'l')`);
    await patient.pool.query(
      `INSERT INTO users (user_id, tenant_id, external_id) VALUES ('usr_l', 'ten_l', 'l')`,
    );
    await patient.pool.query(
      `INSERT INTO factors (factor_id, tenant_id, user_id, kind, status, material, authorised, pending_until, created_at)
       VALUES ('fac_l', 'ten_l', 'usr_l', 'totp', 'pending', '', true, now() - interval '2 hours', now())`,
    );
    expect(await patient.complaints()).toEqual([
      ['sweep-lag', expect.stringMatching(/overdue enrolments.*a worker runs/)],
    ]);
  });
});

describe('a check', () => {
  it('that hangs or breaks hides no other, and is reported itself', async () => {
    const installation = new Installation({}, '/nowhere');
    const checks = [
      { name: 'hangs', asks: '', look: () => new Promise<never>(() => undefined) },
      { name: 'breaks', asks: '', look: () => Promise.reject(new Error('broken\n    at place')) },
      { name: 'answers', asks: '', look: () => Promise.resolve([ok('Well.')]) },
    ];
    const findings = await examine(installation, checks, 100);
    expect(findings.map(({ check, outcome }) => [check, outcome])).toEqual([
      ['hangs', 'fail'],
      ['breaks', 'fail'],
      ['answers', 'ok'],
    ]);
    expect(JSON.stringify(findings)).not.toContain('    at ');
  });

  it('of an installation without any setting complains of what is not set, and looks at the rest', async () => {
    const installation = new Installation({}, '/nowhere');
    const findings = await withTemporal({ TEMPORAL_ADDRESS: '127.0.0.1:1' }, () => examine(installation));
    const failed = findings.filter(({ outcome }) => outcome === 'fail').map(({ check }) => check);
    expect(new Set(failed)).toEqual(new Set(['settings', 'temporal']));
    await installation.close();
  });
});
