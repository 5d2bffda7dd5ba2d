import { chmod, chown, lstat, mkdir, mkdtemp, readdir, readFile, rm, stat, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { changeMasterKeyFile } from '../../../src/security/master-key/change-master-key-file';
import { ensureMasterKeyFile } from '../../../src/security/master-key/create-master-key-file';
import { addMasterKey } from '../../../src/security/master-key/master-key-changes';

let folder: string;
let path: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mfaflow-master-'));
  path = join(folder, 'master-key.json');
  await ensureMasterKeyFile(path);
});
afterEach(async () => {
  await rm(folder, { recursive: true });
});

test('a changed file is as it was but for the change: its mode, its owner, and nothing beside it', async () => {
  // Root rotates for processes of another user; anybody else for their own.
  const owner = process.getuid!() === 0 ? 65_534 : process.getuid!();
  await chown(path, owner, process.getuid!() === 0 ? 65_534 : process.getgid!());
  await addMasterKey(path);
  const { mode, uid } = await stat(path);
  expect([mode & 0o777, uid]).toEqual([0o600, owner]);
  expect(await readdir(folder)).toEqual(['master-key.json']);
});

test('of a link the file changes, and the link stays', async () => {
  const link = join(folder, 'link');
  await symlink(path, link);
  const id = await addMasterKey(link);
  expect((await lstat(link)).isSymbolicLink()).toBe(true);
  expect(JSON.parse(await readFile(path, 'utf8')).current).toBe(id);
});

test('a change that fails leaves the file and its folder as they were', async () => {
  const before = await readFile(path, 'utf8');
  const failing = changeMasterKeyFile(path, () => {
    throw new RangeError('no');
  });
  await expect(failing).rejects.toMatchObject({ cause: expect.any(RangeError) });
  expect(await readFile(path, 'utf8')).toBe(before);
  expect(await readdir(folder)).toEqual(['master-key.json']);
});

test('a file that cannot be replaced is named, with what to do, and no key lies about', async () => {
  const inTheWay = join(folder, 'mounted');
  await mkdir(inTheWay);
  await expect(addMasterKey(inTheWay)).rejects.toMatchObject({ code: 'master_key_file_refused' });
  expect((await readdir(folder)).sort()).toEqual(['master-key.json', 'mounted']);
});

test('readers meet the old file or the new one, whole', async () => {
  await chmod(path, 0o600);
  let changing = true;
  const contents: string[] = [];
  const reader = async (): Promise<void> => {
    while (changing) contents.push(await readFile(path, 'utf8'));
  };
  const readers = [reader(), reader()];
  for (let change = 0; change < 50; change += 1) await addMasterKey(path);
  changing = false;
  await Promise.all(readers);
  for (const content of contents) {
    const { current, keys } = JSON.parse(content) as { current: string; keys: Record<string, string> };
    expect(keys[current]).toEqual(expect.any(String));
  }
});
