import { chmod, mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensureMasterKeyFile } from '../../../src/security/master-key/create-master-key-file';

let folder: string;
let path: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mfaflow-master-'));
  path = join(folder, 'master-key.json');
});
afterEach(async () => {
  await rm(folder, { recursive: true });
});

test('a new file is for its owner alone, and nothing is left beside it', async () => {
  await ensureMasterKeyFile(path);
  expect((await stat(path)).mode & 0o777).toBe(0o600);
  expect(await readdir(folder)).toEqual(['master-key.json']);
});

test('a file that exists stays as it is', async () => {
  await ensureMasterKeyFile(path);
  const before = await readFile(path);
  await ensureMasterKeyFile(path);
  expect(await readFile(path)).toEqual(before);
});

test('twenty starts at once end with one file, whole', async () => {
  await Promise.all(Array.from({ length: 20 }, () => ensureMasterKeyFile(path)));
  expect(await readdir(folder)).toEqual(['master-key.json']);
  const { current, keys } = JSON.parse(await readFile(path, 'utf8')) as { current: string; keys: object };
  expect(Object.keys(keys)).toEqual([current]);
});

test('a file that exists and is open to others is refused', async () => {
  await ensureMasterKeyFile(path);
  await chmod(path, 0o644);
  await expect(ensureMasterKeyFile(path)).rejects.toMatchObject({ code: 'master_key_file_refused' });
});
