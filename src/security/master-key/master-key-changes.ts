import { changeMasterKeyFile } from './change-master-key-file';
import { MasterKeyFileRefused, withNewMasterKey } from './master-key-file';

/**
 * First step of a master key rotation: a new key, which becomes the current one unless it is only to be announced; the
 * older ones stay for `unwrap`. The last step is `rewrapDataKeys`. Back the file up between the two.
 *
 * @param announce adds the key without using it, so that the file can be brought to every machine first
 * @returns the id of the new key
 * @throws MasterKeyFileRefused
 */
export async function addMasterKey(path: string, { announce = false } = {}): Promise<string> {
  let id = '';
  await changeMasterKeyFile(path, (before) => {
    const { file, added } = withNewMasterKey(before, { current: !announce });
    id = added;
    return file;
  });
  return id;
}

/** Lets an announced key be the one that wraps from now on. @throws MasterKeyFileRefused when the file has no such key */
export async function useMasterKey(path: string, id: string): Promise<void> {
  await changeMasterKeyFile(path, (file) => {
    if (!file.keys.has(id)) throw noSuchKey(path, id);
    return { ...file, current: id };
  });
}

/**
 * Takes a key out of the file. Whoever calls knows that nothing is wrapped under it.
 * @throws MasterKeyFileRefused when the file has no such key, or it is the current one
 */
export async function removeMasterKey(path: string, id: string): Promise<void> {
  await changeMasterKeyFile(path, (file) => {
    if (!file.keys.has(id)) throw noSuchKey(path, id);
    if (file.current === id)
      throw new MasterKeyFileRefused(`Master key ${id} is the current one: rotate first, then remove it.`);
    return { ...file, keys: new Map([...file.keys].filter(([kept]) => kept !== id)) };
  });
}

function noSuchKey(path: string, id: string): MasterKeyFileRefused {
  return new MasterKeyFileRefused(
    `The master key file ${path} has no key ${id}: mfaflow master-key list shows them.`,
  );
}
