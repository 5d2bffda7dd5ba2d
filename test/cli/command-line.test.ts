import { createTestDatabase, type TestDatabase } from '../test-database';
import { runCommand, setEnvironment } from './run-command';

const escape = '\u001B[';

describe('the mfaflow command', () => {
  let database: TestDatabase;

  beforeAll(async () => {
    database = await createTestDatabase();
    setEnvironment({ DATABASE_URL: database.databaseUrl, KEYS_DATABASE_URL: database.keysDatabaseUrl });
  });
  afterAll(() => database.drop());

  it('shows its commands in groups, examples and exit codes to whoever asks', async () => {
    const { exitCode, stdout, stderr } = await runCommand(['--help']);
    expect([exitCode, stderr]).toEqual([0, '']);
    for (const shown of ['Tenants, keys and users:', 'The installation:', 'Examples:', 'Exit codes:'])
      expect(stdout).toContain(shown);
    expect(Math.max(...stdout.split('\n').map((line) => line.length))).toBeLessThanOrEqual(120);
  });

  it('has help for every command that its help names', async () => {
    const { stdout } = await runCommand(['--help']);
    const commands = stdout.split('Examples:')[0]!.matchAll(/^ {2}([a-z][a-z-]+)/gm);
    const names = [...commands].map(([, name]) => name!).filter((name) => name !== 'help');
    expect(names).toEqual(
      expect.arrayContaining(['tenant', 'key', 'user', 'migrate', 'rotate-keys', 'master-key']),
    );
    for (const name of names) {
      const help = await runCommand([name, '--help']);
      expect([name, help.exitCode, help.stdout.startsWith(`Usage: mfaflow ${name}`)]).toEqual([
        name,
        0,
        true,
      ]);
    }
  });

  it.each([[[]], [['tenant']], [['key']]])(
    'lists what there is for %j alone, and exits with 2',
    async (args: string[]) => {
      const { exitCode, stdout, stderr } = await runCommand(args);
      expect([exitCode, stdout]).toEqual([2, '']);
      expect(stderr).toMatch(/^Usage: mfaflow/);
      expect(stderr.split('\n').length).toBeGreaterThan(5);
    },
  );

  it('prints its release', async () => {
    expect((await runCommand(['--version'])).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  });

  it.each([
    [['nonsense'], /^Unknown command 'nonsense'\. .*mfaflow --help\.\n$/],
    [['tenant', 'list', '--nonsense'], /^Unknown option '--nonsense'\. See mfaflow tenant list --help\.\n$/],
    [['tenant', 'create'], /^Missing required argument 'name'\. See mfaflow tenant create --help\.\n$/],
    [['key', 'list'], /^Required option '--tenant <name>' not specified\. See mfaflow key list --help\.\n$/],
    [['tenant', 'create', 'Not A Name'], /^A tenant needs a name of [^\n]+\n$/],
    [['key', 'rotate', 'key_x', '--overlap', 'soon'], /^“soon” is no duration[^\n]+\n$/],
    [['rotate-keys'], /^Say what to rotate[^\n]+\n$/],
  ])('says in one line how it is called when called as %j, and exits with 2', async (args, said) => {
    const { exitCode, stdout, stderr } = await runCommand(args);
    expect([exitCode, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(said);
    const asJson = await runCommand([...args, '--json']);
    expect([asJson.exitCode, asJson.stdout]).toEqual([2, '']);
    expect(JSON.parse(asJson.stderr)).toEqual({ error: { code: 'usage', message: expect.any(String) } });
  });

  it.each([
    ['a database that is not there', { DATABASE_URL: 'postgres://127.0.0.1:1/none' }, 'econnrefused'],
    ['no database at all', { DATABASE_URL: '' }, 'config_invalid'],
    ['a tenant that is not there', {}, 'not_found'],
  ])('says in one sentence that it failed for %s, and exits with 1', async (_, variables, code) => {
    const before = { ...process.env };
    setEnvironment(variables);
    try {
      const args = ['key', 'list', '--tenant', 'nobody'];
      const { exitCode, stdout, stderr } = await runCommand(args);
      expect([exitCode, stdout]).toEqual([1, '']);
      expect(stderr).toMatch(/^[A-Z][^\n]+[.?]\n$/);
      expect(stderr).not.toMatch(/ at |Error:/);
      const asJson = await runCommand([...args, '--json']);
      expect(asJson.exitCode).toBe(1);
      expect(JSON.parse(asJson.stderr).error.code).toBe(code);
    } finally {
      Object.assign(process.env, before);
    }
  });

  it('has colours on a terminal alone, and none there when NO_COLOR or --json is set', async () => {
    expect((await runCommand(['tenant', 'create', 'painted'], { terminal: true })).stdout).toContain(escape);
    const args = ['tenant', 'list'];
    expect((await runCommand(args, { terminal: true })).stdout).toContain(escape);
    expect((await runCommand(args)).stdout).not.toContain(escape);
    for (const environment of [{ NO_COLOR: '1' }, { TERM: 'dumb' }])
      expect((await runCommand(args, { terminal: true, environment })).stdout).not.toContain(escape);
    expect((await runCommand([...args, '--json'], { terminal: true })).stdout).not.toContain(escape);
  });

  it('migrates once, and says the second time that there is nothing to do', async () => {
    expect((await runCommand(['migrate'])).stdout).toBe('Nothing to migrate.\n');
    expect((await runCommand(['migrate', '--json'])).json).toEqual({ applied: [] });
  });
});
