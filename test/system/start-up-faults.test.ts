import { chmodSync, copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { withClient } from '../../src/embedded/database';
import { ensureMasterKeyFile } from '../../src/security/master-key/create-master-key-file';
import { startBentProxy } from '../cli/doctor/bent-proxy';
import { Patient } from '../cli/doctor/patient';
import { checkout } from './running-system';
import { expectOneSentence, runToEnd, type Ended } from './run-to-end';

jest.setTimeout(180_000);

let patient: Patient;
let folder: string;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'mfaflow-faults-'));
  process.env['PATIENT_TASK_QUEUE'] = 'faults';
  patient = await Patient.create();
});
afterEach(async () => {
  await patient.end();
  rmSync(folder, { recursive: true, force: true });
});

const scriptOf = (name: string): string => join(checkout, 'dist', 'src', `${name}.js`);

function environment(changes: Record<string, string> = {}): Record<string, string> {
  return {
    ...patient.environment(),
    TEMPORAL_ADDRESS: process.env['MFAFLOW_TEST_TEMPORAL_ADDRESS']!,
    MFAFLOW_API_PORT: '0',
    MFAFLOW_CODEC_PORT: '0',
    ...changes,
  };
}

function start(name: string, changes: Record<string, string> = {}): Promise<Ended> {
  return runToEnd(process.execPath, [scriptOf(name)], environment(changes));
}

describe.each(['server', 'worker'])('the %s refuses in one sentence, without a stack,', (name) => {
  it('a variable that it cannot read', async () => {
    expectOneSentence(await start(name, { MFAFLOW_API_PORT: 'none' }), /^MFAFLOW_API_PORT must be a whole/);
    expectOneSentence(await start(name, { DATABASE_URL: 'nonsense' }), /^DATABASE_URL must be a URL\.$/);
  });

  it('a Postgres that is away', async () => {
    const away = await start(name, { DATABASE_URL: 'postgres://u:hunter2@127.0.0.1:1/x' });
    expectOneSentence(
      away,
      /^Postgres cannot be reached at 127\.0\.0\.1:1 .*: start it, or correct DATABASE_URL/,
    );
    expect(away.complaints.join()).not.toContain('hunter2');
  });

  it('a password that Postgres refuses', async () => {
    const wrong = new URL(patient.databaseUrl);
    wrong.password = 'hunter2';
    expectOneSentence(
      await start(name, { DATABASE_URL: wrong.href }),
      /refuses the user or the password of DATABASE_URL: correct them/,
    );
  });

  it('a database that does not exist', async () => {
    const nowhere = new URL('/nowhere', patient.databaseUrl).href;
    expectOneSentence(await start(name, { DATABASE_URL: nowhere }), /no database nowhere .*: create it/);
    expectOneSentence(
      await start(name, { KEYS_DATABASE_URL: nowhere }),
      /no database nowhere .*correct KEYS_DATABASE_URL/,
    );
  });

  it('a Postgres that is too old', async () => {
    const { rows } = await patient.pool.query<{ server_version_num: string }>('SHOW server_version_num');
    const old = await startBentProxy(patient.databaseUrl, [rows[0]!.server_version_num, '140023']);
    expectOneSentence(
      await start(name, { DATABASE_URL: old.urlOf(patient.databaseUrl) }),
      /and mfaflow needs 15 or newer: upgrade it/,
    );
    await old.close();
  });

  it('a database that was not migrated, and one that a newer release has migrated', async () => {
    await patient.pool.query(`INSERT INTO migrations (name) VALUES ('9999-of-tomorrow.sql')`);
    expectOneSentence(await start(name), /migration 9999-of-tomorrow\.sql, which this release does not know/);
    await patient.pool.query(
      `DELETE FROM migrations WHERE name IN ('9999-of-tomorrow.sql', '0001-foundations.sql')`,
    );
    expectOneSentence(await start(name), /was not brought to this release: run npm run migrate\.$/);
  });

  it('a database that takes no writes', async () => {
    const database = new URL(patient.databaseUrl).pathname.slice(1);
    await patient.pool.query(`ALTER DATABASE ${database} SET default_transaction_read_only = on`);
    expectOneSentence(await start(name), /takes no writes .*name the primary/);
  });

  it('a clock that is not that of Postgres', async () => {
    const preload = join(folder, 'ahead.js');
    writeFileSync(preload, 'const now = Date.now; Date.now = () => now() + 60_000;');
    expectOneSentence(
      await start(name, { NODE_OPTIONS: `--require ${preload}` }),
      /clock of this machine is \d+\.\d s ahead of that of Postgres .*: have NTP set both/,
    );
  });

  it('a clock that a test has moved', async () => {
    await patient.pool.query(`UPDATE test_clock SET clock_offset = '1 hour'`);
    expectOneSentence(await start(name), /clock of this database was moved by a test/);
  });

  it('a master key file that is missing, open to others, or no key file', async () => {
    chmodSync(patient.masterKeyFile, 0o640);
    expectOneSentence(await start(name), /is open to other users: run chmod 600/);
    chmodSync(patient.masterKeyFile, 0o600);
    writeFileSync(patient.masterKeyFile, '{}');
    expectOneSentence(await start(name), /is damaged: restore it/);
    rmSync(patient.masterKeyFile);
    expectOneSentence(await start(name), /^The master key file .* cannot be read/);
  });

  it('the keys of another deployment', async () => {
    const other = await Patient.create();
    const mixed = { KEYS_DATABASE_URL: other.keysDatabaseUrl, MFAFLOW_MASTER_KEY_FILE: other.masterKeyFile };
    expectOneSentence(await start(name, mixed), /do not belong together: let MFAFLOW_MASTER_KEY_FILE/);
    copyFileSync(other.masterKeyFile, patient.masterKeyFile);
    expectOneSentence(await start(name), /lacks a key that the keys database uses: restore/);
    await other.end();
  });

  it('a data key that its master key does not open', async () => {
    await withClient(patient.keysDatabaseUrl, (client) =>
      client.query(`UPDATE data_keys SET wrapped = set_byte(wrapped, 20, get_byte(wrapped, 20) # 1)`),
    );
    expectOneSentence(await start(name), /do not belong together/);
  });

  it('a Temporal namespace that does not exist', async () => {
    expectOneSentence(
      await start(name, { TEMPORAL_NAMESPACE: 'nowhere' }),
      /has no namespace nowhere: create it \(temporal operator namespace create/,
    );
  });

  it('a log on a disk that is full', async () => {
    const shell = ['-c', `exec "${process.execPath}" "${scriptOf(name)}" > /dev/full`];
    expectOneSentence(
      await runToEnd('sh', shell, environment()),
      /^The log cannot be written to standard output \(ENOSPC\): make room/,
    );
  });
});

describe('the server', () => {
  it('names the variable whose port is taken', async () => {
    const taken = createServer();
    await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
    const { port } = taken.address() as AddressInfo;
    for (const variable of ['MFAFLOW_API_PORT', 'MFAFLOW_CODEC_PORT'])
      expectOneSentence(
        await start('server', { [variable]: String(port) }),
        new RegExp(`^Port ${port} on 127\\.0\\.0\\.1 is taken: .*choose another with ${variable}`),
      );
    await new Promise((resolve) => taken.close(resolve));
  });

  it('names the address that is not of this machine', async () => {
    expectOneSentence(
      await start('server', { MFAFLOW_API_HOST: '192.0.2.1' }),
      /cannot listen on 192\.0\.2\.1 .*MFAFLOW_API_HOST/,
    );
  });
});

describe('the worker', () => {
  it('does not start without Temporal, and says where it looked', async () => {
    expectOneSentence(
      await start('worker', { TEMPORAL_ADDRESS: '127.0.0.1:1' }),
      /^Temporal cannot be reached at 127\.0\.0\.1:1: start it, or correct TEMPORAL_ADDRESS/,
    );
  });
});

describe('the command line', () => {
  it('says in one sentence that Postgres is away, without its password', async () => {
    const ended = await runToEnd(
      process.execPath,
      [scriptOf('cli/mfaflow'), 'migrate'],
      environment({ DATABASE_URL: 'postgres://u:hunter2@127.0.0.1:1/x' }),
    );
    expectOneSentence(ended, /\S/);
    expect(ended.complaints.join()).not.toContain('hunter2');
  });

  it('refuses to migrate a database that a newer release has migrated', async () => {
    await patient.pool.query(`INSERT INTO migrations (name) VALUES ('9999-of-tomorrow.sql')`);
    const ended = await runToEnd(process.execPath, [scriptOf('cli/mfaflow'), 'migrate'], environment());
    expectOneSentence(ended, /9999-of-tomorrow\.sql/);
  });

  it('makes no master key where it cannot write', async () => {
    const blocked = join(folder, 'file');
    await ensureMasterKeyFile(blocked);
    const ended = await runToEnd(
      process.execPath,
      [scriptOf('cli/mfaflow'), 'master-key', 'create'],
      environment({ MFAFLOW_MASTER_KEY_FILE: join(blocked, 'key') }),
    );
    expectOneSentence(ended, /\S/);
  });

  it('finds in an installation that is broken what the doctor finds, and exits with 1', async () => {
    rmSync(patient.masterKeyFile);
    const ended = await runToEnd(
      process.execPath,
      [scriptOf('cli/mfaflow'), 'doctor', '--json'],
      environment(),
    );
    expect(ended.exitCode).toBe(1);
    const { healthy, findings } = JSON.parse(ended.output) as { healthy: boolean; findings: object[] };
    expect(healthy).toBe(false);
    expect(findings).toContainEqual(
      expect.objectContaining({ check: 'master-key', outcome: 'fail', mend: expect.any(String) }),
    );
  });
});
