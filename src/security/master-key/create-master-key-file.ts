import { existsSync } from 'node:fs';
import { link, unlink } from 'node:fs/promises';
import { randomBase62 } from '../random-id';
import {
  encodeMasterKeyFile,
  isNameTaken,
  readMasterKeyFile,
  syncFolderOf,
  withNewMasterKey,
  writeNewFile,
} from './master-key-file';

/**
 * Makes the master key file if there is none, mode 0600, whole or not at all. One that exists is left as it is.
 * Several processes may call it at once: all end with the same file.
 * @throws MasterKeyFileRefused when the file that exists is damaged or open to others
 */
export async function ensureMasterKeyFile(path: string): Promise<void> {
  if (!existsSync(path)) await createMasterKeyFile(path);
  await readMasterKeyFile(path);
}

async function createMasterKeyFile(path: string): Promise<void> {
  const draft = `${path}.${randomBase62(8)}`;
  await writeNewFile(draft, () => Promise.resolve(encodeMasterKeyFile(withNewMasterKey().file)));
  try {
    // A link, unlike a rename, never replaces: overwriting a master key would lose everything under it.
    await link(draft, path);
  } catch (error) {
    if (!isNameTaken(error)) throw error;
  } finally {
    await unlink(draft);
  }
  await syncFolderOf(path);
}
