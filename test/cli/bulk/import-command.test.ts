import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { runCommand } from '../run-command';
import { createInstallation, type Installation, OTHER_SECRET, SECRET, secretOf } from './installation';

describe('mfaflow import', () => {
  let at: Installation;

  beforeAll(async () => {
    at = await createInstallation();
  });
  beforeEach(() => at.empty());
  afterAll(() => at.close());

  it('makes users with groups, locale, contacts and authenticators, sealed and audited', async () => {
    const { exitCode, counts } = await at.importText(
      'users.csv',
      `id,groups,locale,emails,verified_emails,verified_phones,name,secret\nalice,ops;finance,de-ch,a@example.com,alice@example.com,'+41446681800,"My, ""phone""",${SECRET}\nbob,,,,,,,\n`,
    );
    expect([exitCode, counts]).toMatchObject([0, { created: 2, changed: 0, unchanged: 0, refused: 0 }]);
    expect(await at.users()).toEqual([
      {
        id: 'alice',
        groups: ['finance', 'ops'],
        locale: 'de-CH',
        version: 1,
        factors: 1,
        contacts: expect.arrayContaining([
          { kind: 'email', verified: false },
          { kind: 'email', verified: true },
          { kind: 'phone', verified: true },
        ]),
      },
      { id: 'bob', groups: [], locale: null, version: 1, factors: 0, contacts: [] },
    ]);
    const { rows: audited } = await at.pool.query(
      `SELECT action, outcome, actor, user_id IS NULL AS whole, detail FROM audit ORDER BY sequence`,
    );
    expect(audited.map(({ action, outcome }) => [action, outcome])).toEqual([
      ['user.import', 'created'],
      ['user.import', 'created'],
      ['users.import', 'done'],
    ]);
    expect(audited[2]).toMatchObject({
      actor: 'command-line',
      whole: true,
      detail: { created: 2, refused: 0 },
    });
    const { rows: events } = await at.pool.query('SELECT type, data FROM outbox ORDER BY event_id');
    expect(events.map(({ type }) => type).sort()).toEqual([
      'contact.added',
      'contact.added',
      'contact.added',
      'factor.enrolled',
      'user.created',
      'user.created',
    ]);
    expect(events.every(({ data }) => data.imported === true)).toBe(true);
    const { rows: keys } = await at.keysPool.query(`SELECT FROM data_keys WHERE user_id <> '-'`);
    expect(keys).toHaveLength(2);
  });

  it('leaves neither secret nor address readable in the database, in what it prints or in the report', async () => {
    const { stderr, refusals } = await at.importText(
      'users.csv',
      `id,emails,name,secret\nalice,planted@example.com,,${SECRET}\nbob,planted@example,x,${SECRET}1\n`,
    );
    expect(refusals).toHaveLength(1);
    const dump = await at.pool.query(
      `SELECT (SELECT string_agg(t::text, '') FROM factors t) || (SELECT string_agg(t::text, '') FROM contacts t)
         || (SELECT string_agg(t::text, '') FROM audit t) || (SELECT string_agg(t::text, '') FROM outbox t)
         || (SELECT string_agg(t::text, '') FROM imports t) AS everything`,
    );
    const everything = `${dump.rows[0].everything}${stderr}${JSON.stringify(refusals)}`;
    for (const planted of [SECRET, 'planted']) {
      expect(everything).not.toContain(planted);
      expect(everything).not.toContain(Buffer.from(planted).toString('hex'));
    }
  });

  it('does nothing for lines that were imported before, in one file or in the next', async () => {
    const text = `id,groups,emails,secret\nalice,ops,a@example.com,${SECRET}\nbob,,,${OTHER_SECRET}\nalice,ops,A@EXAMPLE.com,${SECRET.toLowerCase()}\n`;
    expect((await at.importText('once.csv', text)).counts).toMatchObject({ created: 2, unchanged: 1 });
    const before = await at.users();
    const { counts } = await at.importText('again.csv', text);
    expect(counts).toMatchObject({ created: 0, changed: 0, unchanged: 3, refused: 0 });
    expect(await at.users()).toEqual(before);
    const { rows } = await at.pool.query(`SELECT FROM audit WHERE action = 'user.import'`);
    expect(rows).toHaveLength(2);
  });

  it('changes a user who is there, raises the version, and removes nothing', async () => {
    await at.importText(
      'one.jsonl',
      `${JSON.stringify({ id: 'alice', groups: ['a'], emails: ['a@example.com'] })}\n`,
    );
    const second = {
      id: 'alice',
      groups: ['b'],
      locale: 'fr',
      emails: [{ address: 'b@example.com', verified: true }],
      factors: [{ secret: SECRET }],
    };
    expect((await at.importText('two.jsonl', JSON.stringify(second))).counts).toMatchObject({ changed: 1 });
    expect(await at.users()).toMatchObject([
      {
        id: 'alice',
        groups: ['b'],
        locale: 'fr',
        version: 2,
        factors: 1,
        contacts: [{ verified: false }, { verified: true }],
      },
    ]);
    const third = { id: 'alice', factors: [{ secret: OTHER_SECRET }] };
    const { exitCode, refusals } = await at.importText('three.jsonl', JSON.stringify(third));
    expect([exitCode, refusals]).toMatchObject([1, [{ line: 1, code: 'step_up_required' }]]);
    expect(await at.users()).toMatchObject([{ version: 2, factors: 1 }]);
  });

  it('keeps refused what a raised epoch of a group refused, when a user leaves the group', async () => {
    await at.importText('one.jsonl', JSON.stringify({ id: 'alice', groups: ['a'] }));
    await at.pool.query(`INSERT INTO epochs VALUES ($1, 'group', 'a', 5, now(), 'leak')`, [at.tenantId]);
    await at.pool.query('UPDATE tenants SET epoch = 5 WHERE tenant_id = $1', [at.tenantId]);
    await at.importText('two.jsonl', JSON.stringify({ id: 'alice', groups: ['b'] }));
    const { rows } = await at.pool.query(`SELECT scope, value FROM epochs WHERE scope = 'user'`);
    expect(rows).toEqual([{ scope: 'user', value: '5' }]);
    const { rows: since } = await at.pool.query('SELECT group_since FROM users');
    expect(since).toEqual([{ group_since: { b: 5 } }]);
  });

  it('reports every refused line with its number, a code and a sentence, and imports the others', async () => {
    const lines = [
      { id: 'fine', factors: [{ secret: SECRET }] },
      { id: 'short', factors: [{ secret: 'GEZDGNBV' }] },
      'no json',
      { id: 'many', factors: Array.from({ length: 6 }, (_, number) => ({ secret: secretOf(number) })) },
      { id: 'also fine' },
      { id: 'fine-too' },
      { id: 'fine', factors: [{ secret: OTHER_SECRET }] },
      'x'.repeat(10_000_000),
      { id: 'last' },
    ];
    const text = lines.map((line) => (typeof line === 'string' ? line : JSON.stringify(line))).join('\n\n');
    const { exitCode, counts, refusals, stderr } = await at.importText('users.jsonl', text);
    expect([exitCode, counts]).toMatchObject([1, { created: 3, refused: 6 }]);
    expect(refusals.map(({ line, code }) => [line, code])).toEqual([
      [3, 'invalid_request'],
      [5, 'invalid_request'],
      [7, 'factor_limit_reached'],
      [9, 'invalid_request'],
      [13, 'step_up_required'],
      [15, 'payload_too_large'],
    ]);
    expect(
      refusals.every(({ detail }) => /^[A-Z][^\n]+\.$/.test(detail) || detail.startsWith('/secret')),
    ).toBe(true);
    expect(stderr).toContain('6 lines were refused');
    expect((await at.users()).map(({ id }) => id)).toEqual(['fine', 'fine-too', 'last']);
    expect(statSync(`${at.folder}/users.jsonl.refused.jsonl`).mode & 0o777).toBe(0o600);
  });

  it('takes a byte order mark, CRLF, quotes with newlines, and a file that no newline ends', async () => {
    const text = `\ufeffid,name,secret\r\n"alice","My ""own""\r\nphone",${SECRET}\r\nbob,Phone,${OTHER_SECRET}`;
    const { counts, refusals } = await at.importText('users.csv', text);
    expect(refusals).toMatchObject([
      { line: 2, code: 'invalid_request', detail: expect.stringContaining('name') },
    ]);
    expect(counts).toMatchObject({ created: 1, refused: 1 });
    const json = `\ufeff${JSON.stringify({ id: 'carol' })}`;
    expect((await at.importText('users.jsonl', json)).counts).toMatchObject({ created: 1 });
  });

  it.each([
    ['an empty file', '', /is empty/],
    ['semicolons', 'id;secret\nalice;x\n', /separated by semicolons/],
    ['a column that is not known', 'id,password\nalice,x\n', /Column 2 of the first line is unknown/],
    ['no header', `alice,${SECRET}\n`, /Column 1 of the first line is unknown/],
    ['UTF-16', Buffer.from('\ufeffid\nalice\n', 'utf16le'), /save it as UTF-8/],
  ])('refuses %s as a whole, in one sentence, and writes nothing', async (_, content, said) => {
    const path = at.file('users.csv', content);
    const { exitCode, stdout, stderr } = await at.import(path);
    expect([exitCode, stdout]).toEqual([1, '']);
    expect(stderr).toMatch(said);
    expect(stderr.trim().split('\n')).toHaveLength(1);
    expect(stderr).not.toContain(SECRET);
    expect((await at.pool.query('SELECT FROM imports')).rowCount).toBe(0);
  });

  it.each([
    [['--tenant', 'nobody'], 1, /There is no tenant nobody/],
    [
      ['--tenant', 'acme', '--report', '/nowhere/at/all'],
      1,
      /cannot be written: there is no such file or folder/,
    ],
    [
      ['--tenant', 'acme', '--report', '/dev/full'],
      1,
      /report \/dev\/full cannot be written: no space is left/,
    ],
    [['--tenant', 'acme', '--format', 'xml'], 2, /choices are csv, jsonl|Allowed choices are csv, jsonl/],
    [[], 2, /--tenant/],
  ])('says in one sentence what is wrong when called with %j', async (args, expected, said) => {
    const path = at.file('users.csv', 'id\nno id\n');
    const { exitCode, stderr } = await runCommand(['import', path, ...args]);
    expect(exitCode).toBe(expected);
    expect(stderr).toMatch(said);
    expect(stderr.trim().split('\n')).toHaveLength(1);
  });

  it('does not know what a file is whose name does not say it', async () => {
    const path = at.file('users.txt', 'id\nalice\n');
    expect(await at.import(path)).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining('--format csv'),
    });
    expect(await at.import(path, '--format', 'csv')).toMatchObject({ exitCode: 0 });
    expect(await at.import(`${at.folder}/absent.csv`)).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining('cannot be read: there is no such file'),
    });
    expect(await at.import(path, '--format', 'csv', '--report', path)).toMatchObject({ exitCode: 1 });
    expect(readFileSync(path, 'utf8')).toBe('id\nalice\n');
  });

  it('only looks with --dry-run: the same counts and report, and nothing written', async () => {
    await at.importText('there.jsonl', JSON.stringify({ id: 'there' }));
    const keys = await at.keysPool.query('SELECT FROM data_keys');
    const text = `${JSON.stringify({ id: 'there', groups: ['x'] })}\n${JSON.stringify({ id: 'new' })}\nno json\n`;
    const { counts, refusals } = await at.importText('users.jsonl', text, '--dry-run');
    expect(counts).toMatchObject({ dryRun: true, created: 1, changed: 1, refused: 1 });
    expect(refusals).toHaveLength(1);
    expect(await at.users()).toMatchObject([{ id: 'there', groups: [] }]);
    expect((await at.keysPool.query('SELECT FROM data_keys')).rowCount).toBe(keys.rowCount);
    expect((await at.importText('users.jsonl', text)).counts).toMatchObject({
      created: 1,
      changed: 1,
      refused: 1,
    });
  });

  it('goes on from where the report was cut with --resume, and never past it', async () => {
    const path = at.file('users.jsonl', 'no json\n');
    await at.import(path);
    await at.pool.query('UPDATE imports SET finished_at = NULL');
    writeFileSync(`${path}.refused.jsonl`, '');
    const { exitCode, stderr } = await at.import(path, '--resume');
    expect([exitCode, stderr]).toEqual([
      1,
      expect.stringContaining('is shorter than the earlier run left it'),
    ]);
  });

  it('is for the tenant that is named, whoever has the same ids elsewhere', async () => {
    await at.pool.query(`INSERT INTO tenants (tenant_id, name) VALUES ('ten_other', 'other')`);
    await at.pool.query(
      `INSERT INTO users (user_id, tenant_id, external_id) VALUES ('usr_other', 'ten_other', 'alice')`,
    );
    const { counts } = await at.importText('users.csv', `id,groups\nalice,ops\n`);
    expect(counts).toMatchObject({ created: 1 });
    const { rows } = await at.pool.query(`SELECT groups, version FROM users WHERE user_id = 'usr_other'`);
    expect(rows).toEqual([{ groups: [], version: '1' }]);
  });
});
