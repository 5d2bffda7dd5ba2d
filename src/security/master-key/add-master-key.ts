import { rename } from 'node:fs/promises';
import {
  isNameTaken,
  MasterKeyFileRefused,
  readMasterKeyFile,
  syncFolderOf,
  withNewMasterKey,
  writeNewFile,
} from './master-key-file';

/**
 * First step of a master key rotation: a new key becomes the current one, the older ones stay for `unwrap`.
 * The second step is `rewrapDataKeys`. Back the file up between the two.
 * @returns the id of the new key
 * @throws MasterKeyFileRefused, also while another rotation is writing
 */
export async function addMasterKey(path: string): Promise<string> {
  const draft = `${path}.new`;
  try {
    // The draft is also the lock: what was read before it was there could lack a key that another rotation added.
    await writeNewFile(draft, async () => withNewMasterKey(await readMasterKeyFile(path)));
  } catch (error) {
    if (!isNameTaken(error)) throw error;
    throw new MasterKeyFileRefused(`${draft} exists: remove it if no other rotation is under way.`);
  }
  const { current } = await readMasterKeyFile(draft);
  await rename(draft, path);
  await syncFolderOf(path);
  return current;
}
