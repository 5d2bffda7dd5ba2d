import { readFileSync, statSync } from 'node:fs';
import { shownBy } from '../../factors/totp/authenticator';
import { runCommand, setEnvironment } from '../run-command';
import { type RunningSystem, startSystem } from '../../running-system';
import { createInstallation, type Installation, secretOf } from './installation';

/** People of every kind that an export has to carry. */
const people = [
  { id: 'plain' },
  { id: '=cmd|calc!A1', groups: ['ops'], phones: ['+41446681800'] },
  { id: '-1+1', emails: [{ address: 'dash@example.com', verified: true }] },
  {
    id: 'alice',
    groups: ['finance', 'ops'],
    locale: 'de-CH',
    emails: [{ address: 'Alice+tag@example.com', verified: true }, { address: 'a@bücher.example' }],
    phones: [{ address: '+442079460018', verified: true }],
    factors: [
      { kind: 'totp', name: '=1+1', secret: secretOf(1) },
      {
        kind: 'totp',
        name: 'Two, "quoted"',
        secret: secretOf(2),
        digits: 8,
        algorithm: 'SHA256',
        period: 60,
      },
      { kind: 'totp', secret: secretOf(3), algorithm: 'SHA512' },
    ],
  },
  { id: 'bob', factors: [{ kind: 'totp', secret: secretOf(4) }] },
];

describe('an export', () => {
  let from: Installation;
  let to: RunningSystem;

  beforeAll(async () => {
    from = await createInstallation();
    to = await startSystem();
    await from.importText('people.jsonl', people.map((one) => JSON.stringify(one)).join('\n'));
  });
  afterAll(async () => {
    await to.stop();
    await from.close();
  });

  const exportTo = (name: string, ...more: string[]) => {
    setEnvironment(from.environment);
    return runCommand(['export', '--tenant', 'acme', '--out', `${from.folder}/${name}`, '--json', ...more]);
  };
  const importInto = (path: string) => {
    setEnvironment({
      DATABASE_URL: to.config.databaseUrl,
      KEYS_DATABASE_URL: to.config.keysDatabaseUrl,
      MFAFLOW_MASTER_KEY_FILE: to.config.masterKeyFile,
      MFAFLOW_TEST_MODE: '1',
      MFAFLOW_TEST_KEY: to.testKey,
    });
    return runCommand(['import', path, '--tenant', 'acme', '--json']);
  };
  const login = (id: string, uri: string) =>
    to.call('POST', `/v1/users/${encodeURIComponent(id)}/authentications`, {
      body: { response: { kind: 'totp', code: shownBy(uri, Date.now()) } },
    });

  it.each(['csv', 'jsonl'])(
    'of the format %s lets everybody log in elsewhere with the same authenticator',
    async (format) => {
      await to.pool.query('TRUNCATE users CASCADE');
      const path = `${from.folder}/secrets.${format}`;
      const exported = await exportTo(`secrets.${format}`, '--with-secrets');
      expect([exported.exitCode, exported.json]).toMatchObject([
        0,
        { users: 5, secrets: 4, factorsLeft: 0, format },
      ]);
      expect(statSync(path).mode & 0o777).toBe(0o600);
      expect((await importInto(path)).json).toMatchObject({ created: 5, refused: 0, unchanged: 0 });
      const uris = people.flatMap(({ id, factors = [] }) =>
        factors.map((factor) => ({
          id,
          uri: `otpauth://totp/x?${new URLSearchParams(factor as never).toString()}`,
        })),
      );
      expect(uris).toHaveLength(4);
      for (const { id, uri } of uris) expect((await login(id, uri)).body.status).toBe('approved');
      const contacts = await to.call('GET', '/v1/users/alice/contacts', { key: to.keys.manageUsers });
      expect(contacts.body.contacts.map((one: { address: string }) => one.address).sort()).toEqual([
        '+442079460018',
        'Alice+tag@example.com',
        'a@xn--bcher-kva.example',
      ]);
      const found = await to.call('POST', '/v1/user-searches', {
        body: { phone: '+41446681800' },
        key: to.keys.manageUsers,
      });
      expect(found.body.users.map((one: { id: string }) => one.id)).toEqual(['=cmd|calc!A1']);
      expect((await importInto(path)).json).toMatchObject({ created: 0, changed: 0, refused: 0 });
    },
  );

  it('comes back the same from a deployment that imported it', async () => {
    await to.pool.query('TRUNCATE users CASCADE');
    await exportTo('first.jsonl', '--with-secrets');
    await importInto(`${from.folder}/first.jsonl`);
    const again = await runCommand([
      'export',
      '--tenant',
      'acme',
      '--with-secrets',
      '--out',
      `${from.folder}/second.jsonl`,
    ]);
    expect(again.exitCode).toBe(0);
    const lines = (name: string) =>
      readFileSync(`${from.folder}/${name}`, 'utf8').split('\n').map(normalised);
    expect(lines('second.jsonl')).toEqual(lines('first.jsonl'));
  });

  it('has no secret without --with-secrets, and says so', async () => {
    const { exitCode, stderr, json } = await exportTo('people.csv');
    expect([exitCode, json]).toMatchObject([0, { users: 5, secrets: 0 }]);
    const text = readFileSync(`${from.folder}/people.csv`, 'utf8');
    for (const number of [1, 2, 3, 4]) expect(text).not.toContain(secretOf(number));
    expect(stderr).not.toContain('secrets in clear');
    expect(text).not.toMatch(/(^|,)"?[=+\-@]/m);
  });

  it('with secrets warns once, and is in the audit trail before anything is written', async () => {
    await from.pool.query('DELETE FROM audit');
    const { exitCode, stderr } = await exportTo('nowhere/x.csv', '--with-secrets');
    expect(exitCode).toBe(1);
    const done = await exportTo('audited.csv', '--with-secrets');
    expect(done.stderr.match(/in clear/g)).toHaveLength(1);
    expect(stderr).toContain('cannot be written: there is no such file or folder');
    const { rows } = await from.pool.query('SELECT actor, action, detail, tenant_id FROM audit');
    expect(rows).toEqual([
      {
        actor: 'command-line',
        action: 'users.export',
        detail: { secrets: true, fromTheStart: true },
        tenant_id: from.tenantId,
      },
    ]);
  });

  it('writes over nothing, and goes on behind the user that --after names', async () => {
    await exportTo('kept.jsonl');
    const before = readFileSync(`${from.folder}/kept.jsonl`, 'utf8');
    const again = await exportTo('kept.jsonl');
    expect([again.exitCode, again.stderr]).toEqual([1, expect.stringContaining('nothing is written over')]);
    expect(readFileSync(`${from.folder}/kept.jsonl`, 'utf8')).toBe(before);
    expect((await exportTo('rest.jsonl', '--after', 'alice')).json.users).toBe(2);
    const rest = readFileSync(`${from.folder}/rest.jsonl`, 'utf8');
    expect(before.endsWith(rest)).toBe(true);
  });

  it('holds the users of one tenant alone', async () => {
    await from.pool.query(`INSERT INTO tenants (tenant_id, name) VALUES ('ten_other', 'other')`);
    await from.pool.query(
      `INSERT INTO users (user_id, tenant_id, external_id) VALUES ('usr_other', 'ten_other', 'theirs')`,
    );
    expect((await exportTo('ours.jsonl')).json.users).toBe(5);
    expect(readFileSync(`${from.folder}/ours.jsonl`, 'utf8')).not.toContain('theirs');
  });

  it('says what has to stay behind', async () => {
    await from.pool.query(
      `INSERT INTO factors (factor_id, tenant_id, user_id, kind, status, material, authorised, created_at)
       SELECT 'fac_codes', tenant_id, user_id, 'recovery-code', 'active', '', true, now() FROM users WHERE external_id = 'plain'`,
    );
    expect((await exportTo('left.jsonl', '--with-secrets')).json.factorsLeft).toBe(1);
  });

  it.each([
    [['--json'], 2, /--out/],
    [['--out', 'people.txt'], 2, /--format csv/],
    [['--out', '/dev/full', '--format', 'csv'], 1, /is there already/],
  ])('says in one sentence what is wrong when called with %j', async (args, expected, said) => {
    setEnvironment(from.environment);
    const { exitCode, stderr } = await runCommand(['export', '--tenant', 'acme', ...args]);
    expect(exitCode).toBe(expected);
    expect(stderr).toMatch(said);
    expect(stderr.trim().split('\n')).toHaveLength(1);
  });
});

/** Contacts and factors that were made at the same instant have no order. */
function normalised(line: string): unknown {
  if (line === '') return line;
  const sorted = (list: object[]) => list.map((one) => JSON.stringify(one)).sort();
  const { emails, phones, factors, ...rest } = JSON.parse(line);
  return { ...rest, emails: sorted(emails), phones: sorted(phones), factors: sorted(factors) };
}
