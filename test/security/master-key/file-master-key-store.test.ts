import { chmod, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { addMasterKey, useMasterKey } from '../../../src/security/master-key/master-key-changes';
import { ensureMasterKeyFile } from '../../../src/security/master-key/create-master-key-file';
import { openFileMasterKeyStore } from '../../../src/security/master-key/file-master-key-store';
import { describeMasterKeyStore } from '../../contracts/master-key-store';

describeMasterKeyStore('a file', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'mfaflow-master-'));
  const path = join(folder, 'master-key.json');
  await ensureMasterKeyFile(path);
  return {
    store: await openFileMasterKeyStore(path),
    async rotate() {
      await addMasterKey(path);
    },
    close: () => rm(folder, { recursive: true }),
  };
});

describe('the master key file', () => {
  let folder: string;
  let path: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'mfaflow-master-'));
    path = join(folder, 'master-key.json');
  });
  afterEach(async () => {
    await rm(folder, { recursive: true });
  });

  test.each([0o644, 0o640, 0o604, 0o660, 0o610])(
    'open to others (mode %o) it is refused, with the cure',
    async (mode) => {
      await ensureMasterKeyFile(path);
      await chmod(path, mode);
      await expect(openFileMasterKeyStore(path)).rejects.toMatchObject({
        code: 'master_key_file_refused',
        message: `The master key file ${path} is open to other users: run chmod 600 on it.`,
      });
    },
  );

  test.each([
    '',
    '{}',
    '[]',
    '{"current":"a","keys":{}}',
    '{"current":"a","keys":{"a":"c2hvcnQ="}}',
    '{"current":"a","keys":{"a":1}}',
  ])('damaged (%j) it is refused', async (content) => {
    await writeFile(path, content, { mode: 0o600 });
    await expect(openFileMasterKeyStore(path)).rejects.toMatchObject({ code: 'master_key_file_refused' });
  });

  test('missing, it is refused and not made', async () => {
    await expect(openFileMasterKeyStore(path)).rejects.toMatchObject({ code: 'master_key_file_refused' });
    await expect(stat(path)).rejects.toThrow('ENOENT');
  });

  test('a rotation makes it no more readable than it was', async () => {
    await ensureMasterKeyFile(path);
    await addMasterKey(path);
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect(Object.keys((JSON.parse(await readFile(path, 'utf8')) as { keys: object }).keys)).toHaveLength(2);
  });

  test('a store that was opened before a key was added opens what another wraps under it', async () => {
    await ensureMasterKeyFile(path);
    const early = await openFileMasterKeyStore(path);
    await addMasterKey(path);
    const late = await openFileMasterKeyStore(path);
    const { masterKeyId, wrapped } = await late.wrap(Buffer.alloc(32, 1), 'row');
    expect(await early.unwrap(masterKeyId, wrapped, 'row')).toEqual(Buffer.alloc(32, 1));
    const announced = await addMasterKey(path, { announce: true });
    expect((await early.wrap(Buffer.alloc(32), 'row')).masterKeyId).toBe(masterKeyId);
    await useMasterKey(path, announced);
    expect((await early.wrap(Buffer.alloc(32), 'row')).masterKeyId).toBe(announced);
  });

  test('of rotations at the same time none loses a key', async () => {
    await ensureMasterKeyFile(path);
    let added = 0;
    for (let round = 0; round < 20; round += 1) {
      const outcomes = await Promise.allSettled(Array.from({ length: 5 }, () => addMasterKey(path)));
      added += outcomes.filter((outcome) => outcome.status === 'fulfilled').length;
    }
    expect(added).toBeGreaterThanOrEqual(20);
    expect(Object.keys((JSON.parse(await readFile(path, 'utf8')) as { keys: object }).keys)).toHaveLength(
      added + 1,
    );
  });
});
